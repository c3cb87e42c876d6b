import { useQuery } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { t } from "../../texts/texts";
import { Logo } from "../../ui/Logo";
import { useTitle } from "../../ui/Page";
import { instanceQuery } from "./api";
import styles from "./Entrance.module.css";

type EntranceProps = { title: string; lead?: string; children: ReactNode };

/** The door: what is seen before anyone is signed in. */
export function Entrance({ title, lead, children }: EntranceProps) {
  useTitle(title);
  const instance = useQuery(instanceQuery);
  return (
    <div className={styles.entrance}>
      <main className={styles.form}>
        <div className={styles.brand}>
          <Logo size={30} />
          <span>{instance.data?.name ?? t.product}</span>
        </div>
        <h1 className={styles.title}>{title}</h1>
        {lead && <p className={styles.lead}>{lead}</p>}
        <div className={styles.content}>{children}</div>
      </main>
      <aside className={styles.picture} aria-hidden="true">
        <p className={styles.pitch}>
          {t.accounts.pitch.map((line) => (
            <span key={line}>{line}</span>
          ))}
        </p>
        <Picture />
      </aside>
    </div>
  );
}

/** A quiet chart, drawn by hand: the door loads no chart parts. */
function Picture() {
  return (
    <svg className={styles.chart} viewBox="0 0 560 260" fill="none" role="presentation">
      {[40, 100, 160, 220].map((y) => (
        <path key={y} d={`M0 ${y}H560`} stroke="var(--line)" />
      ))}
      <path
        d="M0 214 40 206 80 210 120 190 160 194 200 168 240 172 280 150 320 156 360 128 400 120 440 128 480 96 520 84"
        stroke="var(--text-3)"
        strokeWidth="2"
        strokeDasharray="2 6"
        strokeLinecap="round"
        opacity="0.6"
      />
      <path
        d="M0 200 40 186 80 192 120 160 160 168 200 138 240 146 280 112 320 124 360 92 400 78 440 88 480 52"
        stroke="var(--accent)"
        strokeWidth="3"
        strokeLinecap="round"
        strokeLinejoin="round"
      />
      <path
        d="M480 52 520 40"
        stroke="var(--accent)"
        strokeWidth="3"
        strokeDasharray="5 7"
        strokeLinecap="round"
      />
      <circle cx="480" cy="52" r="5" fill="var(--surface)" stroke="var(--accent)" strokeWidth="3" />
    </svg>
  );
}
