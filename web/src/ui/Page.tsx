import { type ReactNode, useEffect } from "react";
import { t } from "../texts/texts";
import styles from "./Page.module.css";

type PageProps = {
  title: string;
  lead?: ReactNode;
  actions?: ReactNode;
  width?: "full" | "text";
  children: ReactNode;
};

/** The frame of every place: its title, what can be done there, its content. */
export function Page({ title, lead, actions, width = "full", children }: PageProps) {
  useTitle(title);
  return (
    <div className={styles.page} data-width={width}>
      <header className={styles.header}>
        <div className={styles.titles}>
          <h1 className={styles.title}>{title}</h1>
          {lead && <p className={styles.lead}>{lead}</p>}
        </div>
        {actions && <div className={styles.actions}>{actions}</div>}
      </header>
      {children}
    </div>
  );
}

/** Names the browser's tab. */
export function useTitle(title: string) {
  useEffect(() => {
    document.title = `${title} · ${t.product}`;
  }, [title]);
}
