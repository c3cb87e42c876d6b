// The places of those who have not signed in.
import { createRoute, lazyRouteComponent } from "@tanstack/react-router";
import { ownPath } from "../features/accounts/ownPath";
import { root } from "./rootRoute";

const signIn = createRoute({
  getParentRoute: () => root,
  path: "/sign-in",
  validateSearch: (raw: Record<string, unknown>): { next?: string; problem?: string } => ({
    next: ownPath(raw.next),
    problem: typeof raw.problem === "string" ? raw.problem : undefined,
  }),
  component: lazyRouteComponent(() => import("../features/accounts/SignIn"), "SignIn"),
});

const claim = createRoute({
  getParentRoute: () => root,
  path: "/claim",
  component: lazyRouteComponent(() => import("../features/setup/Claim"), "Claim"),
});

const register = createRoute({
  getParentRoute: () => root,
  path: "/register",
  component: lazyRouteComponent(() => import("../features/accounts/Register"), "Register"),
});

const verify = createRoute({
  getParentRoute: () => root,
  path: "/verify",
  component: lazyRouteComponent(() => import("../features/accounts/Verify"), "Verify"),
});

const welcome = createRoute({
  getParentRoute: () => root,
  path: "/welcome",
  component: lazyRouteComponent(() => import("../features/accounts/Welcome"), "Welcome"),
});

const proved = createRoute({
  getParentRoute: () => root,
  path: "/proved",
  validateSearch: (raw: Record<string, unknown>): { problem?: string } => ({
    problem: typeof raw.problem === "string" ? raw.problem : undefined,
  }),
  component: lazyRouteComponent(() => import("../features/accounts/proof/Proved"), "Proved"),
});

const forgot = createRoute({
  getParentRoute: () => root,
  path: "/forgot",
  component: lazyRouteComponent(() => import("../features/accounts/Forgot"), "Forgot"),
});

const reset = createRoute({
  getParentRoute: () => root,
  path: "/reset",
  component: lazyRouteComponent(() => import("../features/accounts/Reset"), "Reset"),
});

const invitation = createRoute({
  getParentRoute: () => root,
  path: "/invitation",
  component: lazyRouteComponent(() => import("../features/tenancy/invitation/Invitation"), "Invitation"),
});

export const entrance = [
  signIn,
  claim,
  register,
  verify,
  welcome,
  proved,
  forgot,
  reset,
  invitation,
] as const;
