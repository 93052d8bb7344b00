/** A struct as protobuf sees it: fields by number; structs that Go embeds are messages of their own over the same JSON object. */
import type { FieldSchema, StructSchema } from '../type-schema.ts';

/** Either a field, or the embedded message that holds fields of the same struct. */
export type MessageEntry =
  | { readonly number: number; readonly field: FieldSchema; readonly embedded?: undefined; readonly goName: string }
  | { readonly number: number; readonly field?: undefined; readonly embedded: MessageTable; readonly goName: string };

export interface MessageTable {
  /** "Pod" */
  readonly goName: string;
  /** By ascending number: the order in which Go writes. */
  readonly entries: readonly MessageEntry[];
  readonly byNumber: ReadonlyArray<MessageEntry | undefined>;
}

const tables = new WeakMap<StructSchema, MessageTable>();

/** The table of a struct, made once. */
export function messageTable(schema: StructSchema): MessageTable {
  let table = tables.get(schema);
  if (table === undefined) {
    const fields = schema.fields.filter((field) => field.protobuf.length > 0);
    table = tableOf(schema.goName, fields, 0);
    tables.set(schema, table);
  }
  return table;
}

/** `depth`: how far along the fields' number paths this message is. */
function tableOf(goName: string, fields: readonly FieldSchema[], depth: number): MessageTable {
  const groups = new Map<number, FieldSchema[]>();
  for (const field of fields) {
    const number = field.protobuf[depth] ?? 0;
    const group = groups.get(number);
    if (group === undefined) groups.set(number, [field]);
    else group.push(field);
  }
  const entries = [...groups].sort(([a], [b]) => a - b).map(([number, group]) => entryOf(number, group, depth));
  const byNumber: Array<MessageEntry | undefined> = [];
  for (const entry of entries) byNumber[entry.number] = entry;
  return { goName, entries, byNumber: Array.from(byNumber) };
}

function entryOf(number: number, group: readonly FieldSchema[], depth: number): MessageEntry {
  const first = group[0] as FieldSchema;
  if (first.protobuf.length === depth + 1) return { number, field: first, goName: goFieldName(first) };
  const goName = first.via[depth] ?? first.name;
  return { number, embedded: tableOf(goName, group, depth + 1), goName };
}

/** Near enough to Go's field name, which the facts do not hold: it is only seen in errors about malformed bytes. */
function goFieldName(field: FieldSchema): string {
  if (field.name === 'metadata' && field.schema.kind === 0) return field.schema.goName;
  return field.name.charAt(0).toUpperCase() + field.name.slice(1);
}
