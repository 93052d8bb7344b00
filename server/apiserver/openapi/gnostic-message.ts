/**
 * Writes OpenAPI documents as the protobuf messages of google/gnostic, which clients of the protobuf forms expect. A table
 * says for each message which JSON key is which field.
 */
import { ReverseWriter } from './reverse-writer.ts';

export type FieldKind =
  | 'string'
  | 'strings'
  | 'bool'
  | 'double'
  | 'int64'
  /** gnostic's Any: the value as YAML text. */
  | 'any'
  | 'anys'
  | Message
  | readonly [Message];

/** A message written from one JSON value. */
export interface Message {
  /** Fields by JSON key. */
  readonly fields?: Readonly<Record<string, readonly [number: number, kind: FieldKind]>>;
  /** Field that holds "x-…" keys as named Any values. */
  readonly extensions?: number;
  /** Field that holds all other keys, as name and value. */
  readonly named?: readonly [number: number, kind: Message | 'strings'];
  /** Picks the field of a oneof that stands for the value; the value itself is then written as that field's message. */
  readonly choose?: (value: unknown) => readonly [number: number, kind: FieldKind] | undefined;
}

export function encodeMessage(message: Message, value: object): Buffer {
  const writer = new ReverseWriter();
  writeMessage(writer, message, value);
  return writer.finish();
}

/** Everything is written from its end to its beginning, so that each length is known when it is needed. */
function writeMessage(writer: ReverseWriter, message: Message, value: unknown): void {
  const chosen = message.choose?.(value);
  if (chosen !== undefined) {
    // In a oneof, false is a choice and not an absence.
    if (chosen[1] === 'bool') writer.varint(chosen[0], value === true ? 1 : 0);
    else writeField(writer, chosen, value);
    return;
  }
  if (typeof value !== 'object' || value === null) return;
  for (const [key, member] of Object.entries(value).reverse()) {
    const field = message.fields !== undefined && Object.hasOwn(message.fields, key) ? message.fields[key] : undefined;
    if (field !== undefined) {
      writeField(writer, field, member);
    } else if (message.extensions !== undefined && key.startsWith('x-')) {
      writeNamed(writer, message.extensions, key, 'any', member);
    } else if (message.named !== undefined) {
      writeNamed(writer, message.named[0], key, message.named[1], member);
    }
  }
}

function writeField(writer: ReverseWriter, [number, kind]: readonly [number, FieldKind], value: unknown): void {
  switch (kind) {
    case 'string':
      if (typeof value === 'string') writer.string(number, value);
      return;
    case 'strings':
      for (const element of asArray(value).toReversed()) writer.string(number, String(element));
      return;
    case 'bool':
      if (value === true) writer.varint(number, 1);
      return;
    case 'double':
      if (typeof value === 'number') writer.double(number, value);
      return;
    case 'int64':
      if (typeof value === 'number') writer.varint(number, value);
      return;
    case 'any':
      writer.message(number, () => writer.string(2, toYaml(value)));
      return;
    case 'anys':
      for (const element of asArray(value).toReversed()) writeField(writer, [number, 'any'], element);
      return;
  }
  if (isList(kind)) {
    const [element] = kind;
    for (const member of asArray(value).toReversed())
      writer.message(number, () => writeMessage(writer, element, member));
  } else {
    writer.message(number, () => writeMessage(writer, kind, value));
  }
}

function writeNamed(writer: ReverseWriter, number: number, name: string, kind: FieldKind, value: unknown): void {
  writer.message(number, () => {
    if (kind === 'strings') writer.message(2, () => writeField(writer, [1, kind], value));
    else writeField(writer, [2, kind], value);
    writer.string(1, name);
  });
}

function isList(kind: Message | readonly [Message]): kind is readonly [Message] {
  return Array.isArray(kind);
}

/** Some repeated fields (a schema's type and items) are single values in JSON. */
function asArray(value: unknown): unknown[] {
  return Array.isArray(value) ? value : [value];
}

/** JSON is YAML; plain words go without quotes, as some clients compare the text. */
function toYaml(value: unknown): string {
  const plain = typeof value === 'string' && /^[A-Za-z][\w./-]*$/.test(value) && !YAML_WORDS.has(value.toLowerCase());
  return `${plain ? value : JSON.stringify(value)}\n`;
}

const YAML_WORDS = new Set(['true', 'false', 'null', 'yes', 'no', 'on', 'off', 'y', 'n']);
