/** The tokens of a text that may be no expression: what is none is noted and passed over. */
import type { Issue } from './cel-error.ts';
import { END, type TokenType, tokenType } from './syntax-grammar.ts';

export interface SyntaxToken {
  readonly type: TokenType;
  readonly at: number;
  readonly end: number;
}

const SPACE = /(?:[\t \r\n\f]|\/\/[^\n]*)*/y;
const escape = String.raw`\\(?:[abfnrtv"'\\?\x60]|[0-3][0-7]{2}|[xX][\da-fA-F]{2}|u[\da-fA-F]{4}|U[\da-fA-F]{8})`;
const quoted = [
  String.raw`"""(?:${escape}|[^\\])*?"""`,
  String.raw`'''(?:${escape}|[^\\])*?'''`,
  String.raw`"(?:${escape}|[^\\"\n\r])*"`,
  String.raw`'(?:${escape}|[^\\'\n\r])*'`,
  String.raw`[rR]"""[\s\S]*?"""`,
  String.raw`[rR]'''[\s\S]*?'''`,
  String.raw`[rR]"[^"\n\r]*"`,
  String.raw`[rR]'[^'\n\r]*'`,
].join('|');
const words = new Set(['in', 'true', 'false', 'null']);

const kinds: readonly (readonly [name: string, pattern: RegExp])[] = [
  ['BYTES', new RegExp(`[bB](?:${quoted})`, 'uy')],
  ['STRING', new RegExp(quoted, 'uy')],
  ['NUM_FLOAT', /\d+\.\d+(?:[eE][+-]?\d+)?|\d+[eE][+-]?\d+|\.\d+(?:[eE][+-]?\d+)?/uy],
  ['NUM_UINT', /(?:0x[\da-fA-F]+|\d+)[uU]/uy],
  ['NUM_INT', /0x[\da-fA-F]+|\d+/uy],
  ['IDENTIFIER', /[A-Za-z_]\w*/uy],
  ['ESC_IDENTIFIER', /`[\w./ -]+`/uy],
  ['symbol', /==|!=|<=|>=|&&|\|\||[<>[\]{}().,\-!?:+*/%]/uy],
];

/** What a token was begun with that did not become one, to the character that it failed at. */
const failures = [
  new RegExp(
    String.raw`"(?:${escape}|[^\\"\n\r])*(?:\\(?:[xX][\da-fA-F]?|u[\da-fA-F]{0,3}|U[\da-fA-F]{0,7}|[0-3][0-7]?)?)?[\s\S]?`,
    'uy',
  ),
  new RegExp(
    String.raw`'(?:${escape}|[^\\'\n\r])*(?:\\(?:[xX][\da-fA-F]?|u[\da-fA-F]{0,3}|U[\da-fA-F]{0,7}|[0-3][0-7]?)?)?[\s\S]?`,
    'uy',
  ),
  /`[\w./ -]*[\s\S]?/uy,
  /[&|=][\s\S]?/uy,
  /[\s\S]/uy,
];

export function scanTokens(source: string): { readonly tokens: readonly SyntaxToken[]; readonly issues: Issue[] } {
  const tokens: SyntaxToken[] = [];
  const issues: Issue[] = [];
  const match = (pattern: RegExp, at: number): string => {
    pattern.lastIndex = at;
    return pattern.exec(source)?.[0] ?? '';
  };
  for (let at = match(SPACE, 0).length; at < source.length; at += match(SPACE, at).length) {
    let kind = '';
    let text = '';
    for (const [name, pattern] of kinds) {
      const found = match(pattern, at);
      if (found.length > text.length) [kind, text] = [name, found];
    }
    if (text === '') {
      const failed = failures.map((pattern) => match(pattern, at)).find((found) => found !== '') ?? '';
      issues.push({ at, message: `Syntax error: token recognition error at: '${failed}'` });
      at += failed.length;
      continue;
    }
    const type = kind === 'symbol' || words.has(text) ? tokenType(text) : tokenType(kind);
    tokens.push({ type, at, end: at + text.length });
    at += text.length;
  }
  tokens.push({ type: END, at: source.length, end: source.length });
  return { tokens, issues };
}
