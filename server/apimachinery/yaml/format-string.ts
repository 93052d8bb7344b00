/** Text as a YAML scalar: plain where it reads back as the same text, else quoted, or a block if it has several lines. */
import { resolvePlainScalar } from './resolve-scalar.ts';

export interface StringPlace {
  /** Of the lines of a block. */
  readonly indent: number;
  readonly isKey: boolean;
}

/** What the emitter writes as it is; everything else is escaped. It knows no characters beyond the basic plane. */
const SPECIAL = /[^\n\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufefe\uff00-\ufffd]|[\ud800-\udfff]/;
const BREAK = /[\r\n\x85\u2028\u2029]/;
const SEXAGESIMAL = /^[-+]?[0-9][0-9_]*(?::[0-5]?[0-9])+(?:\.[0-9_]*)?$/;
/** Starts and sequences that mean something to a parser outside of quotes. */
const INDICATOR =
  /^[#,[\]{}&*!|>'"%@`]|^---|^\.\.\.|^[?:-](?:[ \n\r\x85\u2028\u2029]|$)|:(?:[ \n\r\x85\u2028\u2029]|$)|[ \n\r\x85\u2028\u2029]#/;
const SPACE_AFTER_BREAK = /[\r\n\x85\u2028\u2029] /;
const SPACE_BEFORE_BREAK = / [\r\n\x85\u2028\u2029]/;
const LAST_BREAK = /[\r\n\x85\u2028\u2029]$/;

export function formatYamlString(text: string, place: StringPlace): string {
  const quotedOnly = SPECIAL.test(text) || SPACE_BEFORE_BREAK.test(text);
  if (text.includes('\n')) {
    return quotedOnly || place.isKey || text.endsWith(' ') ? doubleQuoted(text) : block(text, place.indent);
  }
  if (quotedOnly || resolvePlainScalar(text).kind !== 'str' || SEXAGESIMAL.test(text)) return doubleQuoted(text);
  const plain = !BREAK.test(text) && !text.startsWith(' ') && !text.endsWith(' ') && !INDICATOR.test(text);
  if (plain) return text;
  if (SPACE_AFTER_BREAK.test(text) || BREAK.test(text)) return doubleQuoted(text);
  return `'${text.replaceAll("'", "''")}'`;
}

function block(text: string, indent: number): string {
  const hint = /^[ \r\n\x85\u2028\u2029]/.test(text) ? '2' : '';
  const endings = LAST_BREAK.test(text) ? (text.length === 1 || LAST_BREAK.test(text.slice(0, -1)) ? '+' : '') : '-';
  const padding = ' '.repeat(indent);
  const lines = (text.endsWith('\n') ? text.slice(0, -1) : text).split('\n');
  return `|${hint}${endings}\n${lines.map((line) => (line === '' ? '' : padding + line)).join('\n')}`;
}

const shortEscapes: ReadonlyMap<string, string> = new Map([
  ['\0', '\\0'],
  ['\x07', '\\a'],
  ['\b', '\\b'],
  ['\t', '\\t'],
  ['\n', '\\n'],
  ['\v', '\\v'],
  ['\f', '\\f'],
  ['\r', '\\r'],
  ['\x1b', '\\e'],
  ['"', '\\"'],
  ['\\', '\\\\'],
  ['\x85', '\\N'],
  ['\u2028', '\\L'],
  ['\u2029', '\\P'],
]);

function doubleQuoted(text: string): string {
  const escaped = text.replace(
    /["\\\n\x85\u2028\u2029]|[^\x20-\x7e\xa0-\ud7ff\ue000-\ufefe\uff00-\ufffd]/gu,
    (char) => shortEscapes.get(char) ?? hexEscape(char.codePointAt(0) ?? 0),
  );
  return `"${escaped}"`;
}

function hexEscape(code: number): string {
  const hex = code.toString(16).toUpperCase();
  if (code <= 0xff) return `\\x${hex.padStart(2, '0')}`;
  return code <= 0xffff ? `\\u${hex.padStart(4, '0')}` : `\\U${hex.padStart(8, '0')}`;
}
