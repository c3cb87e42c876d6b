import { expect, test } from "vitest";
import type { OrganizationSummary, ProjectSummary } from "../../../api/types";
import { organizationSections, projectSections } from "./sections";

const project = (permissions: string[]) => ({ permissions }) as ProjectSummary;
const organization = (role: OrganizationSummary["role"]) => ({ role }) as OrganizationSummary;
const ends = (sections: readonly { to: string }[]) => sections.map(({ to }) => to.split("/settings")[1]);

test("somebody is offered the sections of a project that their rights show", () => {
  expect(ends(projectSections(project(["project:view", "uploads:view"])))).toEqual([
    "",
    "/collection",
    "/rights",
  ]);
  expect(ends(projectSections(project(["project:view", "project_members:view", "api_keys:view"])))).toEqual([
    "",
    "/members",
    "/keys",
    "/collection",
    "/rights",
  ]);
});

test("members, invitations and the log of an organization are for those who look after it", () => {
  expect(ends(organizationSections(organization("member")))).toEqual([""]);
  const all = ["", "/members", "/invitations", "/audit"];
  expect(ends(organizationSections(organization("admin")))).toEqual(all);
  expect(ends(organizationSections(organization("owner")))).toEqual(all);
});
