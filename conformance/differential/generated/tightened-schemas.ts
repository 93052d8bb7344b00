/** Schemas that take less than before: what is there already may stay as it is. */
import type { Json, JsonObject } from '../case.ts';
import type { Chance } from './chance.ts';
import { valueAt } from './places.ts';
import { schemaPaths } from './spoilt-schemas.ts';

const byType: Readonly<Record<string, readonly [JsonObject, ...JsonObject[]]>> = {
  string: [
    { maxLength: 1 },
    { pattern: '^z*$' },
    { enum: ['a', 'zz'] },
    { 'x-kubernetes-validations': [{ rule: 'self == "zz"', message: 'must be zz' }] },
  ],
  integer: [
    { minimum: 1000 },
    { maximum: 2 },
    { multipleOf: 7 },
    { 'x-kubernetes-validations': [{ rule: 'self >= oldSelf && self > 50' }] },
  ],
  number: [{ minimum: 1000 }, { 'x-kubernetes-validations': [{ rule: 'self > 50.0' }] }],
  boolean: [{ enum: [true] }, { 'x-kubernetes-validations': [{ rule: '!self' }] }],
  array: [{ maxItems: 1 }, { minItems: 2 }, { 'x-kubernetes-validations': [{ rule: 'size(self) == 5' }] }],
  object: [
    { maxProperties: 1 },
    { minProperties: 3 },
    { required: ['b_2'] },
    { 'x-kubernetes-validations': [{ rule: 'false', message: 'never' }] },
  ],
};

/** A JSON patch of the definition. Objects that it has taken hold of have a field "marked". */
export function tighten(chance: Chance, definition: JsonObject): Json {
  const paths = [...schemaPaths(definition)].filter((path) => path[2] === 0);
  const [root = []] = paths;
  const operations: Json[] = [{ op: 'add', path: pointer([...root, 'properties', 'marked']), value: marked }];
  for (let more = 1 + chance.below(4); more > 0; more--) {
    const path = chance.pick(paths.slice(1)) ?? root;
    const schema = valueAt(definition, path) as JsonObject;
    if (typeof schema.type !== 'string') continue;
    const limits = chance.pick(byType[schema.type] ?? [{}]) ?? {};
    for (const [field, value] of Object.entries(limits)) {
      operations.push({ op: 'add', path: pointer([...path, field]), value });
    }
  }
  return operations;
}

const marked: JsonObject = { type: 'string', default: 'yes' };

function pointer(path: readonly (string | number)[]): string {
  return path.map((part) => `/${String(part).replaceAll('~', '~0').replaceAll('/', '~1')}`).join('');
}
