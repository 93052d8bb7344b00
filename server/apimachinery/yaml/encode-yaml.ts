/** JSON to YAML exactly as upstream prints it for Accept: application/yaml: sorted keys, two spaces, no line folding. */
import { isJsonObject, isRawJson, type JsonObject, type JsonValue } from '../json.ts';
import { compareYamlKeys } from './compare-keys.ts';
import { goFloat64 } from './go-float.ts';
import { formatYamlString } from './format-string.ts';

const INDENT = 2;
/** Keys beyond so many bytes cannot stand before a colon: they are written after a question mark. */
const MAX_SIMPLE_KEY_BYTES = 128;
const LINE_BREAK = /[\r\n\x85\u2028\u2029]/;
const MAX_UINT64 = 2n ** 64n - 1n;
const MIN_INT64 = -(2n ** 63n);

export function encodeYaml(value: JsonValue): string {
  const lines: string[] = [];
  if (Array.isArray(value) && value.length > 0) writeSequence(value, 0, '', lines);
  else if (isJsonObject(value) && !isEmpty(value)) writeMapping(value, 0, '', lines);
  else lines.push(formatLeaf(value, INDENT));
  return `${lines.join('\n')}\n`;
}

/** `lead` is what already stands on the line of the first entry, for example "- ". */
function writeMapping(object: JsonObject, indent: number, lead: string, lines: string[]): void {
  let head = lead;
  const padding = ' '.repeat(indent);
  for (const key of Object.keys(object).sort(compareYamlKeys)) {
    const value = object[key];
    if (value === undefined) continue;
    if (Buffer.byteLength(key) > MAX_SIMPLE_KEY_BYTES || LINE_BREAK.test(key)) {
      writeComplexKey(key, value, indent, head === '' ? padding : head, lines);
    } else {
      writeEntry(
        `${head === '' ? padding : head}${formatYamlString(key, { indent, isKey: true })}:`,
        value,
        indent,
        lines,
      );
    }
    head = '';
  }
}

function writeComplexKey(key: string, value: JsonValue, indent: number, head: string, lines: string[]): void {
  lines.push(`${head}? ${formatYamlString(key, { indent: indent + INDENT, isKey: false })}`);
  const padding = ' '.repeat(indent);
  const lead = `${padding}: `;
  if (Array.isArray(value) && value.length > 0) writeSequence(value, indent + INDENT, lead, lines);
  else if (isJsonObject(value) && !isEmpty(value)) writeMapping(value, indent + INDENT, lead, lines);
  else lines.push(`${lead}${formatLeaf(value, indent + INDENT)}`);
}

function writeEntry(head: string, value: JsonValue, indent: number, lines: string[]): void {
  if (Array.isArray(value) && value.length > 0) {
    lines.push(head);
    // A list in a map is not indented further.
    writeSequence(value, indent, '', lines);
  } else if (isJsonObject(value) && !isEmpty(value)) {
    lines.push(head);
    writeMapping(value, indent + INDENT, '', lines);
  } else {
    lines.push(`${head} ${formatLeaf(value, indent + INDENT)}`);
  }
}

function writeSequence(list: readonly JsonValue[], indent: number, lead: string, lines: string[]): void {
  let head = lead;
  const padding = ' '.repeat(indent);
  for (const element of list) {
    const start = `${head === '' ? padding : head}- `;
    if (Array.isArray(element) && element.length > 0) writeSequence(element, indent + INDENT, start, lines);
    else if (isJsonObject(element) && !isEmpty(element)) writeMapping(element, indent + INDENT, start, lines);
    else lines.push(`${start}${formatLeaf(element, indent + INDENT)}`);
    head = '';
  }
}

/** A scalar, or an empty collection. `indent` is that of the lines of a text block. */
function formatLeaf(value: JsonValue, indent: number): string {
  if (value === null) return 'null';
  if (typeof value === 'string') return formatYamlString(value, { indent, isKey: false });
  if (typeof value === 'number') return formatNumber(value);
  if (typeof value === 'boolean') return String(value);
  if (isRawJson(value)) return formatRawNumber(value.rawJSON);
  return Array.isArray(value) ? '[]' : '{}';
}

function formatNumber(value: number): string {
  return Number.isSafeInteger(value) ? String(value) : formatRawNumber(JSON.stringify(value));
}

/** Integers keep their digits as long as they fit into 64 bits; beyond that upstream sees a float. */
function formatRawNumber(text: string): string {
  if (/^-?[0-9]+$/.test(text)) {
    const integer = BigInt(text);
    if (integer >= MIN_INT64 && integer <= MAX_UINT64) return text;
  }
  return goFloat64(Number(text));
}

function isEmpty(object: JsonObject): boolean {
  for (const key in object) if (Object.hasOwn(object, key) && object[key] !== undefined) return false;
  return true;
}
