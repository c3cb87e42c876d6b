import { queryOptions, useMutation, useQueryClient } from "@tanstack/react-query";
import { api, body } from "../../api/client";
import type { components } from "../../api/schema";
import { ifMatch } from "../../api/versions";

type Schemas = components["schemas"];
export type Role = Schemas["DefinedRole"];
export type RoleChange = Schemas["RoleChange"];
export type Permission = Schemas["Permission"];
export type RowRule = Schemas["RowRule"];
export type Resource = Schemas["Resource"];
export type Action = Schemas["Action"];
export type Vocabulary = Schemas["Vocabulary"];
export type Assignment = Schemas["RoleAssignment"];
export type Principals = Schemas["Principals"];
export type Folder = Schemas["Folder"];
export type Grant = Schemas["Grant"];
export type GrantLevel = Schemas["GrantLevel"];
export type NewGrant = Schemas["NewGrant"];
export type Explanation = Schemas["AccessExplanation"];

export const vocabularyQuery = queryOptions({
  queryKey: ["permissions"],
  queryFn: async ({ signal }) => body(await api.GET("/api/v1/permissions", { signal })),
  staleTime: Number.POSITIVE_INFINITY,
});

export const rolesQuery = (organization: string) =>
  queryOptions({
    queryKey: ["organizations", organization, "roles"],
    queryFn: async ({ signal }) =>
      body(
        await api.GET("/api/v1/organizations/{organization}/roles", {
          params: { path: { organization } },
          signal,
        }),
      ).items,
  });

export const principalsQuery = (organization: string) =>
  queryOptions({
    queryKey: ["organizations", organization, "principals"],
    queryFn: async ({ signal }) =>
      body(
        await api.GET("/api/v1/organizations/{organization}/principals", {
          params: { path: { organization } },
          signal,
        }),
      ),
  });

/** All assignments for who looks after the organization, else those of one project. */
export const assignmentsQuery = (organization: string, project?: string) =>
  queryOptions({
    queryKey: ["organizations", organization, "role_assignments", project ?? "all"],
    queryFn: async ({ signal }) =>
      body(
        await api.GET("/api/v1/organizations/{organization}/role_assignments", {
          params: { path: { organization }, query: { limit: 1000, project } },
          signal,
        }),
      ).items,
  });

export const foldersQuery = (project: string) =>
  queryOptions({
    queryKey: ["projects", project, "folders"],
    queryFn: async ({ signal }) =>
      body(await api.GET("/api/v1/projects/{project}/folders", { params: { path: { project } }, signal }))
        .items,
  });

export type Thing = { project: string; type: string; id: string };

const thingPath = ({ project, type, id }: Thing) => ({ project, resource_type: type, resource_id: id });

export const grantsQuery = (thing: Thing) =>
  queryOptions({
    queryKey: ["projects", thing.project, "grants", thing.type, thing.id],
    queryFn: async ({ signal }) =>
      body(
        await api.GET("/api/v1/projects/{project}/grants/{resource_type}/{resource_id}", {
          params: { path: thingPath(thing) },
          signal,
        }),
      ),
  });

export type Question = { user?: string; action: Action; resource: Resource; folder?: string };

export const explainQuery = (project: string, { user, action, resource, folder }: Question) =>
  queryOptions({
    queryKey: ["projects", project, "explain", user, action, resource, folder],
    queryFn: async ({ signal }) =>
      body(
        await api.GET("/api/v1/projects/{project}/access/explain", {
          params: {
            path: { project },
            query: {
              user,
              action,
              resource,
              ...(folder ? { resource_type: "folder", resource_id: folder } : {}),
            },
          },
          signal,
        }),
      ),
  });

/** A role to be kept; without an id it is a new one. */
type SavedRole = { id?: string; version?: string; change: RoleChange & { name: string } };

export function useSaveRole(organization: string) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: async ({ id, version, change }: SavedRole) => {
      if (!id) {
        const path = { organization };
        const role = {
          ...change,
          permissions: change.permissions ?? [],
          row_rules: change.row_rules ?? [],
        };
        return body(
          await api.POST("/api/v1/organizations/{organization}/roles", { params: { path }, body: role }),
        );
      }
      const path = { organization, role: id };
      return body(
        await api.PATCH("/api/v1/organizations/{organization}/roles/{role}", {
          params: { path, header: ifMatch(version) },
          body: change,
        }),
      );
    },
    onSuccess: () => queries.invalidateQueries({ queryKey: ["organizations", organization] }),
  });
}

export function useDeleteRole(organization: string) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: async (role: string) => {
      await api.DELETE("/api/v1/organizations/{organization}/roles/{role}", {
        params: { path: { organization, role }, query: { force: true } },
      });
    },
    onSuccess: () => queries.invalidateQueries({ queryKey: ["organizations", organization] }),
  });
}

export function useGiveRole(organization: string) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: async (assignment: Schemas["NewRoleAssignment"]) =>
      body(
        await api.POST("/api/v1/organizations/{organization}/role_assignments", {
          params: { path: { organization } },
          body: assignment,
        }),
      ),
    onSuccess: () => queries.invalidateQueries({ queryKey: ["organizations", organization] }),
  });
}

export function useTakeRole(organization: string) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: async (assignment: string) => {
      await api.DELETE("/api/v1/organizations/{organization}/role_assignments/{assignment}", {
        params: { path: { organization, assignment } },
      });
    },
    onSuccess: () => queries.invalidateQueries({ queryKey: ["organizations", organization] }),
  });
}

export function useGrant(thing: Thing) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: async ({ version, ...grant }: NewGrant & { version?: string }) =>
      body(
        await api.PUT("/api/v1/projects/{project}/grants/{resource_type}/{resource_id}", {
          params: { path: thingPath(thing), header: ifMatch(version) },
          body: grant,
        }),
      ),
    onSuccess: () => queries.invalidateQueries({ queryKey: ["projects", thing.project, "grants"] }),
  });
}

export function useRevoke(thing: Thing) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: async ({
      principal_type,
      principal_id,
    }: Pick<NewGrant, "principal_type" | "principal_id">) => {
      await api.DELETE("/api/v1/projects/{project}/grants/{resource_type}/{resource_id}", {
        params: { path: thingPath(thing), query: { principal_type, principal_id } },
      });
    },
    onSuccess: () => queries.invalidateQueries({ queryKey: ["projects", thing.project, "grants"] }),
  });
}

/** A folder to be kept; without an id it is a new one. */
type SavedFolder = { id?: string; version?: string; name?: string; parent_id?: string | null };

export function useSaveFolder(project: string) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: async ({ id, version, ...fields }: SavedFolder) => {
      if (id) {
        const path = { project, folder: id };
        await api.PATCH("/api/v1/projects/{project}/folders/{folder}", {
          params: { path, header: ifMatch(version) },
          body: fields,
        });
        return;
      }
      const { name = "", parent_id } = fields;
      await api.POST("/api/v1/projects/{project}/folders", {
        params: { path: { project } },
        body: { name, parent_id },
      });
    },
    onSuccess: () => queries.invalidateQueries({ queryKey: ["projects", project] }),
  });
}

export function useDeleteFolder(project: string) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: async (folder: string) => {
      await api.DELETE("/api/v1/projects/{project}/folders/{folder}", {
        params: { path: { project, folder } },
      });
    },
    onSuccess: () => queries.invalidateQueries({ queryKey: ["projects", project] }),
  });
}
