/** The JSONPath of kubectl and of printer columns, as steps: `.spec.ports[0].name`, `['a.b']`, `[*]`, `..name`, `[?(@.type=="Ready")]`. */

/** What a filter compares: a path from the item (`@`), a path from the root (`$`), or a literal. */
export type Operand =
  | { readonly kind: 'path'; readonly fromRoot: boolean; readonly steps: readonly PathStep[] }
  | { readonly kind: 'literal'; readonly value: string | number | boolean };

export type PathStep =
  | { readonly kind: 'field'; readonly name: string }
  | { readonly kind: 'wildcard' }
  /** Everything below, itself included. */
  | { readonly kind: 'recursive' }
  | {
      readonly kind: 'slice';
      readonly start: number | undefined;
      readonly end: number | undefined;
      readonly step: number;
    }
  | { readonly kind: 'union'; readonly branches: readonly PathStep[] }
  | { readonly kind: 'filter'; readonly left: Operand; readonly operator: string; readonly right: Operand | undefined };

export class JsonPathError extends Error {
  override name = 'JsonPathError';
}

const NAME_END = /[.[\]\s{}()=!<>&|,]/;

/** The path without braces. @throws JsonPathError */
export function parseJsonPath(text: string): readonly PathStep[] {
  const parser = new Parser(text);
  const steps = parser.steps();
  if (!parser.atEnd) throw new JsonPathError(`unexpected ${JSON.stringify(parser.rest)} in the path ${text}`);
  return steps;
}

class Parser {
  readonly #text: string;
  #at = 0;

  constructor(text: string) {
    this.#text = text;
  }

  get atEnd(): boolean {
    return this.#at >= this.#text.length;
  }

  get rest(): string {
    return this.#text.slice(this.#at);
  }

  steps(): PathStep[] {
    const steps: PathStep[] = [];
    if (this.#peek() === '$' || this.#peek() === '@') this.#at++;
    for (;;) {
      const char = this.#peek();
      if (char === '.') {
        this.#at++;
        if (this.#peek() === '.') {
          this.#at++;
          steps.push({ kind: 'recursive' });
        }
        const step = this.#afterDot();
        if (step !== undefined) steps.push(step);
      } else if (char === '[') steps.push(this.#bracket());
      else return steps;
    }
  }

  #peek(): string {
    return this.#text[this.#at] ?? '';
  }

  /** Undefined: a bracket follows, or nothing. */
  #afterDot(): PathStep | undefined {
    if (this.#peek() === '[' || this.atEnd) return undefined;
    if (this.#peek() === '*') {
      this.#at++;
      return { kind: 'wildcard' };
    }
    return { kind: 'field', name: this.#name() };
  }

  /** A backslash takes the next character as it is. */
  #name(): string {
    let name = '';
    while (!this.atEnd) {
      const char = this.#peek();
      if (char === '\\') {
        name += this.#text[this.#at + 1] ?? '';
        this.#at += 2;
        continue;
      }
      if (NAME_END.test(char)) break;
      name += char;
      this.#at++;
    }
    if (name === '') throw new JsonPathError(`a name is missing at ${JSON.stringify(this.rest)} in ${this.#text}`);
    return name;
  }

  #bracket(): PathStep {
    this.#at++;
    if (this.#peek() === '?') return this.#filter();
    const branches = [this.#branch()];
    while (this.#skipSpace() === ',') {
      this.#at++;
      branches.push(this.#branch());
    }
    this.#expect(']');
    const [only] = branches;
    return branches.length === 1 && only !== undefined ? only : { kind: 'union', branches };
  }

  #branch(): PathStep {
    const char = this.#skipSpace();
    if (char === '*') {
      this.#at++;
      return { kind: 'wildcard' };
    }
    if (char === "'" || char === '"') return { kind: 'field', name: this.#quoted() };
    const slice = /^(-?\d+)?(?:(:)(-?\d+)?(?::(-?\d+)?)?)?/.exec(this.rest);
    const [all = '', start, colon, end, step] = slice ?? [];
    if (all === '') throw new JsonPathError(`invalid array index in ${this.#text}`);
    this.#at += all.length;
    const from = start === undefined ? undefined : Number(start);
    if (colon === undefined) {
      const index = from ?? 0;
      return { kind: 'slice', start: index, end: index === -1 ? undefined : index + 1, step: 1 };
    }
    return { kind: 'slice', start: from, end: end === undefined ? undefined : Number(end), step: Number(step ?? 1) };
  }

  #quoted(): string {
    const quote = this.#peek();
    let text = '';
    for (this.#at++; this.#peek() !== quote; this.#at++) {
      if (this.atEnd) throw new JsonPathError(`unterminated quoted string in ${this.#text}`);
      if (this.#peek() === '\\') this.#at++;
      text += this.#peek();
    }
    this.#at++;
    return text;
  }

  #filter(): PathStep {
    this.#at++;
    this.#expect('(');
    const left = this.#operand();
    this.#skipSpace();
    const operator = /^(?:==|!=|<=|>=|<|>)/.exec(this.rest)?.[0] ?? '';
    this.#at += operator.length;
    const right = operator === '' ? undefined : this.#operand();
    this.#expect(')');
    this.#expect(']');
    return { kind: 'filter', left, operator: operator === '' ? 'exists' : operator, right };
  }

  #operand(): Operand {
    const char = this.#skipSpace();
    if (char === '@' || char === '$') return { kind: 'path', fromRoot: char === '$', steps: this.steps() };
    if (char === "'" || char === '"') return { kind: 'literal', value: this.#quoted() };
    const word = /^[^\s()=!<>]+/.exec(this.rest)?.[0] ?? '';
    this.#at += word.length;
    if (word === 'true' || word === 'false') return { kind: 'literal', value: word === 'true' };
    if (word === '' || Number.isNaN(Number(word))) throw new JsonPathError(`unrecognized ${word} in ${this.#text}`);
    return { kind: 'literal', value: Number(word) };
  }

  #skipSpace(): string {
    while (/\s/.test(this.#peek())) this.#at++;
    return this.#peek();
  }

  #expect(char: string): void {
    if (this.#skipSpace() !== char) throw new JsonPathError(`${char} is missing in ${this.#text}`);
    this.#at++;
  }
}
