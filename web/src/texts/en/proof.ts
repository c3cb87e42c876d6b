export const proof = {
  title: "Confirm that it is you",
  lead: "This changes who can get into your account, or what they can do. You won't be asked again for ten minutes.",
  password: "Your password",
  code: "Code from the app, or a recovery code",
  confirm: "Confirm",
  byProvider: (name: string) => `Your account has no password. Sign in with ${name} once more.`,
  waiting: "Waiting for the other window. What you began goes on by itself.",
  noWay: "Your account has neither a password nor a provider. Ask an admin.",
  proved: "Confirmed",
  failed: "This was not confirmed",
  goBack: "You can close this window and go on where you were.",
  close: "Close this window",
};
