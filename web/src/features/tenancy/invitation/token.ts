import { useLocation } from "@tanstack/react-router";
import { useState } from "react";

const key = "radix-invitation";

/**
 * Keeps the token of an invitation while somebody signs in. It must not stand in the address to come back to: what
 * is before the `#` of an address is sent to servers and ends up in logs.
 */
export function rememberToken(token: string): void {
  try {
    sessionStorage.setItem(key, token);
  } catch {
    // Storage can be forbidden; the link in the mail is still there then.
  }
}

/** Forgets the token: it was used. */
export function forgetToken(): void {
  try {
    sessionStorage.removeItem(key);
  } catch {
    // As above.
  }
}

/** Returns the token in the address, or the one kept while somebody signed in. It stays until another one comes. */
export function useToken(): string | undefined {
  const { hash } = useLocation();
  const given = new URLSearchParams(hash).get("token");
  const [last, setLast] = useState(() => given ?? remembered());
  // On the way out of the page the address has changed already: what is seen must not.
  if (given && given !== last) setLast(given);
  return given ?? last ?? undefined;
}

function remembered(): string | null {
  try {
    return sessionStorage.getItem(key);
  } catch {
    return null;
  }
}
