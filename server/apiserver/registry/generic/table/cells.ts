/** Cells that follow from one or two fields, named after what they show. */
import { isRawJson, type JsonValue } from '../../../../apimachinery/json.ts';
import { formatLabels, formatLabelSelector } from '../../../../apimachinery/labels/format.ts';
import { ageOf } from './age.ts';
import type { Cell } from './column.ts';
import { digitsOf, fieldsOf, isMessage, itemsOf, pathReader, quantityOf, stringOf } from './json-reading.ts';

export const NONE = '<none>';
export const UNSET = '<unset>';
export const UNKNOWN = '<unknown>';

/** A string, even an empty one; `absent` only where the field is not set. */
export function text(path: string, absent = ''): Cell {
  const read = pathReader(path);
  return (object) => stringOf(read(object), absent);
}

/** A string; `empty` where it is empty or not set. */
export function nonEmptyText(path: string, empty: string): Cell {
  const read = pathReader(path);
  return (object) => stringOf(read(object)) || empty;
}

export function integer(path: string): Cell {
  const read = pathReader(path);
  return (object) => integerOf(read(object));
}

/** A number as it is, an absent one is 0. */
export function integerOf(value: JsonValue | undefined): JsonValue {
  return typeof value === 'number' || isRawJson(value) ? value : 0;
}

/** "3/5". */
export function ratio(partPath: string, wholePath: string): Cell {
  const part = pathReader(partPath);
  const whole = pathReader(wholePath);
  return (object) => `${digitsOf(part(object))}/${digitsOf(whole(object))}`;
}

export function boolean(path: string, absent = false): Cell {
  const read = pathReader(path);
  return (object) => {
    const value = read(object);
    return typeof value === 'boolean' ? value : absent;
  };
}

/** Number of items of a list, or of entries of a map; several fields are summed. */
export function count(...paths: readonly string[]): Cell {
  const readers = paths.map(pathReader);
  return (object) => {
    let total = 0;
    for (const read of readers) total += sizeOf(read(object));
    return total;
  };
}

function sizeOf(value: JsonValue | undefined): number {
  if (Array.isArray(value)) return value.length;
  return isMessage(value) && !isRawJson(value) ? Object.keys(value).length : 0;
}

/** Time since the field's time. */
export function since(path: string): Cell {
  const read = pathReader(path);
  return (object, context) => ageOf(read(object), context);
}

/** Quantity text; `absent` where the field is not set. */
export function quantity(path: string, absent = '0'): Cell {
  const read = pathReader(path);
  return (object) => quantityOf(read(object), absent);
}

/** A number or a string ("1", "25%"). */
export function intOrString(path: string, absent: string): Cell {
  const read = pathReader(path);
  return (object) => {
    const value = read(object);
    return typeof value === 'string' ? value : digitsOf(value, absent);
  };
}

/** The strings of a list with commas between them; `empty` where there are none. */
export function joined(path: string, empty = ''): Cell {
  const read = pathReader(path);
  return (object) =>
    itemsOf(read(object))
      .map((item) => stringOf(item))
      .join(',') || empty;
}

/** A map of strings: "a=b,c=d". */
export function labels(path: string): Cell {
  const read = pathReader(path);
  return (object) => labelsOf(read(object));
}

export function labelsOf(value: JsonValue | undefined): string {
  const entries: [string, string][] = [];
  for (const [key, item] of Object.entries(fieldsOf(value))) if (typeof item === 'string') entries.push([key, item]);
  return formatLabels(Object.fromEntries(entries));
}

/** A metav1.LabelSelector: "a=b,c in (d,e)". */
export function labelSelector(path: string): Cell {
  const read = pathReader(path);
  return (object) => formatLabelSelector(read(object));
}

/** "Kind/name". */
export function kindAndName(path: string): Cell {
  const read = pathReader(path);
  return (object) => {
    const reference = fieldsOf(read(object));
    return `${stringOf(reference.kind)}/${stringOf(reference.name)}`;
  };
}
