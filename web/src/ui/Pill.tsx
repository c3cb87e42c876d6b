import { Children, type ComponentPropsWithRef, forwardRef } from "react";
import styles from "./Pill.module.css";

type PillProps = ComponentPropsWithRef<"button"> & { tone?: "plain" | "accent" | "ghost" | "missing" };

/** A part of a sentence that can be changed. */
export const Pill = forwardRef<HTMLButtonElement, PillProps>(function Pill(
  { tone = "plain", className, children, ...rest },
  ref,
) {
  return (
    <button
      ref={ref}
      type="button"
      className={`${styles.pill} ${className ?? ""}`}
      data-tone={tone}
      {...rest}
    >
      {Children.map(children, (child) =>
        typeof child === "string" ? (
          <span className={styles.text} title={child}>
            {child}
          </span>
        ) : (
          child
        ),
      )}
    </button>
  );
});
