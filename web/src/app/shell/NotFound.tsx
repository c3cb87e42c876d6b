import { Button } from "@mantine/core";
import { Link } from "@tanstack/react-router";
import { t } from "../../texts/texts";
import { Empty } from "../../ui/Empty";
import { useTitle } from "../../ui/Page";

/** Where a link leads nowhere, or to what is not yours: which of both is not told. */
export function NotFound() {
  useTitle(t.shell.notFound);
  return (
    <div style={{ paddingTop: "12vh" }}>
      <Empty
        icon="search"
        title={t.shell.notFound}
        hint={t.shell.notFoundHint}
        action={
          <Button component={Link} to="/">
            {t.shell.toHome}
          </Button>
        }
      />
    </div>
  );
}
