// What must be so before the first paint. A file of its own because the page allows no inline scripts.
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

  // Places for people who are not signed in have no sidebar, so their frame has none.
  if (/^\/(sign-in|claim|register|verify|forgot|reset|invitation)\b/.test(location.pathname))
    root.setAttribute("data-entrance", "");

  // A server that goes away between the page and its scripts would leave the frame for ever: come back when it is back.
  const isOwnFile = (target) => target instanceof HTMLScriptElement || target instanceof HTMLLinkElement;
  const comeBack = () =>
    fetch("/healthz", { cache: "no-store" }).then(
      (answer) => (answer.ok ? location.reload() : setTimeout(comeBack, 2500)),
      () => setTimeout(comeBack, 2500),
    );
  let isWaiting = false;
  addEventListener(
    "error",
    (event) => {
      if (isWaiting || !isOwnFile(event.target) || !document.getElementById("frame")) return;
      isWaiting = true;
      setTimeout(comeBack, 2500);
    },
    true,
  );
})();
