import { useEffect, useState } from "react";
import { locale, t } from "../texts/texts";
import { instant } from "./instant";

type AgoProps = { time: string };

const relative = new Intl.RelativeTimeFormat(locale, { style: "narrow", numeric: "always" });

/** Says how long ago something was, and keeps saying it right; the full time shows on hover. */
export function Ago({ time }: AgoProps) {
  const [now, setNow] = useState(Date.now);
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), 15_000);
    return () => clearInterval(timer);
  }, []);
  return (
    <time dateTime={time} title={instant(time, "second")}>
      {ago(Date.parse(time), Math.max(now, Date.parse(time)))}
    </time>
  );
}

function ago(then: number, now: number): string {
  const seconds = Math.round((now - then) / 1000);
  if (seconds < 20) return t.collection.justNow;
  if (seconds < 60) return relative.format(-seconds, "second");
  if (seconds < 3600) return relative.format(-Math.floor(seconds / 60), "minute");
  if (seconds < 86_400) return relative.format(-Math.floor(seconds / 3600), "hour");
  if (seconds < 86_400 * 45) return relative.format(-Math.floor(seconds / 86_400), "day");
  return instant(then, "day");
}
