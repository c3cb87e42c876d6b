import { Notifications } from "@mantine/notifications";
import "@mantine/notifications/styles.layer.css";

/** Draws what is said in passing, at the lower edge. */
export default function DrawnNotices() {
  return <Notifications position="bottom-center" autoClose={4000} limit={3} />;
}
