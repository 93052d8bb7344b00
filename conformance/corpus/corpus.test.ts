import { readFileSync, writeFileSync } from 'node:fs';
import test from 'ava';
import { loadFacts } from '../../openapi/facts.ts';
import { isJsonObject, type JsonObject, type JsonValue } from '../../server/apimachinery/json.ts';
import { compileFacts } from '../../server/apimachinery/schema/compile-facts.ts';
import { decodeObject } from '../../server/apimachinery/schema/decode-json.ts';
import { applyDefaults } from '../../server/apimachinery/schema/defaults.ts';
import type { StructSchema } from '../../server/apimachinery/schema/type-schema.ts';
import { defaulters } from '../../server/apis/defaults.ts';
import { type Manifest, readCorpus } from './corpus.ts';
import { resources } from './resources.ts';

const manifests = readCorpus();
const registry = compileFacts(loadFacts());

/** What defaulting adds to each manifest, by path; recorded after comparison with kube-apiserver 1.36. */
const recordFile = new URL('./defaulted.json', import.meta.url);

test('every resource has a manifest', (t) => {
  const missing = resources.filter((resource) => !manifests.some((manifest) => manifest.resource === resource));
  t.deepEqual(
    missing.map(({ kind }) => kind),
    [],
  );
});

test('no two manifests have the same name', (t) => {
  const names = manifests.map(({ name }) => name);
  t.deepEqual(names, [...new Set(names)]);
});

test('manifests have no fields that their kinds do not know', (t) => {
  for (const manifest of manifests) t.deepEqual(decode(manifest).strictErrors, [], manifest.name);
});

test('defaulting adds to every manifest what is recorded', (t) => {
  const added = Object.fromEntries(manifests.map((manifest) => [manifest.name, defaultsOf(manifest)]));
  if (process.env.UPDATE_RECORDS !== undefined) writeFileSync(recordFile, `${JSON.stringify(added, null, 1)}\n`);
  t.deepEqual(added, JSON.parse(readFileSync(recordFile, 'utf8')));
});

test('defaulting twice is the same as once', (t) => {
  for (const manifest of manifests) {
    const { object, schema } = decode(manifest);
    applyDefaults(schema, object, defaulters);
    const once = structuredClone(object);
    applyDefaults(schema, object, defaulters);
    t.deepEqual(structuredClone(object), once, manifest.name);
  }
});

function decode({ object }: Manifest): { object: JsonObject; schema: StructSchema; strictErrors: readonly string[] } {
  const [version = '', group = ''] = object.apiVersion.split('/').toReversed();
  const schema = registry.forKind(group, version, object.kind);
  if (schema === undefined) throw new Error(`no type for ${object.apiVersion} ${object.kind}`);
  return { schema, ...decodeObject(schema, structuredClone(object) as JsonObject) };
}

function defaultsOf(manifest: Manifest): JsonObject {
  const { object, schema } = decode(manifest);
  const before = structuredClone(object);
  applyDefaults(schema, object, defaulters);
  const added: JsonObject = {};
  collectChanges(before, object, '', added);
  return added;
}

function collectChanges(
  before: JsonValue | undefined,
  after: JsonValue | undefined,
  path: string,
  added: JsonObject,
): void {
  if (Array.isArray(before) && Array.isArray(after) && before.length === after.length) {
    for (const [at, item] of after.entries()) collectChanges(before[at], item, `${path}[${at}]`, added);
  } else if (isJsonObject(before) && isJsonObject(after)) {
    for (const [key, item] of Object.entries(after))
      collectChanges(before[key], item, path === '' ? key : `${path}.${key}`, added);
  } else if (JSON.stringify(before) !== JSON.stringify(after)) {
    added[path] = after;
  }
}
