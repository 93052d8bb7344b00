/** CEL rules for schemas of each type: most are right, and hold for most values. */
import type { Json, JsonObject } from '../case.ts';
import type { Chance } from './chance.ts';

const always = ['self == self', 'type(self) != int', 'true', 'dyn(self) != null'];
const wrong = [
  'self.nope == 1',
  'self',
  'self > 1',
  'self[1] == self[0]',
  'self.a.b.c',
  'size(self) > 0 &&',
  'oldSelf == self',
];

const byType: Readonly<Record<string, readonly string[]>> = {
  string: [
    'self.size() < 12',
    'self != "b"',
    'self == oldSelf || self != "a"',
    'self.matches("^[a-z0-9. /:-]*$")',
    'self.startsWith("a") || self.contains("e")',
    'self.split(",").all(x, x.size() < 9)',
    'self in ["a", "b", "red", "Always"]',
    'self.lowerAscii() == self',
  ],
  integer: ['self > 0', 'self >= oldSelf', 'self % 2 == 0', 'self < 100', 'double(self) < 7.5'],
  number: ['self > 0.5', 'self != 1.0', 'self < 2', 'int(self) >= 0'],
  boolean: ['self', '!self || oldSelf', 'self == true'],
  array: [
    'self.size() < 3',
    'self.all(x, x == x)',
    'self.exists(x, x != self[0])',
    'self.map(x, x).size() > 0',
    'self.isSorted()',
    'self.all(x, self.exists_one(y, x == y))',
  ],
  map: [
    'self.all(k, k.size() < 10)',
    'size(self) > 0',
    'self.all(k, self[k] == self[k])',
    '"a" in self',
    'self.exists(k, k.startsWith("a") || k == "app")',
  ],
};

/** Of an object with these fields, whose names CEL can write. */
function ofFields(names: readonly string[]): readonly string[] {
  const plain = names.filter((name) => /^[a-z]+$/.test(name) && !['in', 'namespace'].includes(name));
  const [one, other = one] = plain;
  if (one === undefined) return always;
  return [
    `has(self.${one})`,
    `!has(self.${one}) || has(self.${other})`,
    `has(self.${one}) == has(oldSelf.${one})`,
    `!has(self.${one}) || !has(oldSelf.${one}) || self.${one} == oldSelf.${one}`,
    `self.${one} == self.${one}`,
    `self.?${one}.hasValue() || self.?${other}.hasValue()`,
  ];
}

export function makeRule(chance: Chance, schema: JsonObject, { faulty }: { readonly faulty: boolean }): JsonObject {
  const names = Object.keys((schema.properties ?? {}) as JsonObject);
  const type = schema.additionalProperties === undefined ? String(schema.type) : 'map';
  const fitting = names.length > 0 ? ofFields(names) : (byType[type] ?? always);
  const text = chance.weighted([
    [7, chance.pick(fitting)],
    [1, chance.pick(always)],
    [faulty ? 2 : 0, chance.pick(wrong)],
  ]);
  const rule: JsonObject = { rule: text };
  const extras: readonly (readonly [probability: number, field: string, values: readonly [Json, ...Json[]]])[] = [
    [0.3, 'message', ['must hold', 'a\nb', ' ', 'another message']],
    [
      0.2,
      'messageExpression',
      ['"it is " + string(type(self) == int)', '"is wrong: " + string(self)', 'self', '"a" + ', '""'],
    ],
    [0.15, 'reason', ['FieldValueForbidden', 'FieldValueRequired', 'FieldValueDuplicate', 'Other']],
    [
      names.length > 0 || faulty ? 0.15 : 0,
      'fieldPath',
      [`.${names[0] ?? 'a'}`, '.nope', `['${names.at(-1) ?? 'a'}']`, 'a', '.a.b[0]'],
    ],
    [0.08, 'optionalOldSelf', [false, true]],
  ];
  for (const [probability, field, values] of extras) {
    if (chance.is(probability)) rule[field] = faulty && chance.is(0.4) ? chance.pick(values) : values[0];
  }
  return rule;
}
