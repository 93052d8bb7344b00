import test from 'ava';
import fc from 'fast-check';
import { applyPatch as applyRfc6902 } from 'rfc6902';
import { loadFacts } from '../../../openapi/facts.ts';
import type { StatusError } from '../errors/status-error.ts';
import type { JsonObject, JsonValue } from '../json.ts';
import { compileFacts } from '../schema/compile-facts.ts';
import { decodeJsonPatch, MAX_JSON_PATCH_OPERATIONS } from './decode-json-patch.ts';
import { goValue } from './go-value.ts';
import { applyJsonPatch } from './json-patch.ts';
import { applyMergePatch, decodeMergePatch } from './merge-patch.ts';
import { applyStrategicMergePatch } from './strategic-merge.ts';

const jsonPatch = (original: JsonObject, operations: JsonValue) =>
  applyJsonPatch(original, decodeJsonPatch(operations).operations);

const REJECTED = 'the server rejected our request due to an error in our request';

test('JSON patch operations change what they name', (t) => {
  const original: JsonObject = { a: { b: 1 }, list: [1, 2, 3] };
  const cases: readonly (readonly [JsonObject, JsonObject])[] = [
    [
      { op: 'add', path: '/a/c', value: 2 },
      { a: { b: 1, c: 2 }, list: [1, 2, 3] },
    ],
    [
      { op: 'add', path: '/list/-', value: 4 },
      { a: { b: 1 }, list: [1, 2, 3, 4] },
    ],
    [
      { op: 'add', path: '/list/1', value: 9 },
      { a: { b: 1 }, list: [1, 9, 2, 3] },
    ],
    [
      { op: 'add', path: '/list/-1', value: 9 },
      { a: { b: 1 }, list: [1, 2, 3, 9] },
    ],
    [
      { op: 'remove', path: '/list/-1' },
      { a: { b: 1 }, list: [1, 2] },
    ],
    [
      { op: 'remove', path: '/a/b' },
      { a: {}, list: [1, 2, 3] },
    ],
    [
      { op: 'replace', path: '/a/b', value: null },
      { a: { b: null }, list: [1, 2, 3] },
    ],
    [
      { op: 'replace', path: '/a/new', value: 1 },
      { a: { b: 1, new: 1 }, list: [1, 2, 3] },
    ],
    [
      { op: 'move', from: '/a/b', path: '/list/0' },
      { a: {}, list: [1, 1, 2, 3] },
    ],
    [
      { op: 'copy', from: '/a', path: '/a/self' },
      { a: { b: 1, self: { b: 1 } }, list: [1, 2, 3] },
    ],
    [
      { op: 'copy', from: '/a/none', path: '/a/c' },
      { a: { b: 1, c: null }, list: [1, 2, 3] },
    ],
    [
      { op: 'test', path: '/list', value: [1, 2, 3] },
      { a: { b: 1 }, list: [1, 2, 3] },
    ],
    [
      { op: 'add', path: '/~1~0', value: 1 },
      { a: { b: 1 }, list: [1, 2, 3], '/~': 1 },
    ],
  ];
  for (const [operation, expected] of cases) {
    t.deepEqual(jsonPatch(original, [operation]), expected, JSON.stringify(operation));
  }
  t.deepEqual(original, { a: { b: 1 }, list: [1, 2, 3] });
});

test('a JSON patch that fails is a 422 that does not say why, and changes nothing', (t) => {
  const original: JsonObject = { a: 1, list: [] };
  for (const operation of [
    { op: 'test', path: '/a', value: 2 },
    { op: 'remove', path: '/none' },
    { op: 'remove', path: '/list/0' },
    { op: 'add', path: '/none/x', value: 1 },
    { op: 'add', path: '/list/2', value: 1 },
    { op: 'add', path: '/a/b', value: 1 },
    { op: 'replace', path: '/list/0', value: 1 },
    { op: 'replace', path: '', value: 5 },
    { op: 'add', path: '', value: {} },
    { op: 'jump', path: '/a' },
    { op: 'add' },
    {},
  ]) {
    const error = t.throws<StatusError>(() => jsonPatch(original, [{ op: 'add', path: '/b', value: 1 }, operation]));
    t.is(error.message, REJECTED);
    t.like(error.status, { code: 422, reason: 'Invalid', details: {} });
  }
  t.deepEqual(original, { a: 1, list: [] });
});

test('the body of a JSON patch is checked in the words of upstream', (t) => {
  const fault = (body: JsonValue, lenient = false) =>
    t.throws<StatusError>(() => decodeJsonPatch(body, { lenient })).message;
  t.is(fault({}), 'error decoding patch: json: cannot unmarshal object into Go value of type []handlers.jsonPatchOp');
  t.is(fault([1]), 'error decoding patch: json: cannot unmarshal number into Go value of type handlers.jsonPatchOp');
  t.is(fault({}, true), 'json: cannot unmarshal object into Go value of type jsonpatch.Patch');
  t.is(
    fault([{ op: 'add', path: 5 }]),
    'error decoding patch: json: cannot unmarshal number into Go struct field jsonPatchOp.path of type string',
  );
  t.deepEqual(decodeJsonPatch([{ op: 'test', path: '/a', foo: 1 }]).strictErrors, [
    'json patch unknown field "[0].foo"',
  ]);
  t.deepEqual(decodeJsonPatch(null).operations, []);
  const many = Array.from({ length: MAX_JSON_PATCH_OPERATIONS + 1 }, () => ({ op: 'test', path: '/a' }));
  const error = t.throws<StatusError>(() => decodeJsonPatch(many));
  t.is(error.status.code, 413);
  t.regex(error.message, /The allowed maximum operations in a JSON patch is 10000, got 10001$/);
});

test('copies that would double an object over and over are refused', (t) => {
  const operations = Array.from({ length: 60 }, (_, index) => ({ op: 'copy', from: '/a', path: `/a/k${index}` }));
  t.throws(() => jsonPatch({ a: { text: 'x'.repeat(100) } }, operations), { message: REJECTED });
});

test('objects that a patch reaches into have their keys in order, and others keep theirs', (t) => {
  const original: JsonObject = { z: { b: { y: 1, x: 2 }, a: 1 }, d: { q: 1, p: 2 } };
  const shown = (patched: JsonValue) => JSON.stringify(patched);
  t.is(shown(applyMergePatch(original, { z: { c: 1 } })), '{"d":{"q":1,"p":2},"z":{"a":1,"b":{"y":1,"x":2},"c":1}}');
  const added = jsonPatch(original, [{ op: 'add', path: '/z/c', value: { n: 1, m: 2 } }]);
  t.is(shown(added), '{"d":{"q":1,"p":2},"z":{"a":1,"b":{"y":1,"x":2},"c":{"n":1,"m":2}}}');
  const tested = jsonPatch(original, [{ op: 'test', path: '/z/b/x', value: 2 }]);
  t.is(shown(tested), '{"d":{"q":1,"p":2},"z":{"a":1,"b":{"x":2,"y":1}}}');
});

test('keys that name parts of the prototype are keys like any other in every kind of patch', (t) => {
  const hostile = JSON.parse('{"__proto__":{"polluted":1},"constructor":{"prototype":{"polluted":1}}}') as JsonObject;
  for (const patched of [
    applyMergePatch({ a: 1 }, hostile),
    applyStrategicMergePatch({ a: 1 }, hostile, podSchema()),
    jsonPatch({ a: 1 }, [
      { op: 'add', path: '/__proto__', value: { polluted: 1 } },
      { op: 'add', path: '/constructor', value: { prototype: { polluted: 1 } } },
    ]) as JsonObject,
  ]) {
    const keys = JSON.stringify(Object.entries(patched).sort(([one], [other]) => (one < other ? -1 : 1)));
    t.is(keys, '[["__proto__",{"polluted":1}],["a",1],["constructor",{"prototype":{"polluted":1}}]]');
    t.is(({} as JsonObject).polluted, undefined);
    t.is(Object.getPrototypeOf(patched), Object.prototype);
  }
  t.throws(() => jsonPatch({ a: 1 }, [{ op: 'add', path: '/__proto__/polluted', value: 1 }]), { message: REJECTED });
  t.throws(() => jsonPatch({ a: 1 }, [{ op: 'test', path: '/toString/name', value: 'toString' }]), {
    message: REJECTED,
  });
});

const json = fc.letrec<{ value: JsonValue }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 3, withCrossShrink: true },
    fc.constantFrom<JsonValue>(1, 'x', true),
    fc.array(tie('value'), { maxLength: 3 }),
    fc.dictionary(fc.constantFrom('a', 'b', 'c', 'd'), tie('value'), { maxKeys: 3, noNullPrototype: true }),
  ),
})).value;
const jsonObject = fc.dictionary(fc.constantFrom('a', 'b', 'c', 'd'), json, {
  noNullPrototype: true,
}) as fc.Arbitrary<JsonObject>;

/** Every pointer into a value, except for the root. */
function pointers(value: JsonValue | undefined, base = ''): string[] {
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, member]) => [
    `${base}/${key}`,
    ...pointers(member as JsonValue, `${base}/${key}`),
  ]);
}

test('JSON patches on members that exist do what another implementation of RFC 6902 does', (t) => {
  fc.assert(
    fc.property(
      jsonObject,
      fc.array(fc.tuple(fc.constantFrom('add', 'remove', 'replace', 'test', 'copy'), fc.nat(), fc.nat(), json), {
        maxLength: 4,
      }),
      (original, plan) => {
        const before = JSON.stringify(original);
        const theirs = structuredClone(original);
        const operations: JsonObject[] = [];
        for (const [op, index, other, value] of plan) {
          const paths = pointers(theirs);
          const path = paths[index % Math.max(1, paths.length)];
          const from = paths[other % Math.max(1, paths.length)];
          if (path === undefined || from === undefined) continue;
          const operation: JsonObject =
            op === 'copy' ? { op, from, path } : op === 'remove' ? { op, path } : { op, path, value };
          if (applyRfc6902(theirs, [operation as never]).some((failure) => failure !== null)) continue;
          operations.push(structuredClone(operation));
        }
        t.deepEqual(jsonPatch(original, operations), theirs);
        t.is(JSON.stringify(original), before);
      },
    ),
  );
});

test('patches that errors quote look as Go prints maps', (t) => {
  t.is(
    goValue({ b: ['x', null], a: { port: 443, big: 2 ** 63, part: 1e-7 } }),
    'map[a:map[big:9.223372036854776e+18 part:1e-07 port:443] b:[x <nil>]]',
  );
});

test('a merge patch sets, removes and merges members', (t) => {
  const original: JsonObject = { a: { b: 1, c: 2 }, list: [1], keep: { x: 1 } };
  const patched = applyMergePatch(original, {
    a: { b: null, d: { e: null, f: 1 } },
    list: [{ g: null }, null],
    none: null,
  });
  t.deepEqual(patched, { a: { c: 2, d: { f: 1 } }, list: [{}, null], keep: { x: 1 } });
  t.is(patched.keep, original.keep, 'what the patch does not touch is shared');
  t.deepEqual(original, { a: { b: 1, c: 2 }, list: [1], keep: { x: 1 } });
});

test('the body of a merge patch must be an object', (t) => {
  const fault = (body: JsonValue, lenient = false) => t.throws(() => decodeMergePatch(body, { lenient })).message;
  t.is(fault([]), 'error decoding patch: json: cannot unmarshal array into Go value of type map[string]interface {}');
  t.is(fault(null), 'Invalid JSON Patch');
  t.is(fault(5, true), 'Invalid JSON Patch');
});

test('applying a merge patch twice is applying it once', (t) => {
  fc.assert(
    fc.property(jsonObject, jsonObject, (original, patch) => {
      const once = applyMergePatch(original, patch);
      t.deepEqual(applyMergePatch(once, patch), once);
      t.deepEqual(applyMergePatch({}, patch), applyMergePatch(applyMergePatch({}, patch), {}));
    }),
  );
});

let registry: ReturnType<typeof compileFacts> | undefined;
function podSchema() {
  registry ??= compileFacts(loadFacts());
  return registry.struct('io.k8s.api.core.v1.Pod');
}

function strategic(original: JsonObject, patch: JsonObject): JsonObject {
  const before = JSON.stringify([original, patch]);
  const patched = applyStrategicMergePatch(original, patch, podSchema());
  if (JSON.stringify([original, patch]) !== before) throw new Error('the patch changed its arguments');
  return patched;
}

const container = (name: string, rest: JsonObject = {}): JsonObject => ({ name, ...rest });
const names = (pod: JsonObject): unknown[] =>
  ((pod.spec as JsonObject).containers as JsonObject[]).map((element) => element.name);

test('lists with a merge key are merged element by element', (t) => {
  const pod: JsonObject = { spec: { containers: [container('a', { image: '1' }), container('b', { image: '1' })] } };
  const patched = strategic(pod, { spec: { containers: [container('b', { image: '2' }), container('c')] } });
  t.deepEqual(patched, {
    spec: { containers: [container('a', { image: '1' }), container('b', { image: '2' }), container('c')] },
  });
});

test('lists without a merge strategy are replaced', (t) => {
  const pod: JsonObject = { spec: { tolerations: [{ key: 'a' }], containers: [container('a', { args: ['1', '2'] })] } };
  const patched = strategic(pod, {
    spec: { tolerations: [{ key: 'b' }], containers: [container('a', { args: ['3'] })] },
  });
  t.deepEqual(patched, { spec: { tolerations: [{ key: 'b' }], containers: [container('a', { args: ['3'] })] } });
});

test('$patch deletes an element, replaces a list, replaces or empties a map', (t) => {
  const pod: JsonObject = {
    metadata: { labels: { a: '1' } },
    spec: { containers: [container('a'), container('b')], nodeSelector: { x: '1' } },
  };
  t.deepEqual(names(strategic(pod, { spec: { containers: [{ name: 'a', $patch: 'delete' }] } })), ['b']);
  t.deepEqual(names(strategic(pod, { spec: { containers: [container('c'), { $patch: 'replace' }] } })), ['c']);
  t.deepEqual(strategic(pod, { metadata: { labels: { $patch: 'replace', b: '2' } } }).metadata, { labels: { b: '2' } });
  t.deepEqual(strategic(pod, { metadata: { labels: { $patch: 'delete' } } }).metadata, { labels: {} });
  t.deepEqual(strategic(pod, { metadata: { annotations: { $patch: 'replace', b: '2' } } }).metadata, pod.metadata);
});

test('$retainKeys clears the other members of a union', (t) => {
  const pod: JsonObject = { spec: { volumes: [{ name: 'v', emptyDir: {} }] } };
  const volume = { name: 'v', hostPath: { path: '/x' }, $retainKeys: ['name', 'hostPath'] };
  t.deepEqual(strategic(pod, { spec: { volumes: [volume] } }), {
    spec: { volumes: [{ name: 'v', hostPath: { path: '/x' } }] },
  });
  t.throws(() => strategic(pod, { spec: { volumes: [{ ...volume, $retainKeys: ['name'] }] } }), {
    message: 'invalid patch format of retainKeys',
  });
});

test('$setElementOrder orders what it names and keeps the rest near its neighbours', (t) => {
  const pod: JsonObject = { spec: { containers: ['a', 'server', 'b'].map((name) => container(name)) } };
  const order = (...list: string[]) => ({ '$setElementOrder/containers': list.map((name) => ({ name })) });
  t.deepEqual(names(strategic(pod, { spec: order('b', 'a') })), ['server', 'b', 'a']);
  t.deepEqual(names(strategic(pod, { spec: { ...order('c', 'a', 'b'), containers: [container('c')] } })), [
    'c',
    'a',
    'server',
    'b',
  ]);
  const renamed = { ...order('new', 'b'), containers: [container('new'), { name: 'a', $patch: 'delete' }] };
  t.deepEqual(names(strategic(pod, { spec: renamed })), ['server', 'new', 'b']);
  const wrong = { ...order('a'), containers: [container('c')] };
  t.regex(
    t.throws(() => strategic(pod, { spec: wrong })).message,
    /^The order in patch list:\n\[map\[name:c\]\]\n doesn't match/,
  );
});

test('lists of scalars are united, and shrunk by $deleteFromPrimitiveList', (t) => {
  const pod: JsonObject = { metadata: { finalizers: ['a', 'b'] } };
  t.deepEqual(strategic(pod, { metadata: { finalizers: ['b', 'c'] } }).metadata, { finalizers: ['a', 'b', 'c'] });
  t.deepEqual(strategic(pod, { metadata: { '$deleteFromPrimitiveList/finalizers': ['a', 'x'] } }).metadata, {
    finalizers: ['b'],
  });
});

test('null removes a member, and new values come without their nulls and directives', (t) => {
  const pod: JsonObject = { metadata: { labels: { a: '1', b: '2' } }, spec: {} };
  const patched = strategic(pod, {
    metadata: { labels: { a: null } },
    spec: { securityContext: { runAsUser: null, fsGroup: 1 } },
  });
  t.deepEqual(patched, { metadata: { labels: { b: '2' } }, spec: { securityContext: { fsGroup: 1 } } });
});

test('a strategic merge patch that cannot be applied fails as upstream fails', (t) => {
  const pod: JsonObject = { metadata: { finalizers: ['a'] }, spec: { containers: [container('a')] } };
  const fault = (patch: JsonObject) => {
    const { code, message } = t.throws<StatusError>(() => strategic(pod, patch)).status;
    return [code, message];
  };
  t.deepEqual(fault({ $patch: 'foo' }), [500, 'unknown patch type: foo in map: map[$patch:foo]']);
  t.deepEqual(fault({ spec: { containers: [{ image: 'x' }] } }), [
    500,
    'map: map[image:x] does not contain declared merge key: name',
  ]);
  t.deepEqual(fault({ spec: { containers: [{ name: 'a', $patch: 'merge' }] } }), [
    500,
    'merging lists cannot yet be specified in the patch',
  ]);
  t.deepEqual(fault({ spec: { containers: [1] } }), [500, 'list element types are not identical: [[map[name:a]] [1]]']);
  t.deepEqual(fault({ metadata: { finalizers: [['x']] } }), [500, 'list element types are not identical: [[a] [[x]]]']);
  t.deepEqual(fault({ metadata: { '$setElementOrder/foo': ['a'] } }), [
    500,
    'unable to find api field in struct ObjectMeta for the json field "foo"',
  ]);
  t.deepEqual(fault({ metadata: { '$setElementOrder/finalizers': 'a' } }), [
    500,
    'expected a []interface {}, but received a string',
  ]);
  t.deepEqual(fault({ metadata: { $retainKeys: 'x' } }), [400, 'invalid patch format of retainKeys']);
  t.deepEqual(fault({ metadata: { $deleteFromPrimitiveList: ['x'] } }), [
    400,
    'invalid patch format of primitive list',
  ]);
});
