/** Values that a field may have: as valid as can be told from its type and from what the corpus has in fields of this name. */
import type { FieldFacts } from '../../../openapi/type-facts.ts';
import { readCorpus } from '../../corpus/corpus.ts';
import type { Json, JsonObject } from '../case.ts';
import type { Chance } from './chance.ts';
import {
  oddBytes,
  oddDurations,
  oddIntOrStrings,
  oddNumbers,
  oddQuantities,
  oddTexts,
  oddTimes,
} from './odd-values.ts';
import { type NamedField, placesIn, specialOf, structOf } from './places.ts';

/** Structs deeper than this get only what they require. */
const DEPTH = 4;
/** How likely a value inside a sample is an odd one. */
const ODD = 0.06;
const KEYS = ['app', 'example.com/role', 'a', 'B_2', 'cpu'] as const;
const RESOURCES = [
  'cpu',
  'memory',
  'storage',
  'ephemeral-storage',
  'hugepages-2Mi',
  'example.com/printer',
  'pods',
  'requests.cpu',
] as const;

/** By type and name of the field, what the corpus has there. */
let known: ReadonlyMap<string, readonly Json[]> | undefined;

export function sample(chance: Chance, type: string, field: NamedField, depth = 0): Json {
  if (chance.is(ODD)) return oddValue(chance, type, field.facts);
  if (type.startsWith('[]')) {
    return Array.from({ length: chance.pick([0, 1, 1, 1, 2, 2, 3]) }, () =>
      sample(chance, type.slice(2), field, depth),
    );
  }
  if (type.startsWith('{}')) return sampleMap(chance, type.slice(2), field, depth);
  if (structOf(type) !== undefined) return sampleStruct(chance, type, depth);
  return sampleScalar(chance, type, field);
}

export function sampleStruct(chance: Chance, type: string, depth: number, extra = chance.below(4)): JsonObject {
  const fields = Object.entries(structOf(type)?.fields ?? {});
  const chosen = new Set(fields.filter(([, { req }]) => req).map(([name]) => name));
  if (depth < DEPTH) for (let i = 0; i < extra; i++) chosen.add(chance.pick(fields)?.[0] ?? '');
  const out: JsonObject = {};
  for (const [name, facts] of fields) {
    if (chosen.has(name)) out[name] = sample(chance, facts.t, { name, facts }, depth + 1);
  }
  return out;
}

function sampleMap(chance: Chance, type: string, field: NamedField, depth: number): JsonObject {
  const out: JsonObject = {};
  const keys = specialOf(type) === 'Quantity' ? RESOURCES : KEYS;
  for (let i = chance.below(3); i > 0; i--) out[chance.pick(keys)] = sample(chance, type, field, depth);
  return out;
}

function sampleScalar(chance: Chance, type: string, field: NamedField): Json {
  const { enum: allowed = [] } = field.facts;
  if (allowed.length > 0) return chance.pick(allowed) ?? '';
  const seen = (known ??= learn()).get(keyOf(type, field.name)) ?? [];
  if (seen.length > 0 && chance.is(0.6)) return chance.pick(seen) ?? null;
  switch (specialOf(type) ?? type) {
    case 'string':
      return chance.pick(['a', 'b', 'name-1', 'example.com/x', '/path', '10.0.0.1', 'x.example.com', '1']);
    case 'bool':
      return chance.is(0.7);
    case 'bytes':
      return 'MQ==';
    case 'Quantity':
      return chance.pick(['1', '2', '500m', '1Gi', '2Mi', '10']);
    case 'Time':
    case 'MicroTime':
      return '2026-03-01T00:00:00Z';
    case 'Duration':
      return chance.pick(['1s', '5m']);
    case 'IntOrString':
      return chance.pick([1, 80, '25%', 'http']);
    case 'int32':
    case 'int64':
    case 'uint32':
    case 'uint64':
    case 'float64':
      return chance.pick([0, 1, 2, 5, 30, 80, 420, 8080]);
    case 'RawExtension':
    case 'JSON':
    case 'FieldsV1':
    case 'any':
      return chance.pick<Json>([{}, { a: 'b' }, { kind: 'X', apiVersion: 'example.com/v1' }]);
    default:
      return chance.pick<Json>(['a', {}]);
  }
}

export function oddValue(chance: Chance, type: string, { enum: allowed = [] }: FieldFacts): Json {
  if (type.startsWith('[]')) return chance.pick<Json>([[], [null], {}, null]);
  if (type.startsWith('{}')) {
    return chance.pick<Json>([{}, { [String(chance.pick(oddTexts))]: 'x' }, { a: null }, { a: chance.pick(oddTexts) }]);
  }
  switch (specialOf(type) ?? type) {
    case 'string':
      if (allowed.length > 0 && chance.is(0.6)) return wrongCase(chance, chance.pick(allowed) ?? '');
      return chance.pick(oddTexts);
    case 'bool':
      return chance.pick<Json>([true, false, 'true', 0, null]);
    case 'bytes':
      return chance.pick(oddBytes);
    case 'Quantity':
      return chance.pick(oddQuantities);
    case 'Time':
    case 'MicroTime':
      return chance.pick(oddTimes);
    case 'Duration':
      return chance.pick(oddDurations);
    case 'IntOrString':
      return chance.pick(oddIntOrStrings);
    case 'int32':
    case 'int64':
    case 'uint32':
    case 'uint64':
    case 'float64':
      return chance.pick(oddNumbers);
    default:
      return chance.pick<Json>([{}, null, [], 'text']);
  }
}

/** Half of them are right: another value of the enumeration than the one that is there. */
function wrongCase(chance: Chance, value: string): string {
  return chance.weighted([
    [4, value],
    [1, value.toLowerCase()],
    [1, `${value} `],
    [1, value.slice(1)],
  ]);
}

function learn(): ReadonlyMap<string, readonly Json[]> {
  const found = new Map<string, Json[]>();
  for (const { object } of readCorpus()) {
    for (const { type, field, value } of placesIn(object as JsonObject)) {
      if (typeof value === 'object' && value !== null) continue;
      const key = keyOf(type, field.name);
      const values = found.get(key) ?? [];
      if (!values.includes(value)) values.push(value);
      found.set(key, values);
    }
  }
  return found;
}

function keyOf(type: string, name: string): string {
  return `${type} ${name}`;
}
