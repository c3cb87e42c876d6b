import { Outlet } from "@tanstack/react-router";
import { DataPlaces } from "./DataPlaces";
import { useProject } from "./useProject";

/** What is around every place about data. */
export function DataFrame() {
  const { project } = useProject();
  return (
    <>
      {project && <DataPlaces project={project.id} />}
      <Outlet />
    </>
  );
}
