/** From the text of an expression to its tree; macros are expanded here. */
import type { Element, Entry, Expression, MessageField } from './ast.ts';
import { type Issue, IssueError } from './cel-error.ts';
import { tokenize, type Token } from './lexer.ts';
import { expandMacro } from './macros.ts';

/** Deepest nesting of an expression. */
const MAX_DEPTH = 250;

const RELATIONS = ['<', '<=', '>', '>=', '==', '!='];
const RESERVED = new Set(
  'as break const continue else for function if import let loop package namespace return var void while'.split(' '),
);
const EXPECTED_EXPRESSION =
  "{'[', '{', '(', '.', '-', '!', 'true', 'false', 'null', NUM_FLOAT, NUM_INT, NUM_UINT, STRING, BYTES, IDENTIFIER}";
/** Never the name of a field. */
const KEYWORDS = new Set(['in', 'true', 'false', 'null']);

/**
 * What follows the grammar may still be no expression: `issues` says why, also where `refusal` says that the grammar ends it.
 */
export interface Parsed {
  readonly expression: Expression | undefined;
  readonly issues: readonly Issue[];
  readonly refusal?: IssueError;
}

export function parseExpression(source: string): Parsed {
  const issues: Issue[] = [];
  try {
    return { expression: new Parser(tokenize(source), issues).whole(), issues };
  } catch (refusal) {
    if (refusal instanceof IssueError) return { expression: undefined, issues, refusal };
    throw refusal;
  }
}

class Parser {
  readonly #tokens: readonly Token[];
  readonly #issues: Issue[];
  #next = 0;
  #depth = 0;

  constructor(tokens: readonly Token[], issues: Issue[]) {
    this.#tokens = tokens;
    this.#issues = issues;
  }

  /** Goes on with what is neither a name nor a field. */
  #report(at: number, message: string): Expression {
    this.#issues.push({ at, message });
    return { kind: 'literal', value: null, at };
  }

  whole(): Expression {
    const expression = this.#expression();
    const { kind, text, at } = this.#peek();
    if (kind === 'end') return expression;
    // One token too many is told from more of them.
    const following = this.#tokens[this.#next + 1]?.kind ?? 'end';
    const problem = following === 'end' ? 'extraneous' : 'mismatched';
    throw new IssueError(at, `Syntax error: ${problem} input '${text}' expecting <EOF>`);
  }

  #peek(): Token {
    return this.#tokens[this.#next] ?? { kind: 'end', text: '<EOF>', at: 0 };
  }

  #take(): Token {
    const token = this.#peek();
    this.#next++;
    return token;
  }

  #is(text: string): boolean {
    const token = this.#peek();
    return token.kind === 'symbol' && token.text === text;
  }

  #accept(text: string): Token | undefined {
    return this.#is(text) ? this.#take() : undefined;
  }

  #expect(text: string): Token {
    const token = this.#accept(text);
    if (token !== undefined) return token;
    const found = this.#peek();
    throw new IssueError(found.at, `Syntax error: mismatched input '${found.text}' expecting '${text}'`);
  }

  #expression(): Expression {
    if (++this.#depth > MAX_DEPTH) {
      throw new IssueError(0, `expression recursion limit exceeded: ${MAX_DEPTH}`);
    }
    const condition = this.#or();
    const question = this.#accept('?');
    let result = condition;
    if (question !== undefined) {
      const yes = this.#or();
      this.#expect(':');
      result = call('_?_:_', question.at, condition, yes, this.#expression());
    }
    this.#depth--;
    return result;
  }

  #or(): Expression {
    let left = this.#and();
    for (let token = this.#accept('||'); token !== undefined; token = this.#accept('||')) {
      left = call('_||_', token.at, left, this.#and());
    }
    return left;
  }

  #and(): Expression {
    let left = this.#relation();
    for (let token = this.#accept('&&'); token !== undefined; token = this.#accept('&&')) {
      left = call('_&&_', token.at, left, this.#relation());
    }
    return left;
  }

  #relation(): Expression {
    let left = this.#sum();
    for (;;) {
      const { kind, text, at } = this.#peek();
      const isIn = kind === 'name' && text === 'in';
      if (!isIn && !(kind === 'symbol' && RELATIONS.includes(text))) return left;
      this.#take();
      left = call(isIn ? '@in' : `_${text}_`, at, left, this.#sum());
    }
  }

  #sum(): Expression {
    let left = this.#product();
    while (this.#is('+') || this.#is('-')) {
      const { text, at } = this.#take();
      left = call(`_${text}_`, at, left, this.#product());
    }
    return left;
  }

  #product(): Expression {
    let left = this.#unary();
    while (this.#is('*') || this.#is('/') || this.#is('%')) {
      const { text, at } = this.#take();
      left = call(`_${text}_`, at, left, this.#unary());
    }
    return left;
  }

  #unary(): Expression {
    if (this.#is('!')) return this.#repeated('!');
    return this.#negative() ?? (this.#is('-') ? this.#repeated('-') : this.#member());
  }

  /** The same sign once or more, then something without one. */
  #repeated(sign: '!' | '-'): Expression {
    const { at } = this.#take();
    const operand = this.#deeper(() => this.#negative() ?? (this.#is(sign) ? this.#repeated(sign) : this.#member()));
    return call(`${sign}_`, at, operand);
  }

  /** A number with its sign. */
  #negative(): Expression | undefined {
    if (!this.#is('-')) return undefined;
    const { kind, value } = this.#tokens[this.#next + 1] ?? this.#peek();
    if (kind !== 'literal' || (typeof value !== 'bigint' && typeof value !== 'number')) return undefined;
    const { at } = this.#take();
    this.#take();
    return this.#members({ kind: 'literal', value: -value, at });
  }

  #deeper(read: () => Expression): Expression {
    if (++this.#depth > MAX_DEPTH) throw new IssueError(0, `expression recursion limit exceeded: ${MAX_DEPTH}`);
    const expression = read();
    this.#depth--;
    return expression;
  }

  #member(): Expression {
    return this.#members(this.#primary());
  }

  #members(start: Expression): Expression {
    let operand = start;
    for (;;) {
      const dot = this.#accept('.');
      if (dot !== undefined) {
        const isOptional = this.#accept('?') !== undefined;
        const name = this.#name();
        const open = isOptional ? undefined : this.#accept('(');
        operand =
          open === undefined
            ? { kind: 'select', operand, field: name.text, isOptional, at: dot.at }
            : this.#call(name.text, operand, open);
        continue;
      }
      const bracket = this.#accept('[');
      if (bracket === undefined) return operand;
      const isOptional = this.#accept('?') !== undefined;
      const index = this.#expression();
      this.#expect(']');
      operand = { kind: 'index', operand, index, isOptional, at: bracket.at };
    }
  }

  #name(): Token {
    const token = this.#take();
    // The grammar has names in backticks, and Kubernetes has not.
    if (token.isEscaped === true) {
      this.#report(token.at, "unsupported syntax: '`'");
      return token;
    }
    if (token.kind === 'name' && !KEYWORDS.has(token.text)) return token;
    throw new IssueError(token.at, `Syntax error: mismatched input '${token.text}' expecting IDENTIFIER`);
  }

  #call(name: string, target: Expression | undefined, open: Token): Expression {
    const args = this.#arguments();
    try {
      return expandMacro(name, target, args, open.at) ?? { kind: 'call', name, target, args, at: open.at };
    } catch (error) {
      if (!(error instanceof IssueError)) throw error;
      return this.#report(error.at, error.message);
    }
  }

  #arguments(): Expression[] {
    const items: Expression[] = [];
    if (!this.#is(')'))
      do items.push(this.#expression());
      while (this.#accept(',') !== undefined);
    this.#expect(')');
    return items;
  }

  #primary(): Expression {
    const token = this.#peek();
    const { at } = token;
    if (token.kind === 'literal') {
      this.#take();
      if (token.value === 0x8000_0000_0000_0000n) throw new IssueError(at, 'invalid int literal');
      return { kind: 'literal', value: token.value ?? null, at };
    }
    if (token.kind === 'name' && token.text !== 'in' && token.isEscaped !== true) return this.#named();
    if (this.#accept('.') !== undefined) return this.#named({ dot: at });
    if (this.#accept('(') !== undefined) {
      const inner = this.#expression();
      this.#expect(')');
      return inner;
    }
    if (this.#accept('[') !== undefined) return { kind: 'list', elements: this.#elements(), at };
    if (this.#accept('{') !== undefined) return { kind: 'map', entries: this.#entries(), at };
    const problem = this.#beginsExpression(this.#tokens[this.#next + 1]) ? 'extraneous' : 'mismatched';
    throw new IssueError(at, `Syntax error: ${problem} input '${token.text}' expecting ${EXPECTED_EXPRESSION}`);
  }

  #beginsExpression(token: Token | undefined): boolean {
    if (token === undefined) return false;
    if (token.kind === 'symbol') return ['[', '{', '(', '.', '-', '!'].includes(token.text);
    return token.kind === 'literal' || (token.kind === 'name' && token.text !== 'in');
  }

  /** `dot`: where an absolute name begins. */
  #named({ dot }: { readonly dot?: number } = {}): Expression {
    const { text, at } = dot === undefined ? this.#take() : this.#name();
    if (text === 'true' || text === 'false') return { kind: 'literal', value: text === 'true', at };
    if (text === 'null') return { kind: 'literal', value: null, at };
    const open = this.#accept('(');
    if (RESERVED.has(text) && open !== undefined) return this.#reservedCall(text, dot ?? at);
    if (open !== undefined) return this.#call(text, undefined, open);
    const message = this.#message(text);
    if (message !== undefined) return message;
    if (RESERVED.has(text)) return this.#report(dot ?? at, `reserved identifier: ${text}`);
    return { kind: 'name', name: text, at, ...(dot === undefined ? {} : { isAbsolute: true }) };
  }

  /** Nothing is said of its arguments. */
  #reservedCall(name: string, at: number): Expression {
    const reserved = this.#report(at, `reserved identifier: ${name}`);
    const told = this.#issues.length;
    this.#arguments();
    this.#issues.length = told;
    return reserved;
  }

  /** `a.b.Name{field: value}`: looked ahead for, since it begins like a selection. */
  #message(first: string): Expression | undefined {
    let ahead = this.#next;
    let name = first;
    for (;;) {
      const [dot, part] = [this.#tokens[ahead], this.#tokens[ahead + 1]];
      if (dot?.text !== '.' || dot.kind !== 'symbol' || part?.kind !== 'name') break;
      name += `.${part.text}`;
      ahead += 2;
    }
    const brace = this.#tokens[ahead];
    if (brace?.kind !== 'symbol' || brace.text !== '{') return undefined;
    this.#next = ahead + 1;
    const fields: MessageField[] = [];
    while (!this.#is('}')) {
      const isOptional = this.#accept('?') !== undefined;
      const field = this.#name();
      const { at } = this.#expect(':');
      fields.push({ name: field.text, value: this.#expression(), isOptional, at });
      if (this.#accept(',') === undefined) break;
    }
    this.#expect('}');
    return { kind: 'message', name, fields, at: brace.at };
  }

  #elements(): Element[] {
    const elements: Element[] = [];
    while (!this.#is(']')) {
      const isOptional = this.#accept('?') !== undefined;
      elements.push({ value: this.#expression(), isOptional });
      if (this.#accept(',') === undefined) break;
    }
    this.#expect(']');
    return elements;
  }

  #entries(): Entry[] {
    const entries: Entry[] = [];
    while (!this.#is('}')) {
      const isOptional = this.#accept('?') !== undefined;
      const key = this.#expression();
      this.#expect(':');
      entries.push({ key, value: this.#expression(), isOptional });
      if (this.#accept(',') === undefined) break;
    }
    this.#expect('}');
    return entries;
  }
}

function call(name: string, at: number, ...args: readonly Expression[]): Expression {
  return { kind: 'call', name, target: undefined, args, at };
}
