type LogoProps = { size?: number };

/** The root sign that is also a trend. */
export function Logo({ size = 24 }: LogoProps) {
  return (
    <svg aria-hidden="true" width={size} height={size} viewBox="0 0 32 32" style={{ flex: "none" }}>
      <rect width="32" height="32" rx="8" fill="var(--accent)" />
      <path
        d="M5.5 17.5h3.2l4.3 7 5.6-16.2h8"
        fill="none"
        stroke="#fff"
        strokeWidth="3"
        strokeLinecap="round"
        strokeLinejoin="round"
      />
    </svg>
  );
}
