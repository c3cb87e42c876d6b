import { type IconName, iconPaths } from "./iconPaths";

type IconProps = { name: IconName; size?: number; stroke?: number; className?: string };

/** Draws an outline; it is decoration, so whatever holds it needs its own name. */
export function Icon({ name, size = 18, stroke = 1.75, className }: IconProps) {
  return (
    <svg
      aria-hidden="true"
      className={className}
      width={size}
      height={size}
      viewBox="0 0 24 24"
      fill="none"
      stroke="currentColor"
      strokeWidth={stroke}
      strokeLinecap="round"
      strokeLinejoin="round"
      style={{ flex: "none" }}
    >
      <path d={iconPaths[name]} />
    </svg>
  );
}
