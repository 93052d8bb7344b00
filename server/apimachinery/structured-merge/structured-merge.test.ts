/** Field sets, comparison, merging and removal; random values of one type that has every kind of structure. */
import test from 'ava';
import fc from 'fast-check';
import type { JsonObject, JsonValue } from '../json.ts';
import { compareValues, isSame } from './compare-values.ts';
import {
  difference,
  emptySet,
  type FieldSet,
  intersection,
  isEmptySet,
  isSubset,
  newSet,
  pathsOf,
  pathText,
  setOfPath,
  union,
} from './field-set.ts';
import { rememberEmpties, rememberRespelled } from '../schema/sent-empties.ts';
import { fieldsOfValue } from './fields-of-value.ts';
import { deduced, type KeyedListType, type MergeType, type StructType } from './merge-type.ts';
import { mergeValues } from './merge-values.ts';
import { withNamedFields } from './named-fields.ts';
import { FieldsError, parseFields } from './parse-fields.ts';
import { fieldElement } from './path-element.ts';
import { removeFields } from './remove-fields.ts';
import { fitsTemplate, templateOf } from './template.ts';
import { validateValue } from './validate-value.ts';

const text: MergeType = { kind: 'scalar', expected: 'string' };
const number: MergeType = { kind: 'scalar', expected: 'numeric' };

const struct = (fields: Readonly<Record<string, MergeType>>): StructType => ({
  kind: 'struct',
  field: (name) => (Object.hasOwn(fields, name) ? fields[name] : undefined),
  names: Object.keys(fields).sort(),
  others: undefined,
});
const ports: KeyedListType = {
  kind: 'keyed',
  keys: ['port', 'protocol'],
  defaults: new Map([['protocol', 'TCP']]),
  element: struct({ port: number, protocol: text, name: text }),
};
const object = struct({
  name: text,
  replicas: number,
  labels: { kind: 'map', element: text },
  finalizers: { kind: 'set', element: text },
  ports,
  args: { kind: 'atomic', shape: undefined, of: 'list' },
  inner: struct({ name: text, ports }),
  free: deduced,
});

const names = fc.constantFrom('a', 'b', 'c', '__proto__', 'x/y', '<&>', 'ü');
const texts = fc.constantFrom('1', '2', '', 'ä');
const some = <T>(value: fc.Arbitrary<T>) => fc.option(value, { nil: undefined });
const portLists = fc.uniqueArray(
  fc.record(
    { port: fc.integer({ min: 1, max: 3 }), protocol: fc.constantFrom('TCP', 'UDP'), name: texts },
    { requiredKeys: ['port'] },
  ),
  { maxLength: 4, selector: ({ port, protocol = 'TCP' }) => `${port}/${protocol}` },
);
const objects: fc.Arbitrary<JsonObject> = fc
  .record({
    name: some(texts),
    replicas: some(fc.integer({ min: 0, max: 3 })),
    labels: some(fc.dictionary(names, texts, { maxKeys: 3, noNullPrototype: true })),
    finalizers: some(fc.uniqueArray(names, { maxLength: 3 })),
    ports: some(portLists),
    args: some(fc.array(texts, { maxLength: 2 })),
    inner: some(fc.record({ name: texts, ports: portLists }, { requiredKeys: [] })),
    free: some(fc.constantFrom({ deep: { er: [1] } }, { deep: 'x' }, {}, { other: [1, 2] })),
  })
  .map((value) => JSON.parse(JSON.stringify(value)) as JsonObject);

const paths = fc.array(fc.array(names.map(fieldElement), { minLength: 1, maxLength: 3 }), { maxLength: 6 });
const setOf = (list: readonly (readonly string[])[]): FieldSet =>
  list.reduce((set, path) => union(set, setOfPath(path)), newSet([]));
const textsOf = (set: FieldSet): string[] => [...pathsOf(set)].map((path) => JSON.stringify(path)).sort();
const written = (list: readonly (readonly string[])[]): Set<string> =>
  new Set(list.map((path) => JSON.stringify(path)));

const fields = (value: JsonValue): FieldSet => fieldsOfValue(object, value);
const merge = (live: JsonValue, applied: JsonValue): JsonValue => mergeValues(object, live, applied);
const shown = (set: FieldSet): string[] => [...pathsOf(set)].map(pathText);

test('sets behave as sets of paths', (t) => {
  fc.assert(
    fc.property(paths, paths, (left, right) => {
      const [a, b] = [setOf(left), setOf(right)];
      const [inA, inB] = [written(left), written(right)];
      t.deepEqual(textsOf(union(a, b)), [...inA.union(inB)].sort());
      t.deepEqual(textsOf(intersection(a, b)), [...inA.intersection(inB)].sort());
      t.deepEqual(textsOf(difference(a, b)), [...inA.difference(inB)].sort());
    }),
  );
});

test('FieldsV1 that is read and written again is the same text', (t) => {
  fc.assert(
    fc.property(objects, (value) => {
      const written = JSON.stringify(fields(value));
      t.is(JSON.stringify(parseFields(JSON.parse(written) as JsonValue)), written);
    }),
  );
});

test('FieldsV1 is written in the order of steps, keys in the order of their names', (t) => {
  const value = {
    ports: [{ port: 443 }, { port: 53, protocol: 'UDP' }],
    finalizers: ['b', 'a'],
    labels: { z: '', a: '' },
  };
  const expected = {
    'f:finalizers': { 'v:"a"': {}, 'v:"b"': {} },
    'f:labels': { 'f:a': {}, 'f:z': {} },
    'f:ports': {
      'k:{"port":53,"protocol":"UDP"}': { '.': {}, 'f:port': {}, 'f:protocol': {} },
      'k:{"port":443,"protocol":"TCP"}': { '.': {}, 'f:port': {} },
    },
  };
  t.is(JSON.stringify(fields(value)), JSON.stringify(expected));
});

test('FieldsV1 that is none is refused', (t) => {
  for (const value of [{ data: {} }, { 'k:data': {} }, { 'v:[': {} }, { 'f:a': 5 }, [], 'x'] as JsonValue[]) {
    t.throws(() => parseFields(value), { instanceOf: FieldsError }, JSON.stringify(value));
  }
});

test('a value compared with itself has no difference, and what one way adds the other removes', (t) => {
  fc.assert(
    fc.property(objects, objects, (left, right) => {
      t.true(isSame(compareValues(object, left, structuredClone(left))));
      const [there, back] = [compareValues(object, left, right), compareValues(object, right, left)];
      t.deepEqual(textsOf(there.added), textsOf(back.removed));
      t.deepEqual(textsOf(there.modified), textsOf(back.modified));
    }),
  );
});

test('what fits a template has the same fields as the one that the template was made of', (t) => {
  const holder = struct({ spec: object, status: struct({ replicas: number, ports }) });
  // What is there from the beginning, as Go makes objects: zeros, nulls, empty structs.
  const from: JsonObject = { spec: { ports: null, inner: {} }, status: { replicas: 0 } };
  const replicas = fc.option(fc.integer({ min: 0, max: 1 }), { nil: undefined });
  let fitted = 0;
  fc.assert(
    fc.property(fc.array(fc.record({ spec: objects, replicas }), { minLength: 2, maxLength: 8 }), (created) => {
      const all = created.map(
        ({ spec, replicas: count }): JsonObject => ({
          spec,
          status: count === undefined ? {} : { replicas: count },
        }),
      );
      const others = all.map(
        (value) => JSON.parse(JSON.stringify(value).replaceAll(/"name":"[^"]*"/g, '"name":"another"')) as JsonObject,
      );
      for (const first of all) {
        const template = templateOf(holder, from, first);
        if (template === undefined) return;
        t.true(fitsTemplate(template, structuredClone(first)));
        for (const second of [...all, ...others].filter((other) => other !== first && fitsTemplate(template, other))) {
          fitted++;
          const [a, b] = [first, second].map((value) => compareValues(holder, from, value));
          t.deepEqual([a?.added, a?.modified], [b?.added, b?.modified]);
        }
      }
    }),
  );
  t.true(fitted > 0);
});

test('objects that differ only in their values fit one template; another field, item or order does not', (t) => {
  const pod = (over: JsonObject): JsonObject => ({
    name: 'a',
    labels: { a: '1' },
    ports: [{ port: 1, name: 'x' }],
    ...over,
  });
  const template = templateOf(object, {}, pod({}));
  if (template === undefined) return t.fail();
  t.true(fitsTemplate(template, pod({ name: 'b', labels: { a: '2' }, ports: [{ port: 1, name: 'y' }] })));
  t.false(fitsTemplate(template, pod({ replicas: 1 })));
  t.false(fitsTemplate(template, pod({ labels: { b: '1' } })));
  t.false(fitsTemplate(template, pod({ labels: {} })));
  t.false(fitsTemplate(template, pod({ ports: [{ port: 2, name: 'x' }] })));
  t.false(fitsTemplate(template, { ports: [{ port: 1, name: 'x' }], labels: { a: '1' }, name: 'a' }));
  return;
});

test('an object too large to come twice is not remembered', (t) => {
  const labels = Object.fromEntries(Array.from({ length: 3000 }, (_, index) => [`l${index}`, 'x']));
  t.is(templateOf(object, {}, { labels }), undefined);
});

test('of a list with an item twice only the item is owned', (t) => {
  const holder = struct({ spec: struct({ ports }) });
  const one = { port: 1, protocol: 'TCP' };
  const { added } = compareValues(holder, {}, { spec: { ports: [one, one] } });
  t.deepEqual(added, {
    'f:spec': { '.': {}, 'f:ports': { '.': {}, 'k:{"port":1,"protocol":"TCP"}': {} } },
  });
});

test('a set made after a model is the one made without, and what is the same is shared', (t) => {
  fc.assert(
    fc.property(objects, objects, (value, other) => {
      const alone = fields(value);
      t.is(JSON.stringify(fieldsOfValue(object, value, fields(other))), JSON.stringify(alone));
      const read = JSON.parse(JSON.stringify(alone)) as FieldSet;
      t.is(fieldsOfValue(object, value, read), isEmptySet(alone) ? emptySet : read);
    }),
  );
});

test('a set is in another where all of its paths are', (t) => {
  fc.assert(
    fc.property(paths, paths, (a, b) => {
      const [left, right] = [setOf(a), setOf(b)];
      t.is(isSubset(left, right), written(a).isSubsetOf(written(b)));
      t.true(isSubset(left, union(left, right)));
    }),
  );
});

test('applying the same again changes nothing', (t) => {
  fc.assert(
    fc.property(objects, objects, (live, applied) => {
      const once = merge(live, applied);
      t.deepEqual(merge(once, applied), once);
      t.deepEqual(merge(live, {}), live);
      t.deepEqual(merge({}, applied), applied);
    }),
  );
});

test('a merged object has every field of both', (t) => {
  fc.assert(
    fc.property(objects, objects, (live, applied) => {
      // What holds nothing is a field of its own, until something is put into it.
      const filled = (set: FieldSet) =>
        textsOf(set).filter((path) => !/^\["f:(labels|finalizers|ports|inner|free)"(,"f:(ports|deep)")?\]$/.test(path));
      const has = new Set(textsOf(fields(merge(live, applied))));
      const wanted = [...filled(fields(applied)), ...filled(fields(live))];
      const atomic = (path: string) => /"f:free"/.test(path);
      t.deepEqual(
        wanted.filter((path) => !has.has(path) && !atomic(path)),
        [],
      );
    }),
  );
});

test('nothing of a value is left without all of its fields, but for empty lists, which nobody owns', (t) => {
  const isNothing = (value: JsonValue | undefined): boolean =>
    value === null || (typeof value === 'object' && Object.values(value).every((item) => isNothing(item as JsonValue)));
  fc.assert(
    fc.property(objects, (value) => {
      const left = removeFields(object, value, withNamedFields(object, fields(value)));
      t.true(isNothing(left), JSON.stringify(left));
    }),
  );
});

test('items of the applied list keep its order, and live ones their places between them', (t) => {
  const port = (number: number) => ({ port: number });
  const order = (live: number[], applied: number[]) =>
    (merge({ ports: live.map(port) }, { ports: applied.map(port) }) as { ports: { port: number }[] }).ports.map(
      (item) => item.port,
    );
  t.deepEqual(order([1, 2, 3], [3, 1]), [2, 3, 1]);
  t.deepEqual(order([1, 2], [3]), [1, 2, 3]);
  t.deepEqual(order([1, 2], [3, 1]), [3, 1, 2]);
});

test('an item is the same whether its key is said or a default', (t) => {
  const merged = merge({ ports: [{ port: 53 }] }, { ports: [{ port: 53, protocol: 'TCP', name: 'dns' }] });
  t.deepEqual(merged, { ports: [{ port: 53, protocol: 'TCP', name: 'dns' }] });
  const { added } = compareValues(object, { ports: [] }, { ports: [{ port: 53 }] });
  t.deepEqual(shown(added), ['.ports[port=53,protocol="TCP"]', '.ports[port=53,protocol="TCP"].port']);
});

test('atomic lists are replaced and owned as a whole', (t) => {
  t.deepEqual(merge({ args: ['a', 'b'] }, { args: ['c'] }), { args: ['c'] });
  t.deepEqual(shown(fields({ args: ['a', 'b'] })), ['.args']);
  t.deepEqual(shown(compareValues(object, { args: ['a'] }, { args: ['a', 'b'] }).modified), ['.args']);
});

test('a map sent empty in an item of an atomic list is a change to it, one beside it is none', (t) => {
  const terms: MergeType = { kind: 'atomic', shape: undefined, of: 'list' };
  const type = struct({ terms, selector: { kind: 'atomic', shape: undefined, of: 'map' } });
  const sent = (fields: JsonObject): JsonObject => {
    rememberEmpties(fields, { matchLabels: {} });
    return fields;
  };
  const before = { terms: [{ key: 'a' }], selector: { key: 'a' } };
  const after = { terms: [sent({ key: 'a' })], selector: sent({ key: 'a' }) };
  t.deepEqual(compareValues(type, before, after), { added: {}, modified: { 'f:terms': {} }, removed: {} });
});

test('a quantity spelled otherwise in an item of an atomic list is a change to it', (t) => {
  const type = struct({ limits: { kind: 'atomic', shape: undefined, of: 'list' } });
  const respelled: JsonObject = { cpu: '500m' };
  rememberRespelled(respelled);
  const { modified } = compareValues(type, { limits: [{ max: { cpu: '500m' } }] }, { limits: [{ max: respelled }] });
  t.deepEqual(modified, { 'f:limits': {} });
});

test('where a map without a schema becomes a text, what lay in it is removed; and the other way round it is added', (t) => {
  const map = { free: { a: '1', b: { c: '2' } } };
  const { added, modified, removed } = compareValues(object, map, { free: '' });
  t.deepEqual([added, modified], [{}, { 'f:free': {} }]);
  t.deepEqual(textsOf(removed), ['["f:free","f:a"]', '["f:free","f:b","f:c"]', '["f:free","f:b"]', '["f:free"]']);
  const back = compareValues(object, { free: '' }, map);
  t.deepEqual(textsOf(back.added), textsOf(removed));
});

test('what is not of its type is said with its place', (t) => {
  t.deepEqual(validateValue(object, { name: 5 }), ['.name: expected string, got &value.valueUnstructured{Value:5}']);
  t.deepEqual(validateValue(object, { unheard: 1 }), ['.unheard: field not declared in schema']);
  t.deepEqual(validateValue(object, { ports: [{ port: 1 }, { port: 1, protocol: 'TCP' }] }), [
    '.ports: duplicate entries for key [port=1,protocol="TCP"]',
  ]);
  t.deepEqual(validateValue(object, { ports: ['x'] }), [
    '.ports: element 0: associative list with keys may not have non-map elements',
  ]);
});
