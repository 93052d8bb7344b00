/** FieldsV1 as a client may send it: checked, and in order. What this server has written itself needs no such look. */
import { isJsonObject, type JsonValue } from '../json.ts';
import { type FieldSet, newNode, newSet } from './field-set.ts';

export class FieldsError extends Error {
  override name = 'FieldsError';
}

/** @throws FieldsError */
export function parseFields(value: JsonValue | undefined): FieldSet {
  if (value === undefined || value === null) return newSet([]);
  return newSet(entriesOf(value).entries);
}

function entriesOf(value: JsonValue): { entries: [string, FieldSet][]; self: boolean } {
  if (value === null) return { entries: [], self: false };
  if (!isJsonObject(value)) throw new FieldsError('fields must be objects');
  const entries: [string, FieldSet][] = [];
  let self = false;
  for (const [element, child] of Object.entries(value)) {
    if (element === '.') {
      self = true;
      continue;
    }
    if (!isElement(element)) continue;
    const below = entriesOf(child ?? null);
    const node = newNode(below.self || below.entries.length === 0, below.entries);
    if (node !== undefined) entries.push([element, node]);
  }
  return { entries, self };
}

/** False for kinds of steps that are not known, which are passed over. @throws FieldsError */
function isElement(element: string): boolean {
  if (element.length < 2) throw new FieldsError('key must be 2 characters long:');
  if (element.charAt(1) !== ':') throw new FieldsError(`missing colon: ${element}`);
  const content = element.slice(2);
  switch (element.charAt(0)) {
    case 'f':
      return true;
    case 'i':
      if (!/^[+-]?\d+$/.test(content))
        throw new FieldsError(`strconv.Atoi: parsing ${JSON.stringify(content)}: invalid syntax`);
      return true;
    case 'k':
    case 'v':
      return isContent(element.charAt(0), content);
    default:
      return false;
  }
}

function isContent(kind: string, content: string): boolean {
  try {
    const value = JSON.parse(content) as JsonValue;
    if (kind === 'v' || isJsonObject(value)) return true;
  } catch {
    // Said below.
  }
  throw new FieldsError(`not a value: ${content}`);
}
