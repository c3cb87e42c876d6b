import type { Permission } from "./api";
import { conditionTexts } from "./matrix";
import styles from "./Rights.module.css";

/** What the marks in a matrix stand for, in words. */
export function Conditions({ permissions }: { permissions: Permission[] }) {
  const texts = conditionTexts(permissions);
  if (texts.length === 0) return null;
  return (
    <ul className={styles.chips}>
      {texts.map((text) => (
        <li key={text}>{text}</li>
      ))}
    </ul>
  );
}
