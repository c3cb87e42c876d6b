import { VisuallyHidden } from "@mantine/core";
import type { ReactNode } from "react";
import { t } from "../texts/texts";
import styles from "./Table.module.css";

export type Column<Row> = { name: string; cell: (row: Row) => ReactNode };

type TableProps<Row> = {
  label: string;
  rows: Row[];
  keyOf: (row: Row) => string;
  /** The first says what a row is about. */
  columns: [Column<Row>, ...Column<Row>[]];
  menu?: (row: Row) => ReactNode;
};

/** A few rows of things with a menu each; on a phone every row becomes a block. */
export function Table<Row>({ label, rows, keyOf, columns: [first, ...rest], menu }: TableProps<Row>) {
  return (
    <table className={styles.table} aria-label={label}>
      <thead>
        <tr>
          <th scope="col">{first.name}</th>
          {rest.map((column) => (
            <th key={column.name} scope="col">
              {column.name}
            </th>
          ))}
          {menu && (
            <th scope="col">
              <VisuallyHidden>{t.words.more}</VisuallyHidden>
            </th>
          )}
        </tr>
      </thead>
      <tbody>
        {rows.map((row) => (
          <tr key={keyOf(row)}>
            <th scope="row">{first.cell(row)}</th>
            {rest.map((column) => (
              <td key={column.name} data-label={column.name}>
                {column.cell(row)}
              </td>
            ))}
            {menu && <td className={styles.menu}>{menu(row)}</td>}
          </tr>
        ))}
      </tbody>
    </table>
  );
}
