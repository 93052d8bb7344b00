/** Values as upstream's error messages print them: in the shape of its internal Go types. */
import { invalid, invalidTyped } from '../../apimachinery/errors/field-error.ts';
import { asBoolean, asList, asNumber, asObject, asText, isSet } from '../../apimachinery/json-access.ts';
import { isJsonObject, type JsonObject, type JsonValue } from '../../apimachinery/json.ts';
import { FIELD_IMMUTABLE_MESSAGE, semanticallyEqual } from '../../apimachinery/validation/immutable-field.ts';
import { sortedThroughout } from '../../apimachinery/schema/canonical.ts';
import { asSent } from '../../apimachinery/schema/sent-empties.ts';
import { formatQuantity } from '../../apimachinery/quantity/quantity.ts';
import type { Errors } from './checks.ts';
import { internalStructs } from './internal-structs.ts';
import { quantityOf } from './quantities.ts';

interface InternalField {
  readonly goName: string;
  readonly jsonName: string;
  /** jsonName is looked up in the object around. */
  readonly outer: boolean;
  readonly type: string;
}

const METADATA = '@metadata';

/** Made at the first error that needs it. */
let structs: ReadonlyMap<string, readonly InternalField[]> | undefined;

/** `type` names a struct ("core.PodSpec"), maybe after `[]`; "s" is a string, "any" JSON that Go has read, "S" one whose type has a name. null stands for nil. */
export function asInternal(type: string, value: JsonValue | undefined, around: JsonObject = {}): JsonValue {
  if (type.startsWith('*')) return isSet(value) ? asInternal(type.slice(1), value, around) : null;
  if (type.startsWith('[]')) {
    return isSet(value) ? asList(value).map((item) => asInternal(type.slice(2), item)) : null;
  }
  if (type.startsWith('{}')) {
    if (!isSet(value)) return null;
    const entries = Object.entries(asObject(value)).sort(([a], [b]) => (a < b ? -1 : 1));
    return Object.fromEntries(entries.map(([key, item]) => [key, asInternal(type.slice(2), item)]));
  }
  switch (type) {
    case 's':
    case 'S':
      return asText(value);
    case 'n':
      return isSet(value) ? value : asNumber(value);
    case 'b':
      return asBoolean(value);
    case 'i':
      return isSet(value) ? value : 0;
    case 'q':
      return formatQuantity(quantityOf(value));
    case 't':
    case 'j':
    case 'bytes':
      return value ?? null;
    case 'any':
      return sortedThroughout(value ?? null);
    default:
      return variants[type]?.(value ?? null) ?? structAsInternal(type, asObject(value), around);
  }
}

const props = 'apiextensions.JSONSchemaProps';

/** A schema or something else: JSON has one of them where the Go struct has a field for each. */
const variants: Readonly<Record<string, (value: JsonValue) => JsonValue>> = {
  'apiextensions.JSONSchemaPropsOrArray': (value) => ({
    Schema: isJsonObject(value) ? asInternal(props, value) : null,
    JSONSchemas: Array.isArray(value) ? asInternal(`[]${props}`, value) : null,
  }),
  'apiextensions.JSONSchemaPropsOrBool': (value) => ({
    Allows: value !== false,
    Schema: isJsonObject(value) ? asInternal(props, value) : null,
  }),
  'apiextensions.JSONSchemaPropsOrStringArray': (value) => ({
    Schema: isJsonObject(value) ? asInternal(props, value) : null,
    Property: Array.isArray(value) ? value : null,
  }),
};

/** As checkImmutable, for a value that an error prints by its type. */
export function checkImmutableTyped(
  type: string,
  value: JsonValue | undefined,
  old: JsonValue | undefined,
  path: string,
  errors: Errors,
): void {
  if (semanticallyEqual(value, old) && rawsOf(type, value) === rawsOf(type, old)) return;
  const shown = asInternal(type, value);
  const asJson = typeof shown === 'string' && type !== 's';
  errors.push(
    asJson ? invalidTyped(path, shown, FIELD_IMMUTABLE_MESSAGE) : invalid(path, shown, FIELD_IMMUTABLE_MESSAGE),
  );
}

/** What upstream compares byte by byte: the raw JSON in a value. */
function rawsOf(type: string, value: JsonValue | undefined): string {
  if (!isSet(value)) return '';
  if (type.startsWith('*')) return rawsOf(type.slice(1), value);
  if (type.startsWith('[]'))
    return asList(value)
      .map((item) => rawsOf(type.slice(2), item))
      .join('');
  if (type.startsWith('{}'))
    return Object.values(asObject(value))
      .map((item) => rawsOf(type.slice(2), item))
      .join('');
  if (type === 'j') return `${JSON.stringify(value)}\n`;
  structs ??= parse(internalStructs);
  const fields = structs.get(type) ?? [];
  return fields
    .map(({ jsonName, outer, type: inner }) => (outer ? '' : rawsOf(inner, asObject(value)[jsonName])))
    .join('');
}

function structAsInternal(type: string, value: JsonObject, around: JsonObject): JsonValue {
  structs ??= parse(internalStructs);
  const fields = structs.get(type);
  if (fields === undefined) return value;
  const shown: JsonObject = {};
  for (const field of fields) {
    if (field.goName === METADATA) Object.assign(shown, asObject(value.metadata));
    else {
      const from = field.outer ? around : value;
      shown[field.goName] = asInternal(field.type, asSent(from, field.jsonName), value);
    }
  }
  return shown;
}

function parse(text: string): Map<string, InternalField[]> {
  const parsed = new Map<string, InternalField[]>();
  let fields: InternalField[] = [];
  for (const line of text.split('\n')) {
    if (line === '') continue;
    if (line.startsWith(' ')) fields.push(...line.trim().split(' ').map(parseField));
    else {
      fields = [];
      parsed.set(line, fields);
    }
  }
  return parsed;
}

function parseField(text: string): InternalField {
  const colon = text.indexOf(':');
  const names = colon < 0 ? text : text.slice(0, colon);
  const [goName = '', given] = names.split('=');
  const jsonName = given ?? withLowerStart(goName);
  const outer = jsonName.startsWith('^');
  return {
    goName,
    jsonName: outer ? jsonName.slice(1) : jsonName,
    outer,
    type: colon < 0 ? 's' : text.slice(colon + 1),
  };
}

/** "NodeName" → "nodeName", "APIVersion" → "apiVersion", "TTY" → "tty". */
function withLowerStart(goName: string): string {
  const capitals = /^[A-Z]+/.exec(goName)?.[0].length ?? 0;
  const lowered = capitals <= 1 || capitals === goName.length ? capitals : capitals - 1;
  return goName.slice(0, lowered).toLowerCase() + goName.slice(lowered);
}
