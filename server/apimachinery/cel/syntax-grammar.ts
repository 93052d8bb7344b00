/** The grammar of expressions as data, for telling what is wrong with a text that does not follow it. */

/** By their numbers, in which order messages list them. */
const names = [
  '<EOF>',
  ...["'=='", "'!='", "'in'", "'<'", "'<='", "'>='", "'>'", "'&&'", "'||'", "'['", "']'", "'{'", "'}'", "'('", "')'"],
  ...["'.'", "','", "'-'", "'!'", "'?'", "':'", "'+'", "'*'", "'/'", "'%'", "'true'", "'false'", "'null'"],
  ...['NUM_FLOAT', 'NUM_INT', 'NUM_UINT', 'STRING', 'BYTES', 'IDENTIFIER', 'ESC_IDENTIFIER'],
];

/** A kind of token: its number. */
export type TokenType = number;
export type TokenSet = ReadonlySet<TokenType>;

export const END: TokenType = 0;

/** By what it is in the text ("&&", "in") or by its name ("NUM_INT"). */
export function tokenType(name: string): TokenType {
  const type = names.indexOf(names.includes(name) ? name : `'${name}'`);
  if (type < 0) throw new TypeError(`no token ${name}`);
  return type;
}

/** `'a'`, or `{'a', 'b'}` for several. */
export function printTokens(types: TokenSet): string {
  const shown = [...types].sort((a, b) => a - b).map((type) => names[type]);
  return shown.length === 1 ? (shown[0] ?? '') : `{${shown.join(', ')}}`;
}

export type RuleName = keyof typeof rules;

/** Which way on, where the next token alone does not say: see syntax-issues.ts. */
export type Prediction = 'relations' | 'sums' | 'members' | 'member' | 'unary' | 'primary' | 'minus' | 'comma';

export type Syntax =
  | { readonly kind: 'token'; readonly types: TokenSet }
  /** `precedence`: operators that bind less are left to the caller. */
  | { readonly kind: 'rule'; readonly name: RuleName; readonly precedence: number | undefined }
  | { readonly kind: 'sequence'; readonly parts: readonly Syntax[] }
  | { readonly kind: 'optional'; readonly body: Syntax }
  | { readonly kind: 'repeated'; readonly body: Syntax; readonly atLeastOnce: boolean; readonly by?: Prediction }
  | { readonly kind: 'choice'; readonly alternatives: readonly Syntax[]; readonly by: Prediction };

const token = (...given: readonly string[]): Syntax => ({ kind: 'token', types: new Set(given.map(tokenType)) });
const rule = (name: string, precedence?: number): Syntax => ({ kind: 'rule', name: name as RuleName, precedence });
const all = (...parts: readonly Syntax[]): Syntax => ({ kind: 'sequence', parts });
const maybe = (...parts: readonly Syntax[]): Syntax => ({ kind: 'optional', body: all(...parts) });
const any = (body: Syntax, by?: Prediction): Syntax => ({
  kind: 'repeated',
  body,
  atLeastOnce: false,
  ...(by === undefined ? {} : { by }),
});
const some = (body: Syntax, by?: Prediction): Syntax => ({
  kind: 'repeated',
  body,
  atLeastOnce: true,
  ...(by === undefined ? {} : { by }),
});
const oneOf = (by: Prediction, ...alternatives: readonly Syntax[]): Syntax => ({ kind: 'choice', alternatives, by });

const optionally = (name: string) => all(maybe(token('?')), rule(name));
const entry = (key: string) => all(rule(key), token(':'), rule('expression'));
const list = (item: Syntax, by?: Prediction) => all(item, any(all(token(','), item), by));
const name = token('IDENTIFIER');
const operator = (level: number, ...given: readonly string[]) => all(token(...given), rule('sum', level));

export const rules = {
  start: all(rule('expression'), token('<EOF>')),
  expression: all(rule('or'), maybe(token('?'), rule('or'), token(':'), rule('expression'))),
  or: list2('and', '||'),
  and: list2('relation', '&&'),
  relation: all(
    rule('sum', 0),
    any(all(token('<', '<=', '>=', '>', '==', '!=', 'in'), rule('relation', 2)), 'relations'),
  ),
  sum: all(rule('unary'), any(oneOf('sums', operator(3, '*', '/', '%'), operator(2, '+', '-')), 'sums')),
  unary: oneOf(
    'unary',
    rule('member', 0),
    all(some(token('!')), rule('member', 0)),
    all(some(token('-'), 'minus'), rule('member', 0)),
  ),
  member: all(
    rule('primary'),
    any(
      oneOf(
        'member',
        all(token('.'), maybe(token('?')), rule('identifier')),
        all(token('.'), name, token('('), maybe(rule('arguments')), token(')')),
        all(token('['), maybe(token('?')), rule('expression'), token(']')),
      ),
      'members',
    ),
  ),
  primary: oneOf(
    'primary',
    all(maybe(token('.')), name),
    all(maybe(token('.')), name, token('('), maybe(rule('arguments')), token(')')),
    all(token('('), rule('expression'), token(')')),
    all(token('['), maybe(rule('elements')), maybe(token(',')), token(']')),
    all(token('{'), maybe(rule('entries')), maybe(token(',')), token('}')),
    all(
      maybe(token('.')),
      name,
      any(all(token('.'), name)),
      token('{'),
      maybe(rule('fields')),
      maybe(token(',')),
      token('}'),
    ),
    rule('literal'),
  ),
  arguments: list(rule('expression')),
  elements: list(rule('optional'), 'comma'),
  entries: list(entry('optional'), 'comma'),
  fields: list(entry('field'), 'comma'),
  field: optionally('identifier'),
  optional: optionally('expression'),
  identifier: token('IDENTIFIER', 'ESC_IDENTIFIER'),
  literal: all(
    maybe(token('-')),
    token('NUM_INT', 'NUM_UINT', 'NUM_FLOAT', 'STRING', 'BYTES', 'true', 'false', 'null'),
  ),
} as const satisfies Record<string, Syntax>;

function list2(item: string, separator: string): Syntax {
  return all(rule(item), any(all(token(separator), rule(item))));
}

interface First {
  readonly types: TokenSet;
  /** It may be nothing at all. */
  readonly isEmpty: boolean;
}

const firsts = new WeakMap<Syntax, First>();

/** What it may begin with. */
export function firstOf(syntax: Syntax): First {
  let first = firsts.get(syntax);
  if (first === undefined) {
    first = newFirst(syntax);
    firsts.set(syntax, first);
  }
  return first;
}

function newFirst(syntax: Syntax): First {
  switch (syntax.kind) {
    case 'token':
      return { types: syntax.types, isEmpty: false };
    case 'rule':
      return firstOf(rules[syntax.name]);
    case 'optional':
      return { types: firstOf(syntax.body).types, isEmpty: true };
    case 'repeated':
      return { types: firstOf(syntax.body).types, isEmpty: !syntax.atLeastOnce };
    case 'choice':
      return { types: new Set(syntax.alternatives.flatMap((one) => [...firstOf(one).types])), isEmpty: false };
    case 'sequence': {
      const types = new Set<TokenType>();
      for (const part of syntax.parts) {
        const first = firstOf(part);
        for (const type of first.types) types.add(type);
        if (!first.isEmpty) return { types, isEmpty: false };
      }
      return { types, isEmpty: true };
    }
  }
}
