// What of an OpenAPI document this page reads.
export type Schema = {
  $ref?: string;
  type?: string | string[];
  format?: string;
  description?: string;
  enum?: unknown[];
  items?: Schema;
  properties?: Record<string, Schema>;
  required?: string[];
  oneOf?: Schema[];
  anyOf?: Schema[];
  allOf?: Schema[];
  additionalProperties?: unknown;
  example?: unknown;
};
export type Parameter = {
  name: string;
  in: string;
  required?: boolean;
  description?: string;
  schema?: Schema;
};
export type Content = Record<string, { schema?: Schema }>;
export type Operation = {
  operationId?: string;
  summary?: string;
  description?: string;
  tags?: string[];
  parameters?: Parameter[];
  requestBody?: { content?: Content; description?: string };
  responses?: Record<string, { description?: string; content?: Content }>;
};
export type Document = {
  openapi: string;
  info: { title: string; version: string; description?: string };
  paths: Record<string, Record<string, Operation>>;
  components?: { schemas?: Record<string, Schema> };
};

export type Entry = { id: string; method: string; path: string; operation: Operation };

const methods = ["get", "post", "put", "patch", "delete"];

/** Returns the operations by tag, in the order of the document. */
export function groupsOf(document: Document, search: string): [string, Entry[]][] {
  const groups = new Map<string, Entry[]>();
  const words = search.toLowerCase().split(/\s+/).filter(Boolean);
  for (const [path, item] of Object.entries(document.paths)) {
    for (const method of methods) {
      const operation = item[method];
      if (!operation) continue;
      const text =
        `${method} ${path} ${operation.summary ?? ""} ${operation.operationId ?? ""}`.toLowerCase();
      if (!words.every((word) => text.includes(word))) continue;
      const tag = operation.tags?.[0] ?? "other";
      const entry = { id: `${method} ${path}`, method, path, operation };
      groups.set(tag, [...(groups.get(tag) ?? []), entry]);
    }
  }
  return [...groups];
}

/** Follows a reference to where it points in the document. */
export function resolve(schema: Schema, document: Document): Schema {
  const name = schema.$ref?.split("/").at(-1);
  return name === undefined ? schema : (document.components?.schemas?.[name] ?? {});
}

/** Says what a schema is, in a word or two. */
export function typeName(schema: Schema | undefined): string {
  if (!schema) return "";
  if (schema.$ref) return schema.$ref.split("/").at(-1) ?? "";
  if (schema.enum) return schema.enum.map((value) => JSON.stringify(value)).join(" | ");
  const variants = schema.oneOf ?? schema.anyOf;
  if (variants) return [...new Set(variants.map(typeName))].join(" | ");
  if (schema.allOf) return schema.allOf.map(typeName).join(" & ");
  if (schema.items) return `list of ${typeName(schema.items)}`;
  const types = Array.isArray(schema.type) ? schema.type : [schema.type ?? "object"];
  const named = types.map((type) => (type === "null" ? "null" : (schema.format ?? type)));
  return named.join(" | ");
}

export type Field = {
  name: string;
  type: string;
  isRequired: boolean;
  description?: string;
  /** What the field itself is made of; for a parameter, nothing to open. */
  schema?: Schema;
};

/** One of several forms that a value may have. */
export type Form = { name: string; schema: Schema };

/** What a value is made of: its fields, and the forms it may have besides. */
export type Parts = { fields: Field[]; forms: Form[] };

/** Returns what a value is made of: through references, lists, and what may be null. */
export function partsOf(schema: Schema, document: Document, depth = 0): Parts {
  const whole = resolve(schema, document);
  if (depth > 8) return { fields: [], forms: [] };
  if (whole.items) return partsOf(whole.items, document, depth + 1);
  const parts: Parts = { fields: [], forms: [] };
  const add = ({ fields, forms }: Parts) => {
    parts.fields.push(...fields);
    parts.forms.push(...forms);
  };
  for (const part of whole.allOf ?? []) add(partsOf(part, document, depth + 1));
  const variants = (whole.oneOf ?? whole.anyOf ?? []).filter((one) => one.type !== "null");
  const [only] = variants;
  if (variants.length === 1 && only) add(partsOf(only, document, depth + 1));
  else for (const one of variants) parts.forms.push({ name: formName(one, document), schema: one });
  for (const [name, property] of Object.entries(whole.properties ?? {})) {
    parts.fields.push({
      name,
      type: typeName(property),
      isRequired: whole.required?.includes(name) ?? false,
      description: property.description ?? resolve(property, document).description,
      schema: property,
    });
  }
  return parts;
}

/** Tells whether there is something to open: fields, or forms that have fields. */
export function hasParts(schema: Schema, document: Document): boolean {
  const { fields, forms } = partsOf(schema, document);
  return fields.length > 0 || forms.some((form) => partsOf(form.schema, document).fields.length > 0);
}

/** A form is called after its schema, or the one word that tells it from the others. */
function formName(schema: Schema, document: Document): string {
  if (schema.$ref) return typeName(schema);
  const { fields } = partsOf(schema, document);
  const [kind] = fields.flatMap((field) => field.schema?.enum ?? []);
  if (typeof kind === "string") return kind;
  return fields.map((field) => field.name).join(", ") || typeName(schema);
}
