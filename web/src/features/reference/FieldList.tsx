import { useState } from "react";
import { t } from "../../texts/texts";
import { type Document, type Field, hasParts, type Parts, partsOf, type Schema } from "./document";
import styles from "./Reference.module.css";

type FieldListProps = Parts & { document: Document };

/** Fields with what they mean; those that are made of others open to them. */
export function FieldList({ fields, forms, document }: FieldListProps) {
  return (
    <>
      {fields.length > 0 && (
        <dl className={styles.fields}>
          {fields.map((field) => (
            <FieldRow key={field.name} field={field} document={document} />
          ))}
        </dl>
      )}
      {forms.map((form) => (
        <Inner key={form.name} title={t.reference.form(form.name)} schema={form.schema} document={document} />
      ))}
    </>
  );
}

function FieldRow({ field, document }: { field: Field; document: Document }) {
  return (
    <div className={styles.field}>
      <dt>
        <code>{field.name}</code>
        {field.isRequired && <span className={styles.required}>{t.reference.required}</span>}
      </dt>
      <dd>
        <span className={styles.type}>{field.type}</span>
        {field.description && <p>{field.description}</p>}
        {field.schema && hasParts(field.schema, document) && (
          <Inner title={t.reference.fieldsOf(field.name)} schema={field.schema} document={document} />
        )}
      </dd>
    </div>
  );
}

/** Opened only when asked: a filter holds filters. */
function Inner({ title, schema, document }: { title: string; schema: Schema; document: Document }) {
  const [isOpen, setOpen] = useState(false);
  return (
    <details className={styles.inner} onToggle={(event) => setOpen(event.currentTarget.open)}>
      <summary>{title}</summary>
      {isOpen && <FieldList {...partsOf(schema, document)} document={document} />}
    </details>
  );
}
