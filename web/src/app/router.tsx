import { createRouter } from "@tanstack/react-router";
import { queryClient } from "./queryClient";
import { routeTree } from "./routes";
import { NotFound } from "./shell/NotFound";
import { PageFailed } from "./shell/PageFailed";

export const router = createRouter({
  routeTree,
  context: { queryClient },
  defaultPreload: "intent",
  defaultPreloadStaleTime: 0,
  defaultErrorComponent: PageFailed,
  defaultNotFoundComponent: NotFound,
  scrollRestoration: true,
});

/** Places for people who are not signed in. */
const entrances = new Set([
  "/sign-in",
  "/claim",
  "/register",
  "/welcome",
  "/verify",
  "/forgot",
  "/reset",
  "/invitation",
  "/proved",
]);

// A session that ended while the page was open: sign in, then come back to the same view.
window.addEventListener("radix:signed-out", () => {
  const { href, pathname } = router.state.location;
  if (entrances.has(pathname)) return;
  queryClient.removeQueries({ queryKey: ["me"] });
  router.navigate({ to: "/sign-in", search: { next: href } });
});

declare module "@tanstack/react-router" {
  interface Register {
    router: typeof router;
  }
}
