import { t } from "../../../texts/texts";
import { Empty } from "../../../ui/Empty";
import { Page } from "../../../ui/Page";

/** A section that somebody came to by its address, but may not see. */
export function NotAllowed({ title }: { title: string }) {
  return (
    <Page title={title} width="text">
      <Empty icon="lock" title={t.settings.notAllowed} hint={t.settings.notAllowedHint} />
    </Page>
  );
}
