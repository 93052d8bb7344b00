/** How large the values of a schema may be: as it says, or as large as fits into a request. Source: apiserver's SchemaDeclType. */
import type { SizedType } from '../cel/cost-estimate.ts';
import { escapedName } from '../cel/escaped-name.ts';
import type { Structural } from './structural.ts';

/** Bytes. */
export const MAX_REQUEST = 3 * 1024 * 1024;
const MAX_TIME = 32;
const DATE = 12;

export interface MeasuredType extends SizedType {
  /** Bytes of the smallest JSON. */
  readonly least: number;
}

const nothing = { field: () => undefined, element: undefined, key: undefined };

const texts: Readonly<Record<string, { readonly least: number; readonly max: number }>> = {
  duration: { least: 3, max: MAX_TIME },
  date: { least: DATE, max: DATE },
  'date-time': { least: 21, max: MAX_TIME },
};

const scalars: Readonly<Record<string, number>> = { boolean: 4, number: 1, integer: 1 };

const made = new WeakMap<Structural, MeasuredType | 'unseen'>();

/** Undefined: rules cannot see it. */
export function measuredType(schema: Structural, isResource: boolean): MeasuredType | undefined {
  if (isResource) return measure(schema, true);
  let known = made.get(schema);
  if (known === undefined) made.set(schema, (known = measure(schema, false) ?? 'unseen'));
  return known === 'unseen' ? undefined : known;
}

function measure(schema: Structural, isResource: boolean): MeasuredType | undefined {
  const { rules } = schema;
  if (schema.intOrString) return { ...nothing, least: 1, max: maxText(schema) };
  const [type = isResource ? 'object' : ''] = schema.types;
  switch (type) {
    case 'array': {
      const element = schema.items === undefined ? undefined : measuredType(schema.items, schema.items.isEmbedded);
      if (element === undefined) return undefined;
      const max = rules.maxItems ?? Math.floor((MAX_REQUEST - 2) / (element.least + 1));
      return { ...nothing, least: 2, max: Math.max(max, 0), element };
    }
    case 'object':
      return typeof schema.additional === 'object'
        ? measureMap(schema, schema.additional)
        : measureObject(schema, isResource);
    case 'string': {
      const known = Object.hasOwn(texts, rules.format) ? texts[rules.format] : undefined;
      if (known !== undefined) return { ...nothing, ...known };
      if (rules.format === 'byte') return { ...nothing, least: 2, max: rules.maxLength ?? MAX_REQUEST - 2 };
      return { ...nothing, least: 2, max: maxText(schema) };
    }
    default: {
      const least = Object.hasOwn(scalars, type) ? scalars[type] : undefined;
      return least === undefined ? undefined : { ...nothing, least, max: 0 };
    }
  }
}

function maxText({ rules, intOrString }: Structural): number {
  // Characters have up to four bytes.
  if (rules.maxLength !== undefined) return Math.max(rules.maxLength, 0) * 4;
  const lengths = (rules.enum ?? []).map((value) => (typeof value === 'string' ? Buffer.byteLength(value) : 0));
  return lengths.length === 0 || intOrString ? MAX_REQUEST - 2 : Math.max(...lengths);
}

function measureMap({ rules }: Structural, values: Structural): MeasuredType | undefined {
  const element = measuredType(values, values.isEmbedded);
  if (element === undefined) return undefined;
  const max = rules.maxProperties ?? Math.floor((MAX_REQUEST - 2) / (element.least + 6));
  return { ...nothing, least: 2, max: Math.max(max, 0), element, key: { ...nothing, max: 0 } };
}

function measureObject(schema: Structural, isResource: boolean): MeasuredType {
  const fields = new Map<string, SizedType>();
  let least = 2;
  for (const [name, property] of schema.properties) {
    const field = measuredType(property, property.isEmbedded);
    if (field === undefined) continue;
    const escaped = escapedName(name);
    if (escaped !== undefined) fields.set(escaped, field);
    if (schema.rules.required.includes(name) && property.default === undefined) least += name.length + field.least + 4;
  }
  if (isResource) {
    const text: SizedType = { ...nothing, max: MAX_REQUEST - 2 };
    const metadata = new Map([
      ['name', text],
      ['generateName', text],
    ]);
    fields.set('kind', text).set('apiVersion', text);
    fields.set('metadata', { ...nothing, max: 0, field: (name) => metadata.get(name) });
  }
  return { ...nothing, least, max: 0, field: (name) => fields.get(name) };
}
