import { Link } from "@tanstack/react-router";
import type { ReactNode } from "react";
import { t } from "../../texts/texts";
import { Page } from "../../ui/Page";
import styles from "./You.module.css";

type YouProps = { title: string; lead: string; children: ReactNode };

const places = [
  { to: "/account/profile", label: t.accounts.profile },
  { to: "/account/security", label: t.accounts.security },
] as const;

/** The frame of what concerns nobody but oneself. */
export function You({ title, lead, children }: YouProps) {
  return (
    <Page title={title} lead={lead} width="text">
      <nav className={styles.tabs} aria-label={t.accounts.you}>
        {places.map((place) => (
          <Link key={place.to} to={place.to} className={styles.tab} activeProps={{ "data-active": true }}>
            {place.label}
          </Link>
        ))}
      </nav>
      {children}
    </Page>
  );
}
