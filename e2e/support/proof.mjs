// The dialog that asks who is signed in to confirm that it is they.
import { admin } from "./admin.mjs";

/** The dialog, which may stand above another one. */
export const proofDialog = (page) => page.getByRole("dialog", { name: "Confirm that it is you" });

/** Confirms by password, and by a code where the account has a second factor; what was begun goes on by itself. */
export async function prove(page, { password = admin.password, code } = {}) {
  const dialog = proofDialog(page);
  await dialog.getByLabel("Your password").fill(password);
  if (code) await dialog.getByLabel("Code from the app, or a recovery code").fill(code);
  await dialog.getByRole("button", { name: "Confirm" }).click();
  await dialog.waitFor({ state: "detached" });
}
