/** What is wrong with a JSONPath template (`{.spec.replicas}`), in the words in which clients and the API know it. */
import { goQuote } from '../errors/field-error.ts';

const FIELD = /(?:\\[\s\S]|[^\\\s.,[\]$@{}])*/y;
const IDENTIFIER = /[^\s.,[\]$@{}]*/y;
const NUMBER = /[+-]?[.\p{Nd}]*/uy;
const SLICE = /^-?\d*(?::-?\d*){0,2}$/;
const COMPARISON = /^([^!<>=]+)[!<>=]+(.+)$/;
const UNESCAPED = /^(?:[^\\]|\\(?:[abfnrtv\\'"]|x[\da-fA-F]{2}|u[\da-fA-F]{4}|U[\da-fA-F]{8}|[0-3][0-7]{2}))*$/;

/** Undefined: it can be read. */
export function templateProblem(template: string): string | undefined {
  for (let at = template.indexOf('{'); at >= 0; ) {
    const end = new Action(template, at + 1).end();
    if (typeof end === 'string') return end;
    at = template.indexOf('{', end);
  }
  return undefined;
}

/** What stands between braces. */
class Action {
  readonly #text: string;
  #at: number;
  #isRecursive = false;

  constructor(text: string, at: number) {
    this.#text = text;
    this.#at = at;
  }

  /** Where the text goes on after the closing brace, or the problem. */
  end(): number | string {
    for (;;) {
      if (this.#rest.startsWith('}')) return this.#at + 1;
      const problem = this.#part();
      if (problem !== undefined) return problem;
    }
  }

  get #rest(): string {
    return this.#text.slice(this.#at);
  }

  #part(): string | undefined {
    const rest = this.#rest;
    if (rest.startsWith('..')) return this.#recursion();
    this.#isRecursive &&= /^[ @$]/.test(rest);
    if (rest.startsWith('[?(')) return this.#filter();
    const [char = ''] = rest;
    if (/^[\r\n]?$/.test(char)) return 'unclosed action';
    if (/^[ @$]$/.test(char)) this.#at++;
    else if (char === '[') return this.#array();
    else if (char === '"' || char === "'") return this.#quote(char);
    else if (char === '.') {
      this.#at++;
      this.#take(FIELD);
    } else if (/^[+\-\p{Nd}]$/u.test(char)) return this.#number();
    else if (/^[_\p{L}]$/u.test(char)) this.#take(IDENTIFIER);
    else return `unrecognized character in action: ${unicodeName(char)}`;
    return undefined;
  }

  #take(pattern: RegExp): string {
    pattern.lastIndex = this.#at;
    const [found = ''] = pattern.exec(this.#text) ?? [];
    this.#at += found.length;
    return found;
  }

  #recursion(): string | undefined {
    if (this.#isRecursive) return 'invalid multiple recursive descent';
    this.#isRecursive = true;
    this.#at += 2;
    if (!/^[_\p{L}\p{Nd}]/u.test(this.#rest)) return undefined;
    this.#isRecursive = false;
    this.#take(FIELD);
    return undefined;
  }

  #number(): string | undefined {
    const text = this.#take(NUMBER);
    return /^[+-]?(?:\d+\.?\d*|\.\d+)$/.test(text) ? undefined : `cannot parse number ${text}`;
  }

  #quote(mark: string): string | undefined {
    let end = this.#at + 1;
    while (this.#text[end] !== mark || this.#text[end - 1] === '\\') {
      if (end >= this.#text.length || this.#text[end] === '\n') return 'unterminated quoted string';
      end++;
    }
    const inner = this.#text.slice(this.#at + 1, end);
    this.#at = end + 1;
    return UNESCAPED.test(inner) ? undefined : `unquote string ${mark}${inner}${mark} error invalid syntax`;
  }

  #array(): string | undefined {
    const found = /^\[([^\]\n]*)\]/.exec(this.#rest);
    if (found === null) return 'unterminated array';
    const [all, inner = ''] = found;
    this.#at += all.length;
    const parts = inner.split(',');
    if (parts.length > 1) return first(parts.map((part) => `[${part.replace(/^ +| +$/g, '')}]`));
    const key = /^'([^']*)'$/.exec(inner)?.[1];
    if (key !== undefined) return templateProblem(`{.${key}}`);
    if (inner !== '*' && !SLICE.test(inner)) return `invalid array index ${inner}`;
    const tooLarge = inner.split(':').find((index) => /\d/.test(index) && !isLong(index));
    return tooLarge === undefined ? undefined : `array index ${tooLarge} is not a number`;
  }

  #filter(): string | undefined {
    const start = this.#at + '[?('.length;
    let mark = '';
    let isOpen = false;
    let end = start;
    for (; isOpen || this.#text[end] !== ')'; end++) {
      const char = this.#text[end];
      if (char === undefined || char === '\n') return 'unterminated filter';
      if (mark === '' && (char === '"' || char === "'")) [mark, isOpen] = [char, true];
      else if (char === mark && this.#text[end - 1] !== '\\') isOpen = false;
    }
    if (this.#text[end + 1] !== ']') return 'unclosed array expect ]';
    this.#at = end + 2;
    const inner = this.#text.slice(start, end);
    const [, left, right] = COMPARISON.exec(inner) ?? [];
    return left === undefined || right === undefined ? first([inner]) : first([left, right]);
  }
}

function first(actions: readonly string[]): string | undefined {
  for (const action of actions) {
    const problem = templateProblem(`{${action}}`);
    if (problem !== undefined) return problem;
  }
  return undefined;
}

function isLong(text: string): boolean {
  const value = BigInt(text);
  return BigInt.asIntN(64, value) === value;
}

/** Go's %#U: "U+002F '/'". */
function unicodeName(char: string): string {
  const code = `U+${(char.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')}`;
  return goQuote(char) === `"${char}"` || char === '"' || char === '\\' ? `${code} '${char}'` : code;
}
