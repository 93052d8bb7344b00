/** Paths like `.spec.kind` that a definition names: which part of its schema they lead to, or why they lead nowhere. */
import { asObject, isSet } from '../../apimachinery/json-access.ts';
import { isJsonObject, type JsonObject } from '../../apimachinery/json.ts';

/** Quoted text counts as one token, whatever is in it. */
const tokens = /'(?:[^']|(?<=\\)')*(?:'|$)|[.[\]]|[^.[\]]+/g;

export interface FieldPath {
  readonly names: readonly string[];
  readonly schema: JsonObject;
}

/** The problem in words where there is no such field. */
export function fieldPathIn(schema: JsonObject, jsonPath: string): FieldPath | string {
  const names: string[] = [];
  const rest = (jsonPath.match(tokens) ?? []).values();
  let found = schema;
  for (const token of rest) {
    if (token === '[') return 'array notation is not allowed';
    if (token !== '.') return `expected [ or . but got: ${token}`;
    const { value: name } = rest.next();
    if (name === undefined) return 'unexpected end of JSON path';
    const next = memberOf(found, name);
    if (next === undefined) return 'does not refer to a valid field';
    names.push(name);
    found = next;
  }
  return { names, schema: found };
}

function memberOf({ properties, additionalProperties }: JsonObject, name: string): JsonObject | undefined {
  if (!isSet(properties)) return isJsonObject(additionalProperties) ? additionalProperties : undefined;
  const member = Object.hasOwn(asObject(properties), name) ? asObject(properties)[name] : undefined;
  return isJsonObject(member) ? member : undefined;
}
