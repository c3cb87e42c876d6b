// Numbers as a person reads them off the page.

/** Reads a table: its column names, and a row for each name with the numbers beside it. */
export async function readTable(table) {
  const cells = await table
    .locator("tr")
    .evaluateAll((rows) =>
      rows.map((row) => [...row.querySelectorAll("th, td")].map((cell) => cell.textContent.trim())),
    );
  const [columns, ...rows] = cells;
  return { columns, rows: new Map(rows.map(([name, ...values]) => [name, values.map(numberOf)])) };
}

/** Returns the number of a text such as 1,234.5; null for a dash. */
export function numberOf(text) {
  if (text === "–") return null;
  const number = Number(text.replaceAll(",", ""));
  if (text === "" || Number.isNaN(number)) throw new Error(`“${text}” is no number`);
  return number;
}
