import type { UserAccount } from "../../../api/types";

export type UserState = "active" | "deactivated" | "invited" | "unverified";

/** Returns how far somebody is from signing in: who was invited has yet to choose a password. */
export function stateOf(user: UserAccount): UserState {
  if (!user.is_active) return "deactivated";
  if (!user.has_password && user.auth_provider === null) return "invited";
  return user.email_verified ? "active" : "unverified";
}

export type FactorState = "on" | "off" | "elsewhere";

/** Returns whether a code is asked for; who signs in elsewhere only may be asked for one there. */
export function factorOf(user: UserAccount): FactorState {
  if (user.has_second_factor) return "on";
  return user.auth_provider !== null && !user.has_password ? "elsewhere" : "off";
}
