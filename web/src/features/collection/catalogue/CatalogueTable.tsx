import { Badge, Switch } from "@mantine/core";
import type { ProjectSummary } from "../../../api/types";
import { compact } from "../../../charts/format";
import { locale, t } from "../../../texts/texts";
import { Ago } from "../../../ui/Ago";
import { FormProblem } from "../../../ui/FormProblem";
import { offerUndo } from "../../../ui/undo";
import { may } from "../../tenancy/settings/sections";
import { useDescribe } from "./api";
import styles from "./Catalogue.module.css";
import type { Row } from "./rows";
import type { Tab } from "./search";

type CatalogueTableProps = { project: ProjectSummary; tab: Tab; rows: Row[]; onOpen: (row: Row) => void };

const exact = new Intl.NumberFormat(locale);

/** Events or properties in rows; a click on one opens it. */
export function CatalogueTable({ project, tab, rows, onOpen }: CatalogueTableProps) {
  const describe = useDescribe(project.id, tab);
  const mayEdit = may(project, "events:edit");
  const columns = t.catalogue.columns;
  const setHidden = async (row: Row, is_hidden: boolean) => {
    const { version } = await describe.mutateAsync({ name: row.name, version: row.version, is_hidden });
    const said = is_hidden ? t.catalogue.isHidden(row.label) : t.catalogue.isShown(row.label);
    offerUndo(said, () => describe.mutate({ name: row.name, version, is_hidden: !is_hidden }));
  };
  return (
    <>
      <FormProblem error={describe.error} />
      <table className={styles.table} aria-label={t.catalogue.tabs[tab]}>
        <thead>
          <tr>
            <th scope="col">{columns.name}</th>
            <th scope="col" className={styles.tags}>
              {columns.tags}
            </th>
            {tab !== "events" && (
              <th scope="col" className={styles.type}>
                {columns.type}
              </th>
            )}
            <th
              scope="col"
              className={styles.count}
              title={tab === "events" ? undefined : t.catalogue.countHint}
            >
              {columns.count}
            </th>
            <th scope="col" className={styles.last}>
              {columns.last}
            </th>
            <th scope="col" className={styles.shown}>
              {columns.shown}
            </th>
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <tr key={row.name} className={styles.row} data-hidden={row.isHidden || undefined}>
              <th scope="row">
                <button type="button" className={styles.open} onClick={() => onOpen(row)}>
                  {row.label}
                </button>
                {row.description && <span className={styles.description}>{row.description}</span>}
              </th>
              <td className={styles.tags}>
                <span className={styles.badges}>
                  {row.tags.map((tag) => (
                    <Badge key={tag} variant="light" size="sm" tt="none" fw={500}>
                      {tag}
                    </Badge>
                  ))}
                </span>
              </td>
              {tab !== "events" && <td className={styles.type}>{row.type && t.catalogue.types[row.type]}</td>}
              <td
                className={styles.count}
                title={row.count === undefined ? undefined : exact.format(row.count)}
              >
                {row.count === undefined ? "" : compact(row.count, "number", locale)}
              </td>
              <td className={styles.last}>
                {row.last ? <Ago time={row.last} /> : row.isColumn && t.catalogue.everyEvent}
              </td>
              <td className={styles.shown}>
                <Switch
                  size="sm"
                  aria-label={t.catalogue.show(row.label)}
                  checked={!row.isHidden}
                  disabled={!mayEdit}
                  onChange={(event) => setHidden(row, !event.currentTarget.checked).catch(() => undefined)}
                />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </>
  );
}
