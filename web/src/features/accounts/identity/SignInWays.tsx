type SignInWaysProps = { next?: string };

/** The other ways to sign in: none, while no provider is set up. */
export function SignInWays(_: SignInWaysProps) {
  return null;
}
