import { useState } from "react";
import { t } from "../../texts/texts";
import { Icon } from "../../ui/Icon";
import {
  type Content,
  type Document,
  type Entry,
  type Field,
  type Parts,
  partsOf,
  typeName,
} from "./document";
import { FieldList } from "./FieldList";
import styles from "./Reference.module.css";

type OperationRowProps = { entry: Entry; document: Document };

const places: Record<string, string> = {
  path: t.reference.path,
  query: t.reference.query,
  header: t.reference.header,
};

/** One operation; opens to its parameters, body and answers. */
export function OperationRow({ entry, document }: OperationRowProps) {
  const [isOpen, setOpen] = useState(false);
  const { operation, method, path } = entry;
  const parameters: Field[] = (operation.parameters ?? []).map((parameter) => ({
    name: parameter.name,
    type: `${typeName(parameter.schema)}, ${places[parameter.in] ?? parameter.in}`,
    isRequired: parameter.required ?? false,
    description: parameter.description,
  }));
  return (
    <details className={styles.operation} onToggle={(event) => setOpen(event.currentTarget.open)}>
      <summary className={styles.summary}>
        <span className={styles.method} data-method={method}>
          {method.toUpperCase()}
        </span>
        <code className={styles.path}>{path}</code>
        <span className={styles.words}>{operation.summary}</span>
        <Icon name="chevronRight" size={16} className={styles.arrow} />
      </summary>
      {isOpen && (
        <div className={styles.details}>
          {operation.description && <p className={styles.description}>{operation.description}</p>}
          {parameters.length > 0 && (
            <Fields title={t.reference.parameters} fields={parameters} forms={[]} document={document} />
          )}
          <Body title={t.reference.body} content={operation.requestBody?.content} document={document} />
          {Object.entries(operation.responses ?? {}).map(([status, answer]) => (
            <Body
              key={status}
              title={`${status} ${answer.description ?? ""}`}
              content={answer.content}
              document={document}
              isAnswer
            />
          ))}
        </div>
      )}
    </details>
  );
}

type BodyProps = { title: string; content?: Content; document: Document; isAnswer?: boolean };

function Body({ title, content, document, isAnswer }: BodyProps) {
  const [mediaType, media] = Object.entries(content ?? {})[0] ?? [];
  if (!media?.schema) return isAnswer ? <h3 className={styles.part}>{title}</h3> : null;
  const name = typeName(media.schema);
  // Every problem has the same form; its fields are told once, in the schema.
  if (mediaType === "application/problem+json")
    return (
      <Fields title={title} note={`${mediaType} · ${name}`} fields={[]} forms={[]} document={document} />
    );
  const parts = partsOf(media.schema, document);
  return <Fields title={title} note={`${mediaType} · ${name}`} {...parts} document={document} />;
}

type FieldsProps = Parts & { title: string; note?: string; document: Document };

function Fields({ title, note, fields, forms, document }: FieldsProps) {
  return (
    <section>
      <h3 className={styles.part}>
        {title} {note && <span>{note}</span>}
      </h3>
      <FieldList fields={fields} forms={forms} document={document} />
    </section>
  );
}
