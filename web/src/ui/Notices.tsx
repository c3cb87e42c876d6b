import { notificationsStore } from "@mantine/notifications";
import { lazy, Suspense, useSyncExternalStore } from "react";

const Drawn = lazy(() => import("./DrawnNotices"));

const subscribe = (listener: () => void) => notificationsStore.subscribe(listener);
const hasSome = () => notificationsStore.getState().notifications.length > 0;

let isNeeded = false;

/** What was done, said in passing; what draws it is loaded with the first thing said. */
export function Notices() {
  const has = useSyncExternalStore(subscribe, hasSome);
  isNeeded ||= has;
  return <Suspense>{isNeeded && <Drawn />}</Suspense>;
}
