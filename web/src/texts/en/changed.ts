/** Two people who change the same thing. */
export const changed = {
  title: "This was changed meanwhile",
  by: (name: string) => `${name},`,
  somebody: "Somebody",
  fields: (names: string[]) => names.map((name) => name.replaceAll("_", " ")).join(", "),
  kept: "What you have typed is still here. Load what is there now, or save yours over it.",
  load: "Load theirs",
  overwrite: "Save mine over it",
};
