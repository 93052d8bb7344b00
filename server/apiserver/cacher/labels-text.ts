/** Finds metadata.labels in an object's JSON without parsing it: selecting by label among thousands of objects needs no more. */
const QUOTE = 0x22;
const COMMA = 0x2c;
const COLON = 0x3a;
const OPEN_BRACKET = 0x5b;
const BACKSLASH = 0x5c;
const CLOSE_BRACKET = 0x5d;
const OPEN_BRACE = 0x7b;
const CLOSE_BRACE = 0x7d;
const labelsKey = Buffer.from('"labels"');

/**
 * The text of the labels object, '' where there are none. `start` is the offset of metadata's first key.
 * Undefined: not JSON without white space between its tokens; the caller must parse.
 */
export function labelsText(bytes: Buffer, start: number): string | undefined {
  let at = start;
  for (;;) {
    if (bytes[at] === COMMA) at++;
    if (bytes[at] === CLOSE_BRACE) return '';
    if (bytes[at] !== QUOTE) return undefined;
    const keyEnd = stringEnd(bytes, at);
    if (bytes[keyEnd] !== COLON) return undefined;
    const valueEnd = skipValue(bytes, keyEnd + 1);
    if (isLabels(bytes, at, keyEnd)) {
      return bytes[keyEnd + 1] === OPEN_BRACE ? bytes.toString('utf8', keyEnd + 1, valueEnd) : '';
    }
    at = valueEnd;
  }
}

function isLabels(bytes: Buffer, start: number, end: number): boolean {
  if (end - start !== labelsKey.length) return false;
  for (let i = 1; i < labelsKey.length; i++) if (bytes[start + i] !== labelsKey[i]) return false;
  return true;
}

/** The offset after the closing quote. */
function stringEnd(bytes: Buffer, open: number): number {
  const { length } = bytes;
  let at = open + 1;
  while (at < length) {
    const byte = bytes[at];
    if (byte === QUOTE) return at + 1;
    at += byte === BACKSLASH ? 2 : 1;
  }
  return length;
}

function skipValue(bytes: Buffer, start: number): number {
  const { length } = bytes;
  const first = bytes[start];
  if (first === QUOTE) return stringEnd(bytes, start);
  let at = start;
  let depth = 0;
  while (at < length) {
    const byte = bytes[at];
    if (byte === QUOTE) {
      at = stringEnd(bytes, at);
      continue;
    }
    if (byte === OPEN_BRACE || byte === OPEN_BRACKET) depth++;
    else if (byte === CLOSE_BRACE || byte === CLOSE_BRACKET) {
      if (depth === 0) return at;
      if (--depth === 0) return at + 1;
    } else if (byte === COMMA && depth === 0) return at;
    at++;
  }
  return length;
}
