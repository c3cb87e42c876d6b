import { useQuery } from "@tanstack/react-query";
import { t } from "../../texts/texts";
import { Note } from "../../ui/Note";
import { instanceQuery } from "./api";

/** Says where mails go while no mail server is set up. */
export function MailHint() {
  const instance = useQuery(instanceQuery);
  if (instance.data?.mail !== "folder") return null;
  return (
    <Note tone="warn" icon="alertTriangle" title={t.accounts.noMailServer}>
      {instance.data.mail_folder
        ? t.accounts.mailFolder(instance.data.mail_folder)
        : t.accounts.mailFolderSomewhere}
    </Note>
  );
}
