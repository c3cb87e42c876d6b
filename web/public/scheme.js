// Sets the colour scheme before the first paint. A file of its own because the page allows no inline scripts.
(() => {
  const root = document.documentElement;
  let choice = "auto";
  try {
    choice = localStorage.getItem("radix-color-scheme") || "auto";
  } catch {
    // Storage can be forbidden; the system's choice is used then.
  }
  const dark = choice === "dark" || (choice === "auto" && matchMedia("(prefers-color-scheme: dark)").matches);
  root.setAttribute("data-mantine-color-scheme", dark ? "dark" : "light");
})();
