import test from 'ava';
import fc from 'fast-check';
import { formatLabels, formatLabelSelector } from './format.ts';
import { everythingSelector, labelSelectorToSelector, parseLabelSelector, selectorFromSet } from './selector.ts';
import { newBadRequest } from '../errors/status-error.ts';
import { FieldSelector, type FieldTransform, parseFieldSelector } from '../fields/selector.ts';

const matching: readonly (readonly [string, Record<string, string>, boolean])[] = [
  ['', {}, true],
  ['a=b', { a: 'b' }, true],
  ['a==b', { a: 'c' }, false],
  ['a=', { a: '' }, true],
  ['a=', {}, false],
  ['a!=b', {}, true],
  ['a!=b', { a: 'b' }, false],
  ['a in (b, c)', { a: 'c' }, true],
  ['a in (b,)', { a: '' }, true],
  ['a notin (b)', {}, true],
  ['a notin ()', { a: '' }, false],
  ['a', { a: '' }, true],
  ['!a', { a: '' }, false],
  ['!a', {}, true],
  ['a>1,a<3', { a: '2' }, true],
  ['a>1', { a: 'x' }, false],
  ['a>1', {}, false],
  ['in in (in)', { in: 'in' }, true],
  ['example.com/a=b,c', { 'example.com/a': 'b', c: '1' }, true],
  ['constructor', {}, false],
  ['!valueOf,!toString', {}, true],
];

test('label selectors select what upstream selects', (t) => {
  for (const [text, labels, expected] of matching) {
    t.is(parseLabelSelector(text).matches(labels), expected, `${text} on ${JSON.stringify(labels)}`);
  }
});

test('a selector prints sorted by key, with sorted values', (t) => {
  t.is(String(parseLabelSelector('c!=d , b notin (y,x), a in (z), !e, f>1')), 'a in (z),b notin (x,y),c!=d,!e,f>1');
  t.is(parseLabelSelector('a in (x)').requiredValue('a'), 'x');
  t.is(parseLabelSelector('a in (x,y)').requiredValue('a'), undefined);
});

const wrongSelectors: readonly (readonly [string, string])[] = [
  ['a b', "unable to parse requirement: found 'b', expected: in, notin, =, ==, !=, gt, lt"],
  ['a in (b', "unable to parse requirement: found '', expected: ',' or ')'"],
  ['a=b b', "found 'b', expected: ',' or 'end of string'"],
  ['a=b,', "found '', expected: identifier after ','"],
  [',', "found ',', expected: !, identifier, or 'end of string'"],
  ['a in b', "unable to parse requirement: found 'b' expected: '('"],
  [
    'a>b',
    "unable to parse requirement: values[0]: Invalid value: \"b\": for 'Gt', 'Lt' operators, the value must be an integer",
  ],
  ['a=!', "unable to parse requirement: found '!', expected: identifier"],
];

test('a label selector that does not parse is a 400 in the words of upstream', (t) => {
  for (const [text, message] of wrongSelectors) t.throws(() => parseLabelSelector(text), { message }, text);
  const invalidKey = t.throws(() => parseLabelSelector('-a=b'));
  t.true(
    invalidKey.message.startsWith('unable to parse requirement: <nil>: Invalid value: "-a": name part must consist'),
  );
  const invalidValue = t.throws(() => parseLabelSelector('a=b/c'));
  t.true(
    invalidValue.message.startsWith('unable to parse requirement: values[0][a]: Invalid value: "b/c": a valid label'),
  );
});

test('an unset label selector matches nothing, an empty one everything', (t) => {
  t.false(labelSelectorToSelector(undefined).matches({ a: 'b' }));
  t.false(labelSelectorToSelector(null).isEmpty);
  t.true(labelSelectorToSelector({}).matches({}));
  t.is(labelSelectorToSelector({ matchLabels: {} }), everythingSelector);
});

test('a label selector object means the conjunction of its parts', (t) => {
  const selector = labelSelectorToSelector({
    matchLabels: { app: 'web' },
    matchExpressions: [
      { key: 'tier', operator: 'In', values: ['b', 'a'] },
      { key: 'old', operator: 'DoesNotExist' },
    ],
  });
  t.is(String(selector), 'app=web,!old,tier in (a,b)');
  t.true(selector.matches({ app: 'web', tier: 'a' }));
  t.false(selector.matches({ app: 'web', tier: 'a', old: '' }));
  t.throws(() => labelSelectorToSelector({ matchExpressions: [{ key: 'a', operator: 'Is' }] }), {
    message: '"Is" is not a valid label selector operator',
  });
  t.throws(() => labelSelectorToSelector({ matchExpressions: [{ key: 'a', operator: 'In' }] }), {
    message: "values: Invalid value: null: for 'in', 'notin' operators, values set can't be empty",
  });
});

test('labels and selectors print as table cells show them', (t) => {
  t.is(formatLabels({ b: '2', a: '1' }), 'a=1,b=2');
  t.is(formatLabels({}), '<none>');
  t.is(formatLabels(undefined), '<none>');
  t.is(formatLabelSelector({ matchLabels: { a: 'b' } }), 'a=b');
  t.is(formatLabelSelector(undefined), '<none>');
  t.is(formatLabelSelector({ matchExpressions: [{ key: 'a', operator: '' }] }), '<error>');
});

const word = fc.stringMatching(/^[a-z0-9]{1,5}$/);

test('a set selector matches exactly the objects that carry its labels', (t) => {
  fc.assert(
    fc.property(fc.dictionary(word, word), fc.dictionary(word, word), (wanted, labels) => {
      const selector = selectorFromSet(wanted);
      const expected = Object.entries(wanted).every(
        ([key, value]) => Object.hasOwn(labels, key) && labels[key] === value,
      );
      t.is(selector.matches(labels), expected);
      t.is(parseLabelSelector(String(selector)).matches(labels), expected);
      t.true(selector.matches({ ...labels, ...wanted }));
    }),
  );
});

test('parsing any text as a selector ends in a selector or a 400', (t) => {
  const tokens = fc.constantFrom('a', 'b', 'in', 'notin', '(', ')', ',', '=', '!', '<', '>', ' ', '\0', '\u00e9');
  fc.assert(
    fc.property(fc.array(tokens), (parts) => {
      for (const parse of [parseLabelSelector, parseFieldSelector]) {
        try {
          parse(parts.join(''));
        } catch (error) {
          t.like(error, { status: { code: 400, reason: 'BadRequest' } });
        }
      }
    }),
  );
});

const fieldsOf = (fields: Record<string, string>) => (field: string) => fields[field] ?? '';

test('field selectors compare values, with escapes for comma, equals sign and backslash', (t) => {
  const pod = fieldsOf({ 'metadata.name': 'a', 'status.phase': 'Running', odd: 'a,b=c\\' });
  t.true(parseFieldSelector('metadata.name=a,status.phase!=Failed').matches(pod));
  t.false(parseFieldSelector('metadata.name==b').matches(pod));
  t.true(parseFieldSelector('spec.nodeName=').matches(pod));
  t.true(parseFieldSelector('odd=a\\,b\\=c\\\\').matches(pod));
  t.is(String(parseFieldSelector('odd==a\\,b\\=c\\\\,metadata.name=a')), 'metadata.name=a,odd=a\\,b\\=c\\\\');
  t.is(parseFieldSelector('metadata.name=a').requiredValue('metadata.name'), 'a');
  t.true(parseFieldSelector(',,').isEmpty);
});

test('a field selector means the same printed and parsed again, and matches what has its values', (t) => {
  const value = fc.string({ unit: fc.constantFrom('a', ',', '=', '\\', '!', ' ', 'é'), maxLength: 5 });
  const requirement = fc.record({
    field: word,
    operator: fc.constantFrom('=' as const, '!=' as const),
    value,
  });
  fc.assert(
    fc.property(fc.array(requirement, { maxLength: 4 }), fc.dictionary(word, value), (requirements, fields) => {
      const selector = parseFieldSelector(String(new FieldSelector(requirements)));
      const sorted = (list: typeof selector.requirements) => list.map((one) => JSON.stringify(one)).sort();
      t.deepEqual(sorted(selector.requirements), sorted(requirements));
      const get = (field: string) => (Object.hasOwn(fields, field) ? (fields[field] ?? '') : '');
      const expected = requirements.every((one) => (get(one.field) === one.value) === (one.operator === '='));
      t.is(selector.matches(get), expected);
    }),
  );
});

test('a field selector that does not parse is a 400 in the words of upstream', (t) => {
  const message = (text: string) => t.throws(() => parseFieldSelector(text)).message;
  t.is(message('abc'), "invalid selector: 'abc'; can't understand 'abc'");
  t.is(message('a=b\\c'), 'invalid field selector: invalid escape sequence: \\c');
  t.is(message('a=b\\'), 'invalid field selector: invalid escape sequence: \\');
  t.is(message('a=b=c'), 'invalid field selector: unescaped character in value: 61');
});

test('a transform renames, drops or refuses the fields of a selector', (t) => {
  const transform: FieldTransform = (field, value) => {
    if (field === 'spec.foo') throw newBadRequest(`field label not supported: ${field}`);
    return field === 'spec.any' ? undefined : { field: field === 'spec.host' ? 'spec.nodeName' : field, value };
  };
  t.is(String(parseFieldSelector('spec.host=a,spec.any=x', transform)), 'spec.nodeName=a');
  t.true(parseFieldSelector('spec.any=x', transform).isEmpty);
  t.throws(() => parseFieldSelector('metadata.name=a,spec.foo=1', transform), {
    message: 'field label not supported: spec.foo',
  });
});
