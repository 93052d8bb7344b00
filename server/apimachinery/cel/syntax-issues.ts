/**
 * Everything that cel-go says of a text that is no expression: its parser (ANTLR's) goes on after an error, by leaving out a token,
 * by assuming one, or by skipping to what may follow. Nothing is parsed this way but what the parser has refused.
 */
import type { Issue } from './cel-error.ts';
import { numberProblem } from './lexer.ts';
import {
  END,
  firstOf,
  type Prediction,
  printTokens,
  type RuleName,
  rules,
  type Syntax,
  type TokenSet,
  type TokenType,
  tokenType,
} from './syntax-grammar.ts';
import { scanTokens, type SyntaxToken } from './syntax-tokens.ts';

/** In the order of their places; empty: the text follows the grammar. */
export function syntaxIssues(source: string): readonly Issue[] {
  const { tokens, issues } = scanTokens(source);
  const recogniser = new Recogniser(source, tokens);
  recogniser.run();
  return [...issues, ...recogniser.issues].sort((a, b) => a.at - b.at).slice(0, MAX_ISSUES);
}

const MAX_ISSUES = 100;
/** After so many errors cel-go gives up. */
const MAX_RECOVERIES = 30;

/** Rules within rules that are followed: the parser itself goes no deeper than some hundred brackets. */
const MAX_RULES = 1000;

/** What is still to come in a rule; undefined: its end. */
type Rest = Place | undefined;

interface Place {
  readonly syntax: Syntax;
  readonly after: Rest;
}

interface NextTokens {
  readonly types: Set<TokenType>;
  /** The rule may end before any token. */
  readonly mayEnd: boolean;
}

/** Ends the rule that it comes up in. */
class Unexpected extends Error {
  readonly text: string;
  readonly token: SyntaxToken;
  readonly state: object;

  constructor(text: string, token: SyntaxToken, state: object) {
    super(text);
    this.text = text;
    this.token = token;
    this.state = state;
  }
}

class GivenUp extends Error {}

const set = (...names: readonly string[]): TokenSet => new Set(names.map(tokenType));
const relations = set('<', '<=', '>=', '>', '==', '!=', 'in');
const products = set('*', '/', '%');
const sums = set('+', '-');
const numbers = set('NUM_INT', 'NUM_UINT', 'NUM_FLOAT');
const signedNumbers = set('NUM_INT', 'NUM_FLOAT');
const [DOT, COMMA, MINUS, NOT, OPEN, BRACKET, BRACE, QUESTION, NAME, ESCAPED] = [
  ...['.', ',', '-', '!', '(', '[', '{', '?', 'IDENTIFIER', 'ESC_IDENTIFIER'],
].map(tokenType) as [number, number, number, number, number, number, number, number, number, number];

class Recogniser {
  readonly issues: Issue[] = [];
  readonly #source: string;
  readonly #tokens: readonly SyntaxToken[];
  #at = 0;
  /** What follows each rule under way in the one around it, innermost last. */
  readonly #follows: Rest[] = [];
  #isRecovering = false;
  #lastFailure = { at: -1, states: new Set<object>() };
  #recoveries = 0;

  constructor(source: string, tokens: readonly SyntaxToken[]) {
    this.#source = source;
    this.#tokens = tokens;
  }

  run(): void {
    try {
      this.#rule('start', 0);
    } catch (error) {
      if (!(error instanceof GivenUp)) throw error;
    }
  }

  #token(ahead = 0): SyntaxToken {
    return (this.#tokens[this.#at + ahead] ?? this.#tokens.at(-1)) as SyntaxToken;
  }

  #type(ahead = 0): TokenType {
    return this.#token(ahead).type;
  }

  #consume(): void {
    if (this.#type() !== END) this.#at++;
  }

  #rule(name: RuleName, precedence: number): void {
    const first = this.#token();
    try {
      this.#read(rules[name], undefined, precedence);
      if (name === 'literal') this.#checkNumber(first);
    } catch (error) {
      if (!(error instanceof Unexpected)) throw error;
      this.#report(error.text, error.token);
      if (name === 'identifier' && this.#isOptionalField(first)) {
        this.issues.push({ at: first.at, message: 'unsupported ident kind' });
      }
      this.#recover(error.state);
    }
  }

  /** `a.?true`: what is no name is looked at as one. */
  #isOptionalField(token: SyntaxToken): boolean {
    const index = this.#tokens.indexOf(token);
    return this.#tokens[index - 1]?.type === QUESTION && this.#tokens[index - 2]?.type === DOT;
  }

  /** Numbers are read whether or not the rest follows the grammar. */
  #checkNumber(first: SyntaxToken): void {
    const last = this.#tokens[this.#at - 1];
    if (last === undefined || !numbers.has(last.type)) return;
    const message = numberProblem(this.#source.slice(first.at, last.end));
    if (message !== undefined) this.issues.push({ at: first.at, message });
  }

  #read(syntax: Syntax, after: Rest, precedence: number): void {
    const rest: Place = { syntax, after };
    switch (syntax.kind) {
      case 'token':
        this.#match(syntax.types, rest);
        break;
      case 'rule':
        this.#follows.push(after);
        if (this.#follows.length > MAX_RULES) throw new GivenUp();
        this.#rule(syntax.name, syntax.precedence ?? 0);
        this.#follows.pop();
        break;
      case 'sequence':
        this.#readSequence(syntax.parts, after, precedence);
        break;
      case 'optional':
        this.#synchronise(rest, 'entry');
        if (firstOf(syntax.body).types.has(this.#type())) this.#read(syntax.body, after, precedence);
        break;
      case 'choice': {
        this.#synchronise(rest, 'entry');
        const chosen = syntax.alternatives[this.#choose(syntax.by, syntax)];
        if (chosen !== undefined) this.#read(chosen, after, precedence);
        break;
      }
      case 'repeated': {
        this.#synchronise(rest, 'entry');
        const again: Place = { syntax: { ...syntax, atLeastOnce: false }, after };
        let isFirst = syntax.atLeastOnce;
        while (isFirst || this.#goesOn(syntax.body, syntax.by, precedence)) {
          isFirst = false;
          this.#read(syntax.body, again, precedence);
          this.#synchronise(again, 'again');
        }
      }
    }
  }

  #readSequence(parts: readonly Syntax[], after: Rest, precedence: number): void {
    const rests: Rest[] = [after];
    for (const syntax of parts.slice(1).reverse()) rests.unshift({ syntax, after: rests[0] });
    parts.forEach((part, index) => {
      this.#read(part, rests[index], precedence);
    });
  }

  #match(types: TokenSet, rest: Place): void {
    if (types.has(this.#type())) {
      this.#matched();
      this.#consume();
      return;
    }
    this.#countRecovery();
    if (this.#leaveOut(rest)) {
      this.#consume();
      return;
    }
    if (this.#inContext(rest.after).has(this.#type())) {
      this.#begin(`missing ${printTokens(types)} at ${this.#shown(this.#token())}`);
      return;
    }
    throw this.#mismatch(rest);
  }

  #matched(): void {
    this.#isRecovering = false;
    this.#lastFailure = { at: -1, states: new Set() };
  }

  /** True where the token is one too many: the one after it fits. */
  #leaveOut(rest: Place): boolean {
    const expected = this.#inContext(rest);
    if (!expected.has(this.#type(1))) return false;
    this.#begin(`extraneous input ${this.#shown(this.#token())} expecting ${printTokens(expected)}`);
    this.#consume();
    this.#matched();
    return true;
  }

  #synchronise(rest: Place, place: 'entry' | 'again'): void {
    if (this.#isRecovering) return;
    const { types, mayEnd } = nextTokens(rest);
    if (mayEnd || types.has(this.#type())) return;
    if (place === 'entry') {
      if (!this.#leaveOut(rest)) throw this.#mismatch(rest);
      return;
    }
    const expected = this.#inContext(rest);
    this.#begin(`extraneous input ${this.#shown(this.#token())} expecting ${printTokens(expected)}`);
    this.#skipTo(new Set([...expected, ...this.#recoverySet()]));
  }

  #mismatch(rest: Place): Unexpected {
    const expected = printTokens(this.#inContext(rest));
    const text = `mismatched input ${this.#shown(this.#token())} expecting ${expected}`;
    return new Unexpected(text, this.#token(), rest.syntax);
  }

  #noWayOn(ahead: number, state: object): Unexpected {
    const [from, to] = [this.#token(), this.#token(ahead)];
    const text = from.type === END ? '<EOF>' : this.#source.slice(from.at, to.end);
    return new Unexpected(noWayOnText(inQuotes(text)), to, state);
  }

  #report(text: string, token: SyntaxToken): void {
    if (this.#isRecovering) return;
    this.#isRecovering = true;
    this.issues.push({ at: token.at, message: `Syntax error: ${text}` });
  }

  #begin(text: string): void {
    this.#report(text, this.#token());
  }

  #countRecovery(): void {
    if (++this.#recoveries <= MAX_RECOVERIES) return;
    this.issues.push({ at: this.#token().at, message: `error recovery attempt limit exceeded: ${MAX_RECOVERIES}` });
    throw new GivenUp();
  }

  #recover(state: object): void {
    this.#countRecovery();
    // The same place and the same state again: without a step nothing would change.
    if (this.#lastFailure.at === this.#at && this.#lastFailure.states.has(state)) this.#consume();
    if (this.#lastFailure.at !== this.#at) this.#lastFailure = { at: this.#at, states: this.#lastFailure.states };
    this.#lastFailure.states.add(state);
    this.#skipTo(this.#recoverySet());
  }

  #skipTo(types: TokenSet): void {
    while (this.#type() !== END && !types.has(this.#type())) this.#consume();
  }

  /** What may follow any of the rules under way. */
  #recoverySet(): TokenSet {
    return new Set(this.#follows.flatMap((follow) => [...nextTokens(follow).types]));
  }

  /** What may come next, also after the ends of rules. */
  #inContext(rest: Rest): TokenSet {
    const { types, mayEnd } = nextTokens(rest);
    let isOpen = mayEnd;
    for (const follow of this.#follows.toReversed()) {
      if (!isOpen) return types;
      const next = nextTokens(follow);
      for (const type of next.types) types.add(type);
      isOpen = next.mayEnd;
    }
    if (isOpen) types.add(END);
    return types;
  }

  #shown({ type, at, end }: SyntaxToken): string {
    return inQuotes(type === END ? '<EOF>' : this.#source.slice(at, end));
  }

  #goesOn(body: Syntax, by: Prediction | undefined, precedence: number): boolean {
    const type = this.#type();
    switch (by) {
      case 'relations':
        return relations.has(type) && precedence <= 1;
      case 'sums':
        return (products.has(type) && precedence <= 2) || (sums.has(type) && precedence <= 1);
      case 'members':
        return type === DOT || type === BRACKET;
      case 'minus':
        if (type === MINUS && this.#type(1) !== MINUS && !memberStart.has(this.#type(1))) throw this.#noWayOn(1, body);
        return type === MINUS;
      case 'comma':
        return type === COMMA && this.#isAfterComma(body);
      default:
        return firstOf(body).types.has(type);
    }
  }

  /** A last comma is none of the list's. */
  #isAfterComma(body: Syntax): boolean {
    const item = body.kind === 'sequence' ? body.parts[1] : undefined;
    return item !== undefined && firstOf(item).types.has(this.#type(1));
  }

  /** Index of the alternative that the next tokens lead to. */
  #choose(by: Prediction, state: object): number {
    const type = this.#type();
    switch (by) {
      case 'sums':
        return products.has(type) ? 0 : 1;
      case 'member':
        return this.#chooseMember(state);
      case 'primary':
        return this.#choosePrimary(state);
      default: {
        if (type === NOT) return 1;
        if (type === MINUS && !signedNumbers.has(this.#type(1))) {
          if (this.#type(1) !== MINUS && !memberStart.has(this.#type(1))) throw this.#noWayOn(1, state);
          return 2;
        }
        if (!memberStart.has(type)) throw this.#noWayOn(0, state);
        return 0;
      }
    }
  }

  #chooseMember(state: object): number {
    if (this.#type() === BRACKET) return 2;
    const after = this.#type(1);
    if (after === QUESTION || after === ESCAPED) return 0;
    if (after !== NAME) throw this.#noWayOn(1, state);
    return this.#type(2) === OPEN ? 1 : 0;
  }

  #choosePrimary(state: object): number {
    const type = this.#type();
    if (type === OPEN) return 2;
    if (type === BRACKET) return 3;
    if (type === BRACE) return 4;
    let ahead = type === DOT ? 1 : 0;
    if (this.#type(ahead) !== NAME) {
      if (type === DOT || !literalStart.has(type)) throw this.#noWayOn(ahead, state);
      if (type === MINUS && !signedNumbers.has(this.#type(1))) throw this.#noWayOn(1, state);
      return 6;
    }
    ahead++;
    if (this.#type(ahead) === OPEN) return 1;
    while (this.#type(ahead) === DOT && this.#type(ahead + 1) === NAME) ahead += 2;
    return this.#type(ahead) === BRACE ? 5 : 0;
  }
}

/** cel-go words it otherwise where a word of the language is taken for a name. */
function noWayOnText(input: string): string {
  const [, word] = /^'.(true|false|null)'$/.exec(input) ?? [];
  return word === undefined
    ? `no viable alternative at input ${input}`
    : `mismatched input '${word}' expecting IDENTIFIER`;
}

const memberStart = firstOf(rules.member).types;
const literalStart = firstOf(rules.literal).types;

function nextTokens(rest: Rest): NextTokens {
  const types = new Set<TokenType>();
  for (let at = rest; at !== undefined; at = at.after) {
    const first = firstOf(at.syntax);
    for (const type of first.types) types.add(type);
    if (!first.isEmpty) return { types, mayEnd: false };
  }
  return { types, mayEnd: true };
}

function inQuotes(text: string): string {
  return `'${text.replaceAll('\t', '\\t').replaceAll('\n', '\\n').replaceAll('\r', '\\r')}'`;
}
