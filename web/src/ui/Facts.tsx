import type { ReactNode } from "react";
import styles from "./Facts.module.css";

type FactsProps = { facts: [name: string, value: ReactNode][] };

/** What is so, for who may read it but not change it. */
export function Facts({ facts }: FactsProps) {
  return (
    <dl className={styles.facts}>
      {facts.map(([name, value]) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  );
}
