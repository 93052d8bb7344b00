import test from 'ava';
import type { JsonValue } from '../json.ts';
import { CelCompileError, CelCostError, CelError } from './cel-error.ts';
import { celValueOf, compileCel } from './cel.ts';
import { type CelType, DYN, INT, listOf, mapOf, STRING } from './cel-type.ts';
import { CelDuration, CelOptional, CelTimestamp, CelUint, type CelValue } from './values.ts';
import { syntaxIssues } from './syntax-issues.ts';

const LIMIT = 1_000_000;

function evaluate(source: string, self: JsonValue = null, type: CelType = DYN): CelValue {
  const program = compileCel(source, new Map([['self', type]]));
  return program.evaluate(new Map([['self', () => celValueOf(self, type)]]), LIMIT).value;
}

function issueOf(source: string, type: CelType = DYN): string {
  try {
    compileCel(source, new Map([['self', type]]));
    return '';
  } catch (error) {
    if (error instanceof CelCompileError) return error.message;
    throw error;
  }
}

const holds = (t: { true(value: boolean, message?: string): boolean }, ...sources: readonly string[]): void => {
  for (const source of sources) t.true(evaluate(source) === true, source);
};

const fails = (
  t: { throws: (run: () => unknown, options: object) => unknown },
  message: string,
  ...sources: readonly string[]
) => {
  for (const source of sources) t.throws(() => evaluate(source), { instanceOf: CelError, message });
};

test('operators bind as in C, and chains of the same one from left to right', (t) => {
  holds(t, '1 + 2 * 3 == 7', '10 - 2 - 3 == 5', '-2 * -3 == 6', '!false && true || false', '7 % 4 * 2 == 6');
  holds(t, 'true ? true : false ? false : true', '1 < 2 == true', '[1, 2][0] + {"a": 1}.a == 2');
});

test('literals are of the type that their form says', (t) => {
  t.is(evaluate('0x1F'), 31n);
  t.deepEqual(evaluate('7u'), new CelUint(7n));
  t.is(evaluate('1.5e3'), 1500);
  t.is(evaluate('.5'), 0.5);
  t.is(evaluate(String.raw`"a\n\u00e9\x41\101"`), 'a\néAA');
  t.is(evaluate(String.raw`r"a\n"`), String.raw`a\n`);
  t.is(evaluate('"""a\n"b"""'), 'a\n"b');
  t.deepEqual(evaluate(String.raw`b"\xff\u0041"`.replace(String.raw`\u0041`, 'A')), new Uint8Array([255, 65]));
  t.is(evaluate('-9223372036854775808'), -(2n ** 63n));
});

test('integers overflow instead of wrapping, and division by zero has no value', (t) => {
  fails(
    t,
    'integer overflow',
    '9223372036854775807 + 1',
    '-9223372036854775808 - 1',
    '9223372036854775807 * 2',
    'int(1e99)',
  );
  fails(t, 'unsigned integer overflow', '0u - 1u', 'uint(-1)');
  fails(t, 'division by zero', '1 / 0');
  fails(t, 'modulus by zero', '1 % 0');
});

test('numbers of all kinds compare by value', (t) => {
  holds(t, 'dyn(1) == 1.0', 'dyn(1u) == 1', '1 < 1.5', '2u > 1', 'dyn(9007199254740993) == 9007199254740992.0');
  holds(t, '1 in [dyn(1.0)]', '{1: "a"}[dyn(1u)] == "a"');
});

test('a side that decides makes up for an error of the other', (t) => {
  holds(t, 'true || 1 / 0 > 0', '1 / 0 > 0 || true', '!(false && 1 / 0 > 0)', '!(1 / 0 > 0 && false)');
  holds(t, '[1, 0].exists(x, 2 / x == 2)', '!([0, 1].all(x, 2 / x == 3))');
  fails(t, 'division by zero', 'true && 1 / 0 > 0', '[0, 1].all(x, 2 / x == 2)');
});

test('loops go over the elements of lists and the keys of maps', (t) => {
  holds(
    t,
    '[1, 2, 3].filter(x, x > 1) == [2, 3]',
    '[1, 2].map(x, x * 2) == [2, 4]',
    '[1, 2, 3].map(x, x > 1, x) == [2, 3]',
  );
  holds(t, '{"a": 1, "b": 2}.exists_one(k, k == "a")', '["a", "b"].all(i, v, i == 0 || v == "b")');
  holds(t, '{"a": 1}.transformMap(k, v, v + 1) == {"a": 2}', '[3, 1, 2].sortBy(x, -x) == [3, 2, 1]');
  holds(t, '[[1, 2], [3]].all(x, x.all(y, y > 0))');
});

test('what may be missing is asked for with optionals', (t) => {
  const type = mapOf(STRING, INT);
  t.is(evaluate('self.?a.orValue(7)', {}, type), 7n);
  t.is(evaluate('self.?a.optMap(x, x + 1).orValue(0)', { a: 1 }, type), 2n);
  t.deepEqual(evaluate('[?self.?a, ?self.?b]', { b: 2 }, type), [2n]);
  t.deepEqual(evaluate('self[?"a"]', {}, type), new CelOptional(undefined));
  fails(t, 'optional.none() dereference', 'optional.none().value()');
  fails(t, 'no such key: a', '{"b": 1}.a');
  fails(t, 'index out of bounds: 2', '[1, 2][2]');
});

test('times and durations count to the nanosecond', (t) => {
  t.deepEqual(evaluate('timestamp("2024-02-29T12:00:00.000000001Z")'), new CelTimestamp(1_709_208_000_000_000_001n));
  t.deepEqual(evaluate('duration("1h") - duration("1ns")'), new CelDuration(3_599_999_999_999n));
  holds(t, 'timestamp("2024-01-01T00:00:00Z") + duration("24h") == timestamp("2024-01-02T00:00:00Z")');
  holds(
    t,
    'timestamp("2024-07-01T00:30:00Z").getHours("Europe/Berlin") == 2',
    'timestamp("2024-03-01T00:00:00Z").getDayOfYear() == 60',
  );
  holds(
    t,
    'string(duration("90s")) == "90s"',
    'string(timestamp("2024-01-01T00:00:00.5Z")) == "2024-01-01T00:00:00.5Z"',
  );
});

test('texts are made of characters, not of UTF-16 units', (t) => {
  holds(
    t,
    '"😀b".size() == 2',
    '"😀b".charAt(1) == "b"',
    '"a😀b".substring(1, 2) == "😀"',
    '"a,b,c".split(",", 2) == ["a", "b,c"]',
  );
  holds(t, '"tacocat".indexOf("a", 2) == 5', '" a ".trim() == "a"', '"%s %d %.2f".format(["a", 1, 1.5]) == "a 1 1.50"');
});

test("Kubernetes' own values compare by what they mean", (t) => {
  holds(t, "type(ip('1.2.3.4')) == net.IP", "type(cidr('1.2.3.0/24')) == net.CIDR", 'net.IP != net.CIDR');
  holds(
    t,
    'quantity("1Gi") == quantity("1024Mi")',
    'quantity("1.5").add(quantity("500m")).asInteger() == 2',
    '!isQuantity("x")',
  );
  holds(
    t,
    'ip("::1") == ip("0:0:0:0:0:0:0:1")',
    'cidr("10.0.0.0/8").containsCIDR("10.1.0.0/16")',
    '!isIP("::ffff:1.2.3.4")',
  );
  holds(
    t,
    'url("https://a:8/b?c=d&c=e").getQuery() == {"c": ["d", "e"]}',
    'semver("1.10.0").isGreaterThan(semver("1.9.0-rc.1"))',
  );
  holds(
    t,
    'semver("v1.2", true) == semver("1.2.0")',
    'format.named("uuid").hasValue()',
    '"a1b22".findAll("[0-9]+") == ["1", "22"]',
  );
});

test('types that do not fit are found before anything runs, where they stand', (t) => {
  t.is(
    issueOf('self.size() > "a"', listOf(INT)),
    "ERROR: <input>:1:13: found no matching overload for '_>_' applied to '(int, string)'\n | self.size() > \"a\"\n | ............^",
  );
  t.regex(issueOf('self.all(x, x.startsWith("a"))', listOf(INT)), /applied to 'int\.\(string\)'/);
  t.regex(
    issueOf('x == 1\n|| y'),
    /<input>:1:1: undeclared reference to 'x'[\s\S]*<input>:2:4: undeclared reference to 'y'/,
  );
  t.regex(issueOf('1 +'), /<input>:1:4: Syntax error: mismatched input '<EOF>'/);
  t.regex(issueOf('[1, "a"]'), /expected type 'int' but found 'string'/);
  t.regex(issueOf(`${'('.repeat(1000)}1${')'.repeat(1000)}`), /recursion limit/);
});

test('what loops go over is blamed where it stands, and what they do is checked all the same', (t) => {
  t.deepEqual(issueOf('self.all(x, self.exists(y, x == y + z))', STRING).match(/<input>:[^(]*/g), [
    "<input>:1:1: expression of type 'string' cannot be range of a comprehension ",
    "<input>:1:13: expression of type 'string' cannot be range of a comprehension ",
    "<input>:1:37: undeclared reference to 'z' ",
  ]);
});

test('what a text does not take is found in the list that it formats, where both are literal', (t) => {
  const wrong: readonly (readonly [source: string, column: number, message: string])[] = [
    ["'%f'.format([2])", 14, 'error during formatting: fixed-point clause can only be used on doubles, was given int'],
    [
      "'%d'.format(['a' + 'b'])",
      18,
      'error during formatting: decimal clause can only be used on integers, was given string',
    ],
    ["'%d'.format([timestamp('2024-01-01T00:00:00Z')])", 23, 'integers, was given google.protobuf.Timestamp'],
    ["'%s'.format([[1, ip('1.2.3.4')]])", 20, 'durations, and timestamps, was given net.IP'],
    ["'%d %s'.format([1])", 15, 'index 1 out of range'],
    ["'%d'.format([1, 2])", 12, 'too many arguments supplied to string.format (expected 1, got 2)'],
    ["'%q'.format([1])", 12, 'could not parse formatting clause: unrecognized formatting clause "q"'],
    ["'%'.format([1])", 11, 'unexpected end of string'],
    [
      "'%.f'.format([1.5])",
      13,
      'error while converting precision to integer: strconv.Atoi: parsing "": invalid syntax',
    ],
    ["'%.3'.format([1])", 13, 'error while parsing precision: could not find end of precision specifier'],
  ];
  for (const [source, column, message] of wrong) {
    const issue = issueOf(source);
    t.true(
      issue.startsWith(`ERROR: <input>:1:${column}: `) && issue.split('\n')[0]?.endsWith(message),
      `${source}: ${issue}`,
    );
  }
  // What is not known is looked at when it runs, and lists within may be mixed.
  for (const source of [
    "'%d'.format([self])",
    "'%d'.format(self)",
    "'%d %s'.format([1, [1, 'a']])",
    "'%%'.format([])",
  ]) {
    t.is(issueOf(source), '', source);
  }
});

test('fields of objects are those of their type, whatever keys the JSON has', (t) => {
  const type: CelType = {
    kind: 'object',
    name: 'T',
    field: (name) => (name === 'a' ? { name: 'a', type: INT } : undefined),
  };
  t.is(evaluate('self.a', JSON.parse('{"a":1,"__proto__":{"b":2}}') as JsonValue, type), 1n);
  t.regex(issueOf('self.b', type), /undefined field 'b'/);
  t.is(evaluate('has(self.a)', {}, type), false);
  t.is(evaluate('has(self.constructor)', {}, mapOf(STRING, INT)), false);
});

test('an evaluation that costs too much is ended', (t) => {
  const source = 'self.all(a, self.all(b, self.all(c, a + b + c > 0)))';
  const type = listOf(INT);
  const program = compileCel(source, new Map([['self', type]]));
  const self = celValueOf(
    Array.from({ length: 300 }, () => 1),
    type,
  );
  t.throws(() => program.evaluate(new Map([['self', () => self]]), 100_000), { instanceOf: CelCostError });
});

test('every syntax error is told, as by a parser that goes on after the first', (t) => {
  const expression =
    "{'[', '{', '(', '.', '-', '!', 'true', 'false', 'null', NUM_FLOAT, NUM_INT, NUM_UINT, STRING, BYTES, IDENTIFIER}";
  const told: readonly (readonly [source: string, issues: readonly string[]])[] = [
    ['a && b', []],
    ['*', [`1 mismatched input '*' expecting ${expression}`, `2 mismatched input '<EOF>' expecting ${expression}`]],
    ['/x:y', [`1 extraneous input '/' expecting ${expression}`, "3 mismatched input ':' expecting <EOF>"]],
    ['a..b', ["3 no viable alternative at input '..'"]],
    ['a.true', ["3 mismatched input 'true' expecting IDENTIFIER"]],
    ['a.in', ["3 no viable alternative at input '.in'", `5 mismatched input '<EOF>' expecting ${expression}`]],
    ['-9223372036854775809 -', ['1 invalid int literal', `23 mismatched input '<EOF>' expecting ${expression}`]],
    ['1 - 9223372036854775808', ['5 invalid int literal']],
    ['18446744073709551616u + 1e999', ['1 invalid uint literal', '25 invalid double literal']],
    ['a=b', ["2 token recognition error at: '=b'"]],
    ['(a', ["3 missing ')' at '<EOF>'"]],
    ['a b', ["3 extraneous input 'b' expecting <EOF>"]],
    ['[a', ["3 mismatched input '<EOF>' expecting {']', ','}"]],
    ['!-a', ["3 no viable alternative at input '-a'"]],
    ['f(a,)', [`5 mismatched input ')' expecting ${expression}`]],
    ['- -', ["4 no viable alternative at input '-'", `4 mismatched input '<EOF>' expecting ${expression}`]],
  ];
  for (const [source, issues] of told) {
    const shown = syntaxIssues(source).map(({ at, message }) => `${at + 1} ${message.replace('Syntax error: ', '')}`);
    t.deepEqual(shown, issues, source);
  }
});

test('everything that is wrong with what follows the grammar is told: reserved words, macros of what is no name', (t) => {
  const told: readonly (readonly [source: string, issues: readonly string[]])[] = [
    ['if == while', ['1 reserved identifier: if', '7 reserved identifier: while']],
    ['[1].exists(if, true)', ['12 reserved identifier: if', '12 argument must be a simple name']],
    ['[1].map(true, 1)', ['9 argument is not an identifier']],
    ['has(1) && for', ['5 invalid argument to has() macro', '11 reserved identifier: for']],
    [
      'a.?true',
      ["4 Syntax error: mismatched input 'true' expecting {IDENTIFIER, ESC_IDENTIFIER}", '4 unsupported ident kind'],
    ],
    ['[1].all(__result__, true)', ['9 iteration variable overwrites accumulator variable']],
  ];
  for (const [source, issues] of told) {
    const { issues: found } = t.throws<CelCompileError>(() => compileCel(source, new Map()), {
      instanceOf: CelCompileError,
    });
    t.deepEqual(
      found.map(({ at, message }) => `${at + 1} ${message}`),
      issues,
      source,
    );
  }
});

test('errors count characters, not units of UTF-16, and mark wide ones by wide marks', (t) => {
  t.is(
    issueOf('💥').split('\n').slice(0, 3).join('\n'),
    "ERROR: <input>:1:1: Syntax error: token recognition error at: '💥'\n | 💥\n | ＾",
  );
  t.regex(issueOf('💥'), /:1:2: Syntax error: mismatched input '<EOF>'/);
});

test('signs do not mix, names of fields are no keywords, and calls have no last comma', (t) => {
  for (const source of ['!-a', '-!a', 'a.in', 'a.true', 'f(a,)', '`a`', 'a.`b`']) {
    t.throws(() => compileCel(source, new Map()), { instanceOf: CelCompileError }, source);
  }
  for (const source of ['!!true', '--1 == 1', '[1, 2,].size() == 2']) {
    t.notThrows(() => compileCel(source, new Map()), source);
  }
});
