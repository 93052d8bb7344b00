/**
 * A pod template as Go's spew prints it (%#v, keys sorted): what upstream hashes. Hashes are part of the names of replica sets,
 * so that whoever takes over a cluster must find the same ones.
 */
import { loadPodTemplateShape } from '../../../openapi/pod-template-shape.ts';
import { isJsonObject, type JsonObject, type JsonValue } from '../../apimachinery/json.ts';
import { printGoQuantity } from './go-quantity.ts';

export function printPodTemplate(template: object): string {
  const type = 'v1.PodTemplateSpec';
  return `(${type})${printValue(type, template as JsonObject)}`;
}

const noTime = '{Time:(time.Time){wall:(uint64)0 ext:(int64)0 loc:(*time.Location)<nil>}}';
const zero: ReadonlyMap<string, string> = new Map([
  ['string', ''],
  ['bool', 'false'],
  ['v1.Time', noTime],
  ['resource.Quantity', printGoQuantity(undefined)],
]);

/** Without the type before it. */
function printValue(type: string, value: JsonValue | undefined): string {
  if (type.startsWith('[]')) {
    if (!Array.isArray(value) || value.length === 0) return '<nil>';
    return `[${value.map((item) => printValue(type.slice(2), item)).join(' ')}]`;
  }
  if (type.startsWith('map[string]')) return printMap(type.slice('map[string]'.length), value);
  if (type === 'resource.Quantity') return printGoQuantity(value);
  if (type === 'intstr.IntOrString') return printIntOrString(value);
  // What a time in a template says means nothing to anybody; it must only tell templates apart.
  const shape = type === 'v1.Time' || type === 'v1.FieldsV1' ? 'string' : loadPodTemplateShape().get(type);
  if (typeof shape === 'object') {
    const fields = isJsonObject(value) ? value : {};
    const printed = shape.map((field) => {
      const inner = field.jsonName === '-' ? fields : fields[field.jsonName];
      return `${field.goName}:${printTyped(field.type, inner)}`;
    });
    return `{${printed.join(' ')}}`;
  }
  if (value === undefined || value === null)
    return zero.get(type) ?? zero.get(shape ?? type) ?? (shape === undefined ? '0' : printValue(shape, value));
  return shape === undefined || shape === 'string' || typeof value !== 'object'
    ? String(value)
    : printValue(shape, value);
}

function printTyped(type: string, value: JsonValue | undefined): string {
  if (!type.startsWith('*')) return `(${type})${printValue(type, value)}`;
  return `(${type})${value === undefined || value === null ? '<nil>' : printValue(type.slice(1), value)}`;
}

function printMap(type: string, value: JsonValue | undefined): string {
  if (!isJsonObject(value)) return '<nil>';
  const keys = Object.keys(value);
  if (keys.length === 0) return '<nil>';
  keys.sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)));
  return `map[${keys.map((key) => `${key}:${printValue(type, value[key])}`).join(' ')}]`;
}

function printIntOrString(value: JsonValue | undefined): string {
  const [kind, number, text] = typeof value === 'string' ? [1, 0, value] : [0, Number(value ?? 0), ''];
  return `{Type:(intstr.Type)${kind} IntVal:(int32)${number} StrVal:(string)${text}}`;
}
