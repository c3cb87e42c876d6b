import { expect, test } from "vitest";
import { dayStart, instant, shownZone, showTimesIn } from "./instant";

test("an instant is written in the zone that was chosen, and names it", () => {
  showTimesIn("Asia/Tokyo");
  expect(instant("2026-11-30T20:15:00Z")).toMatch(/1.*05:15.*GMT\+9|Dec 1, 2026.*05:15.*GMT\+9/);
  showTimesIn("America/New_York");
  expect(instant("2026-11-30T20:15:00Z")).toMatch(/30.*(15:15|03:15).*(EST|GMT-5)/);
  expect(instant("2026-11-30T02:15:00Z", "day")).toMatch(/29/);
});

test("a zone that the browser does not know is passed over", () => {
  showTimesIn("Mars/Olympus");
  expect(() => instant("2026-11-30T20:15:00Z")).not.toThrow();
  expect(shownZone()).toBe(Intl.DateTimeFormat().resolvedOptions().timeZone);
});

test.each([
  ["Asia/Tokyo", "2026-11-30", 0, "2026-11-29T15:00:00.000Z"],
  ["Asia/Tokyo", "2026-11-30", 1, "2026-11-30T15:00:00.000Z"],
  ["Europe/Berlin", "2026-03-29", 0, "2026-03-28T23:00:00.000Z"],
  ["Europe/Berlin", "2026-03-29", 1, "2026-03-29T22:00:00.000Z"],
  ["Europe/Berlin", "2026-10-25", 1, "2026-10-25T23:00:00.000Z"],
  ["Asia/Kathmandu", "2026-11-30", 0, "2026-11-29T18:15:00.000Z"],
  ["America/St_Johns", "2026-02-28", 1, "2026-03-01T03:30:00.000Z"],
])("in %s the day %s, %i later, begins at %s", (zone, date, later, wanted) => {
  showTimesIn(zone);
  expect(dayStart(date, later)).toBe(wanted);
});
