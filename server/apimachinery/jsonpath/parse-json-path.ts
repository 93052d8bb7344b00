/**
 * The JSONPath of kubectl and of printer columns, as steps: `.spec.ports[0].name`, `['a']`, `[*]`, `..name`, `[?(@.type=="Ready")]`.
 * Read as client-go reads it, quirks and all: the same text means the same to a client and to us, and its problems have the same words.
 */
import { goQuote } from '../errors/field-error.ts';

export type PathStep =
  | { readonly kind: 'field'; readonly name: string }
  | { readonly kind: 'wildcard' }
  /** Everything below, itself included. */
  | { readonly kind: 'recursive' }
  | { readonly kind: 'slice'; readonly start: number; readonly end: SliceEnd; readonly step: number }
  | { readonly kind: 'union'; readonly branches: readonly (readonly PathStep[])[] }
  | { readonly kind: 'filter'; readonly left: readonly PathStep[]; readonly comparison: Comparison | undefined }
  | { readonly kind: 'literal'; readonly value: Literal }
  /** Words of templates: they lead nowhere in a path. */
  | { readonly kind: 'word' };

/** `next`: the item alone, so that what lies behind -1 is the end of the list. Undefined: as far as the list goes. */
type SliceEnd = number | 'next' | undefined;

interface Comparison {
  readonly operator: string;
  readonly right: readonly PathStep[];
}

/** Go compares whole numbers and others with each other never. */
export type Literal =
  | { readonly kind: 'int'; readonly value: number | bigint }
  | { readonly kind: 'float'; readonly value: number }
  | { readonly kind: 'text'; readonly value: string }
  | { readonly kind: 'bool'; readonly value: boolean };

/** The message says what is wrong, in client-go's words. */
export class JsonPathError extends Error {
  override name = 'JsonPathError';
}

const FIELD = /(?:\\[\s\S]|[^\\\s.,[\]$@{}])*/y;
const IDENTIFIER = /[^\s.,[\]$@{}]*/y;
const NUMBER = /[+-]?[.\p{Nd}]*/uy;
const SLICE = /^(-?\d*)(:-?\d*)?(:-?\d*)?$/;
const COMPARISON = /^([^!<>=]+)([!<>=]+)(.+)$/;
const UNESCAPED = /^(?:[^\\]|\\(?:[abfnrtv\\'"]|x[\da-fA-F]{2}|u[\da-fA-F]{4}|U[\da-fA-F]{8}|[0-3][0-7]{2}))*$/;

/** The path without braces. @throws JsonPathError */
export function parseJsonPath(path: string): readonly PathStep[] {
  return parseTemplate(`{${path}}`)[0] ?? [];
}

/** What stands in each pair of braces. @throws JsonPathError */
export function parseTemplate(template: string): readonly (readonly PathStep[])[] {
  const actions: (readonly PathStep[])[] = [];
  for (let at = template.indexOf('{'); at >= 0; ) {
    const action = new Action(template, at + 1);
    actions.push(action.steps);
    at = template.indexOf('{', action.end);
  }
  return actions;
}

class Action {
  readonly steps: PathStep[] = [];
  readonly #text: string;
  #at: number;

  constructor(text: string, at: number) {
    this.#text = text;
    this.#at = at;
    while (!this.#rest.startsWith('}')) this.#part();
  }

  /** Behind the closing brace. */
  get end(): number {
    return this.#at + 1;
  }

  get #rest(): string {
    return this.#text.slice(this.#at);
  }

  #part(): void {
    const rest = this.#rest;
    const char = String.fromCodePoint(rest.codePointAt(0) ?? 0x0a);
    if (rest.startsWith('..')) this.#recursion();
    else if (rest.startsWith('[?(')) this.#filter();
    else if (char === '\n' || char === '\r') throw new JsonPathError('unclosed action');
    else if (/^[ @$]$/.test(char)) this.#at++;
    else if (char === '[') this.#array();
    else if (char === '"' || char === "'") this.#quote(char);
    else if (char === '.') this.#field(1);
    else if (/^[+\-\p{Nd}]$/u.test(char)) this.#number();
    else if (/^[_\p{L}]$/u.test(char)) this.#word();
    else throw new JsonPathError(`unrecognized character in action: ${unicodeName(char)}`);
  }

  #take(pattern: RegExp): string {
    pattern.lastIndex = this.#at;
    const [found = ''] = pattern.exec(this.#text) ?? [];
    this.#at += found.length;
    return found;
  }

  #field(dots: number): void {
    this.#at += dots;
    const name = this.#take(FIELD);
    this.steps.push(name === '*' ? { kind: 'wildcard' } : { kind: 'field', name: name.replaceAll('\\', '') });
  }

  #recursion(): void {
    if (this.steps.at(-1)?.kind === 'recursive') throw new JsonPathError('invalid multiple recursive descent');
    this.steps.push({ kind: 'recursive' });
    this.#at += 2;
    if (/^[_\p{L}\p{Nd}]/u.test(this.#rest)) this.#field(0);
  }

  #word(): void {
    const word = this.#take(IDENTIFIER);
    const isBoolean = word === 'true' || word === 'false';
    this.steps.push(
      isBoolean ? { kind: 'literal', value: { kind: 'bool', value: word === 'true' } } : { kind: 'word' },
    );
  }

  #number(): void {
    const text = this.#take(NUMBER);
    if (!/^[+-]?(?:\d+\.?\d*|\.\d+)$/.test(text)) throw new JsonPathError(`cannot parse number ${text}`);
    const int = /^[+-]?\d+$/.test(text) ? longOf(text) : undefined;
    const value: Literal = int === undefined ? { kind: 'float', value: Number(text) } : { kind: 'int', value: int };
    this.steps.push({ kind: 'literal', value });
  }

  #quote(mark: string): void {
    let end = this.#at + 1;
    while (this.#text[end] !== mark || this.#text[end - 1] === '\\') {
      if (end >= this.#text.length || this.#text[end] === '\n') throw new JsonPathError('unterminated quoted string');
      end++;
    }
    const inner = this.#text.slice(this.#at + 1, end);
    this.#at = end + 1;
    if (!UNESCAPED.test(inner)) throw new JsonPathError(`unquote string ${mark}${inner}${mark} error invalid syntax`);
    this.steps.push({ kind: 'literal', value: { kind: 'text', value: unescaped(inner) } });
  }

  #array(): void {
    const found = /^\[([^\]\n]*)\]/.exec(this.#rest);
    if (found === null) throw new JsonPathError('unterminated array');
    const [all, inner = ''] = found;
    this.#at += all.length;
    const parts = inner.split(',');
    if (parts.length > 1) {
      const branches = parts.map((part) => parseJsonPath(`[${part.replace(/^ +| +$/g, '')}]`));
      this.steps.push({ kind: 'union', branches });
      return;
    }
    const key = /^'([^']*)'$/.exec(inner)?.[1];
    // A key in quotes is read as fields again: its dots are to be escaped there too.
    if (key === undefined) this.steps.push(sliceOf(inner === '*' ? ':' : inner));
    else this.steps.push(...parseJsonPath(`.${key}`));
  }

  #filter(): void {
    const start = this.#at + '[?('.length;
    let mark = '';
    let isOpen = false;
    let end = start;
    for (; isOpen || this.#text[end] !== ')'; end++) {
      const char = this.#text[end];
      if (char === undefined || char === '\n') throw new JsonPathError('unterminated filter');
      if (mark === '' && (char === '"' || char === "'")) [mark, isOpen] = [char, true];
      else if (char === mark && this.#text[end - 1] !== '\\') isOpen = false;
    }
    if (this.#text[end + 1] !== ']') throw new JsonPathError('unclosed array expect ]');
    this.#at = end + 2;
    const inner = this.#text.slice(start, end);
    const [, left, operator, right] = COMPARISON.exec(inner) ?? [];
    this.steps.push(
      left === undefined || operator === undefined || right === undefined
        ? { kind: 'filter', left: parseJsonPath(inner), comparison: undefined }
        : { kind: 'filter', left: parseJsonPath(left), comparison: { operator, right: parseJsonPath(right) } },
    );
  }
}

function sliceOf(text: string): PathStep {
  const found = SLICE.exec(text);
  if (found === null) throw new JsonPathError(`invalid array index ${text}`);
  const [, start = '', end, step] = found;
  return {
    kind: 'slice',
    start: indexOf(start) ?? 0,
    end: end === undefined ? 'next' : indexOf(end.slice(1)),
    step: indexOf(step?.slice(1) ?? '') ?? 1,
  };
}

function indexOf(text: string): number | undefined {
  if (text === '') return undefined;
  const value = text === '-' ? undefined : longOf(text);
  if (value === undefined) throw new JsonPathError(`array index ${text} is not a number`);
  return Number(value);
}

/** Undefined: more than 64 bits hold. */
function longOf(text: string): number | bigint | undefined {
  const value = BigInt(text.replace(/^\+/, ''));
  if (BigInt.asIntN(64, value) !== value) return undefined;
  return Number.isSafeInteger(Number(value)) ? Number(value) : value;
}

const ESCAPES: Readonly<Record<string, string>> = { a: '\u0007', b: '\b', f: '\f', n: '\n', r: '\r', t: '\t', v: '\v' };

function unescaped(text: string): string {
  return text.replaceAll(
    /\\(?:[xuU]([\da-fA-F]+)|([0-7]{3})|(.))/g,
    (_, hex: string | undefined, octal: string | undefined, char: string | undefined) => {
      if (hex !== undefined) return String.fromCodePoint(Math.min(Number.parseInt(hex, 16), 0x10_ff_ff));
      if (octal !== undefined) return String.fromCodePoint(Number.parseInt(octal, 8));
      return ESCAPES[char ?? ''] ?? char ?? '';
    },
  );
}

/** Go's %#U: "U+002F '/'". */
function unicodeName(char: string): string {
  const code = `U+${(char.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')}`;
  return goQuote(char) === `"${char}"` || char === '"' || char === '\\' ? `${code} '${char}'` : code;
}
