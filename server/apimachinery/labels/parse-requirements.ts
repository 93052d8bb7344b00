/**
 * The grammar of label selectors: "a=b, c!=d, e in (f,g), h notin (), i, !j, k>1, l<2". Keywords are keywords only where
 * an operator can stand, so that "in in (in)" is a selector. Errors are worded as kube-apiserver words them.
 */
import { newBadRequest, StatusError } from '../errors/status-error.ts';
import { isLabelKey } from '../validation/labels.ts';
import {
  BINARY_OPERATORS,
  invalidKeyMessage,
  type LabelOperator,
  type LabelRequirement,
  newRequirement,
} from './requirement.ts';

/** An empty text is the end of the input: no other token is empty. */
interface Token {
  readonly text: string;
  readonly isWord: boolean;
}

const END: Token = { text: '', isWord: false };
const OPERATOR_OF_TOKEN: ReadonlyMap<string, LabelOperator> = new Map([
  ['in', 'in'],
  ['notin', 'notin'],
  ['=', '='],
  ['==', '=='],
  ['!=', '!='],
  ['>', 'gt'],
  ['<', 'lt'],
]);

export function parseRequirements(text: string): LabelRequirement[] {
  return new RequirementParser(tokenize(text)).parse();
}

function tokenize(text: string): Token[] {
  const tokens: Token[] = [];
  // A NUL ends a token and, where one should start, the input: it is upstream's end mark.
  const pattern = /[ \t\r\n]*(?:(==|!=|[=!(),<>])|([^=!(),<> \t\r\n\0]+))\0?/y;
  for (let match = pattern.exec(text); match !== null; match = pattern.exec(text)) {
    const [, symbol, word = ''] = match;
    tokens.push(symbol === undefined ? { text: word, isWord: true } : { text: symbol, isWord: false });
  }
  return tokens;
}

class RequirementParser {
  private readonly tokens: readonly Token[];
  private position = 0;

  constructor(tokens: readonly Token[]) {
    this.tokens = tokens;
  }

  parse(): LabelRequirement[] {
    const requirements: LabelRequirement[] = [];
    if (this.peek() === END) return requirements;
    for (;;) {
      const start = this.peek();
      if (!startsRequirement(start)) {
        throw newBadRequest(`found '${start.text}', expected: !, identifier, or 'end of string'`);
      }
      requirements.push(this.requirement());
      const separator = this.next();
      if (separator === END) return requirements;
      if (separator.text !== ',') {
        throw newBadRequest(`found '${separator.text}', expected: ',' or 'end of string'`);
      }
      const following = this.peek();
      if (!startsRequirement(following)) {
        throw newBadRequest(`found '${following.text}', expected: identifier after ','`);
      }
    }
  }

  private peek(): Token {
    return this.tokens[this.position] ?? END;
  }

  private next(): Token {
    const token = this.peek();
    this.position++;
    return token;
  }

  private requirement(): LabelRequirement {
    try {
      return this.checkedRequirement();
    } catch (error) {
      if (error instanceof StatusError) throw newBadRequest(`unable to parse requirement: ${error.message}`);
      throw error;
    }
  }

  private checkedRequirement(): LabelRequirement {
    const negated = this.peek().text === '!';
    if (negated) this.position++;
    const key = this.next();
    if (!key.isWord) throw newBadRequest(`found '${key.text}', expected: identifier`);
    const complaints = isLabelKey(key.text);
    if (complaints.length > 0) throw newBadRequest(invalidKeyMessage(key.text, complaints));
    if (negated) return newRequirement(key.text, '!', []);
    const following = this.peek();
    if (following === END || following.text === ',') return newRequirement(key.text, 'exists', []);
    const operator = this.operator();
    const values = operator === 'in' || operator === 'notin' ? this.valueSet() : this.exactValue();
    return newRequirement(key.text, operator, values);
  }

  private operator(): LabelOperator {
    const token = this.next();
    const operator = OPERATOR_OF_TOKEN.get(token.text);
    if (operator === undefined) {
      throw newBadRequest(`found '${token.text}', expected: ${BINARY_OPERATORS.join(', ')}`);
    }
    return operator;
  }

  private exactValue(): string[] {
    const token = this.peek();
    if (token === END || token.text === ',') return [''];
    this.position++;
    if (!token.isWord) throw newBadRequest(`found '${token.text}', expected: identifier`);
    return [token.text];
  }

  /** "(a,b)"; a place without a word, as in "()" or "(a,)", stands for the empty value. */
  private valueSet(): string[] {
    const open = this.next();
    if (open.text !== '(') throw newBadRequest(`found '${open.text}' expected: '('`);
    const first = this.peek();
    if (first.text === ')') {
      this.position++;
      return [''];
    }
    if (!first.isWord && first.text !== ',') {
      throw newBadRequest(`found '${first.text}', expected: ',', ')' or identifier`);
    }
    const values = this.words();
    if (this.next().text !== ')') throw newBadRequest(`found '${first.text}', expected: ')'`);
    return [...values].sort();
  }

  private words(): Set<string> {
    const values = new Set<string>();
    for (;;) {
      const token = this.next();
      const following = this.peek();
      if (token.isWord) {
        values.add(token.text);
        if (following.text === ')') return values;
        if (following.text !== ',') throw newBadRequest(`found '${following.text}', expected: ',' or ')'`);
      } else if (token.text === ',') {
        if (values.size === 0 || following.text === ')' || following.text === ',') values.add('');
        if (following.text === ')') return values;
      } else {
        throw newBadRequest(`found '${token.text}', expected: ',', or identifier`);
      }
    }
  }
}

function startsRequirement(token: Token): boolean {
  return token.isWord || token.text === '!';
}
