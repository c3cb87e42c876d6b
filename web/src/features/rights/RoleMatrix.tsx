import { t } from "../../texts/texts";
import { Icon } from "../../ui/Icon";
import type { Action, Permission, Resource, Vocabulary } from "./api";
import { type Cell, cellOf, turn } from "./matrix";
import styles from "./RoleMatrix.module.css";

type RoleMatrixProps = {
  vocabulary: Vocabulary;
  permissions: Permission[];
  /** Absent where it is only to be read. */
  onChange?: (permissions: Permission[]) => void;
};

/** A row for what a role is about, a column for what is done. */
export function RoleMatrix({ vocabulary, permissions, onChange }: RoleMatrixProps) {
  return (
    <div className={styles.scroll}>
      <table className={styles.matrix}>
        <thead>
          <tr>
            <td />
            {vocabulary.actions.map((action) => (
              <th key={action} scope="col">
                {t.rights.actions[action]}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {vocabulary.resources.map(({ resource, actions, has_items }) => (
            <tr key={resource}>
              <th scope="row">{t.rights.resources[resource]}</th>
              {vocabulary.actions.map((action) => (
                <td key={action} data-label={t.rights.actions[action]}>
                  {actions.includes(action) && (
                    <CellView
                      resource={resource}
                      action={action}
                      cell={cellOf(permissions, resource, action)}
                      onClick={onChange && (() => onChange(turn(permissions, resource, action, has_items)))}
                    />
                  )}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

type CellViewProps = { resource: Resource; action: Action; cell: Cell; onClick?: () => void };

function CellView({ resource, action, cell, onClick }: CellViewProps) {
  const says = t.rights.cells[cell];
  const label = `${t.rights.resources[resource]}, ${t.rights.actions[action]}: ${says}`;
  const mark = (
    <>
      {cell !== "none" && <Icon name="check" size={15} stroke={2.25} />}
      {(cell === "own" || cell === "some") && <small>{cell === "own" ? t.rights.ownMark : "*"}</small>}
    </>
  );
  if (!onClick) {
    return (
      <span className={styles.cell} data-cell={cell} role="img" aria-label={label} title={says}>
        {mark}
      </span>
    );
  }
  return (
    <button
      type="button"
      className={styles.cell}
      data-cell={cell}
      aria-label={label}
      title={says}
      onClick={onClick}
    >
      {mark}
    </button>
  );
}
