/** From the text of an expression to its tokens; literals have their values here. */
import { IssueError } from './cel-error.ts';
import { type CelValue, CelUint } from './values.ts';

export interface Token {
  /** `end`, `name`, `literal` (text is the source), or `symbol`. */
  readonly kind: 'end' | 'name' | 'literal' | 'symbol';
  readonly text: string;
  readonly at: number;
  readonly value?: CelValue;
  /** A name in backticks. */
  readonly isEscaped?: true;
}

const SYMBOLS = [
  '==',
  '!=',
  '<=',
  '>=',
  '&&',
  '||',
  '<',
  '>',
  '+',
  '-',
  '*',
  '/',
  '%',
  '!',
  '?',
  ':',
  '.',
  ',',
  '(',
  ')',
  '[',
  ']',
  '{',
  '}',
];
const SPACE = /(?:\s|\/\/[^\n]*)*/y;
const NUMBER = /0[xX][0-9a-fA-F]+[uU]?|(?:\d+\.\d+(?:[eE][+-]?\d+)?|\d+[eE][+-]?\d+|\.\d+(?:[eE][+-]?\d+)?)|\d+[uU]?/y;
const NAME = /[A-Za-z_][A-Za-z0-9_]*/y;
const STRING = /([rR]?[bB]?|[bB][rR])("""|'''|"|')/y;

export function tokenize(source: string): Token[] {
  const tokens: Token[] = [];
  let at = 0;
  const match = (pattern: RegExp): RegExpExecArray | null => {
    pattern.lastIndex = at;
    return pattern.exec(source);
  };
  for (;;) {
    at += match(SPACE)?.[0].length ?? 0;
    if (at >= source.length) break;
    const string = match(STRING);
    if (string !== null) {
      const { end, value } = readString(source, at, string);
      tokens.push({ kind: 'literal', text: source.slice(at, end), at, value });
      at = end;
      continue;
    }
    const number = match(NUMBER);
    // A dot before digits is a selection's where something can be selected from.
    if (number !== null && !(number[0].startsWith('.') && mayBeSelected(tokens.at(-1)))) {
      tokens.push({ kind: 'literal', text: number[0], at, value: numberOf(number[0], at) });
      at += number[0].length;
      continue;
    }
    const name = match(NAME);
    if (name !== null) {
      tokens.push({ kind: 'name', text: name[0], at });
      at += name[0].length;
      continue;
    }
    if (source[at] === '`') {
      const end = source.indexOf('`', at + 1);
      if (end > 0) {
        tokens.push({ kind: 'name', text: source.slice(at + 1, end), at, isEscaped: true });
        at = end + 1;
        continue;
      }
    }
    const symbol = SYMBOLS.find((candidate) => source.startsWith(candidate, at));
    if (symbol === undefined)
      throw new IssueError(at, `Syntax error: token recognition error at: '${source[at] ?? ''}'`);
    tokens.push({ kind: 'symbol', text: symbol, at });
    at += symbol.length;
  }
  tokens.push({ kind: 'end', text: '<EOF>', at: source.length });
  return tokens;
}

function mayBeSelected(token: Token | undefined): boolean {
  return token !== undefined && (token.kind !== 'symbol' || [')', ']', '}'].includes(token.text));
}

function numberOf(text: string, at: number): CelValue {
  // The largest integer and one: the parser makes the smallest of it.
  const problem = numberProblem(`-${text}`);
  if (problem !== undefined) throw new IssueError(at, problem);
  if (/[uU]$/.test(text)) return new CelUint(BigInt(text.slice(0, -1)));
  return /^0[xX]|^\d+$/.test(text) ? BigInt(text) : Number(text);
}

/** What is wrong with the literal of a number, which may have a sign. */
export function numberProblem(literal: string): string | undefined {
  const text = literal.replace(/^-\s*/, '');
  if (/[uU]$/.test(text))
    return BigInt(text.slice(0, -1)) > 0xffff_ffff_ffff_ffffn ? 'invalid uint literal' : undefined;
  if (!/^0[xX]|^\d+$/.test(text)) return Number.isFinite(Number(text)) ? undefined : 'invalid double literal';
  const limit = literal === text ? 0x7fff_ffff_ffff_ffffn : 0x8000_0000_0000_0000n;
  return BigInt(text) > limit ? 'invalid int literal' : undefined;
}

function readString(source: string, start: number, [opening = '', prefix = '', quote = '']: RegExpExecArray) {
  const isRaw = /r/i.test(prefix);
  const isBytes = /b/i.test(prefix);
  const from = start + opening.length;
  let at = from;
  for (; !source.startsWith(quote, at); at++) {
    if (at >= source.length || (quote.length === 1 && source[at] === '\n')) {
      throw new IssueError(start, `Syntax error: token recognition error at: '${source.slice(start)}'`);
    }
    if (!isRaw && source[at] === '\\') at++;
  }
  const text = source.slice(from, at);
  const end = at + quote.length;
  if (isBytes) return { end, value: isRaw ? new Uint8Array(Buffer.from(text)) : unescapeBytes(text, start) };
  return { end, value: isRaw ? text : unescapeText(text, start) };
}

const ESCAPE =
  /\\(?:([abfnrtv\\?"'`])|[xX]([0-9a-fA-F]{2})|u([0-9a-fA-F]{4})|U([0-9a-fA-F]{8})|([0-3][0-7]{2})|([\s\S]?))/g;
const SHORT: Readonly<Record<string, string>> = {
  a: '\x07',
  b: '\b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
  v: '\v',
  '\\': '\\',
  '?': '?',
  '"': '"',
  "'": "'",
  '`': '`',
};

type Escape = readonly [short?: string, hex?: string, u4?: string, u8?: string, octal?: string];

function codeOf([, hex, u4, u8, octal]: Escape): number {
  return octal === undefined ? Number.parseInt(hex ?? u4 ?? u8 ?? '', 16) : Number.parseInt(octal, 8);
}

function unescapeText(text: string, at: number): string {
  if (!text.includes('\\')) return text;
  return text.replace(ESCAPE, (_all, ...groups: Array<string | undefined>) => {
    const [short] = groups;
    if (short !== undefined) return SHORT[short] ?? '';
    const code = codeOf(groups as unknown as Escape);
    if (Number.isNaN(code) || code > 0x10ffff || (code >= 0xd800 && code <= 0xdfff)) {
      throw new IssueError(at, 'Syntax error: invalid escape sequence');
    }
    return String.fromCodePoint(code);
  });
}

function unescapeBytes(text: string, at: number): Uint8Array {
  const parts: Buffer[] = [];
  let last = 0;
  for (const found of text.matchAll(ESCAPE)) {
    parts.push(Buffer.from(text.slice(last, found.index)));
    const groups = found.slice(1) as unknown as Escape;
    const [short, , u4, u8] = groups;
    if (short !== undefined) parts.push(Buffer.from(SHORT[short] ?? ''));
    else {
      const code = codeOf(groups);
      if (Number.isNaN(code) || u4 !== undefined || u8 !== undefined) {
        throw new IssueError(at, 'Syntax error: invalid escape sequence');
      }
      parts.push(Buffer.from([code]));
    }
    last = found.index + found[0].length;
  }
  parts.push(Buffer.from(text.slice(last)));
  return new Uint8Array(Buffer.concat(parts));
}
