import { Link, Outlet, useRouteContext } from "@tanstack/react-router";
import { t } from "../../texts/texts";
import { Empty } from "../../ui/Empty";
import { Page } from "../../ui/Page";
import styles from "./Admin.module.css";
import { administration } from "./sections";

/** What those who look after the instance need. */
export function Admin() {
  const { me } = useRouteContext({ from: "/signed-in" });
  if (!me.user.is_admin) {
    return (
      <Page title={t.system.admin}>
        <Empty icon="lock" title={t.system.notAdmin} hint={t.system.notAdminHint} />
      </Page>
    );
  }
  return (
    <>
      <nav className={styles.tabs} aria-label={t.system.admin}>
        {administration.map((tab) => (
          <Link
            key={tab.to}
            to={tab.to}
            className={styles.tab}
            activeOptions={{ includeSearch: false }}
            activeProps={{ "data-active": true }}
          >
            {tab.label}
          </Link>
        ))}
      </nav>
      <Outlet />
    </>
  );
}
