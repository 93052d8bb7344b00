import { readdirSync, readFileSync } from 'node:fs';
import test from 'ava';
import { loadFacts } from '../../../openapi/facts.ts';
import { createDefaulters } from '../../apis/defaults.ts';
import type { Clock } from '../../apimachinery/clock/clock.ts';
import type { JsonObject } from '../../apimachinery/json.ts';
import type { KubeObject } from '../../apimachinery/meta/object.ts';
import { applyMergePatch } from '../../apimachinery/patch/merge-patch.ts';
import { compileFacts } from '../../apimachinery/schema/compile-facts.ts';
import { decodeObject } from '../../apimachinery/schema/decode-json.ts';
import { applyDefaults } from '../../apimachinery/schema/defaults.ts';
import { builtInResources } from './built-in-resources.ts';
import type { ResourceDefinition, StrategyContext } from './generic/resource-definition.ts';
import { creationErrors, updateErrors } from './generic/object-errors.ts';
import { fillForCreate, fillForUpdate } from './generic/system-metadata.ts';

/**
 * What kube-apiserver 1.36.3 answered to objects that are broken or odd: apis/<group>/refusals.json has, by resource, objects
 * to create and patches, with the causes of their refusal or the warnings that came with them, in its order and its words.
 */
interface Refusals {
  readonly version: string;
  readonly cases: readonly {
    readonly object: JsonObject;
    readonly causes?: readonly string[];
    readonly warnings?: readonly string[];
  }[];
  /** A merge patch of an object, maybe through a subresource, and why it was refused. */
  readonly updates?: readonly {
    readonly old: JsonObject;
    readonly patch: JsonObject;
    readonly subresource?: string;
    readonly causes: readonly string[];
  }[];
}

const UID = 'UID';
const clock: Clock = { now: () => 0, monotonic: () => 0, after: () => () => {} };
const schemas = compileFacts(loadFacts());
const defaulters = createDefaulters(clock);
const apis = new URL('../../apis/', import.meta.url);

const context: StrategyContext = {
  clock,
  random: { uuid: () => UID, bytes: (count) => new Uint8Array(count), fraction: () => 0 },
  user: { name: 'tester', uid: '', groups: [], extra: {} },
  namespace: 'n',
  namespaceLabels: () => ({}),
  dryRun: true,
};

/** Decoded, defaulted and in the storage version. */
function received(definition: ResourceDefinition, version: string, sent: JsonObject): KubeObject {
  const served = definition.versions.find((one) => one.version === version);
  if (served === undefined) throw new Error(`no ${definition.resource} in ${version}`);
  const schema = schemas.struct(served.type);
  const decoded = decodeObject(schema, structuredClone(sent), { strict: false }).object as KubeObject;
  applyDefaults(schema, decoded, defaulters);
  return served.toStorage?.(decoded) ?? decoded;
}

/** As the store makes it of what a client sent, but for admission. */
function created(definition: ResourceDefinition, version: string, sent: JsonObject): KubeObject {
  const object = received(definition, version, sent);
  if (definition.namespaced) object.metadata.namespace = context.namespace;
  fillForCreate(object, definition.strategy, context);
  definition.strategy.prepareForCreate?.(object, context);
  return object;
}

function causesOf(definition: ResourceDefinition, object: KubeObject): string[] {
  return creationErrors(object, definition, context).map(({ field, message }) => `${field}: ${message}`);
}

function updateCausesOf(
  definition: ResourceDefinition,
  version: string,
  update: NonNullable<Refusals['updates']>[number],
): string[] {
  const { subresource } = update;
  const strategy = definition.subresources?.find(({ name }) => name === subresource)?.strategy ?? definition.strategy;
  const old = received(definition, version, update.old);
  const object = received(definition, version, applyMergePatch(structuredClone(update.old), update.patch));
  if (definition.namespaced) for (const one of [old, object]) one.metadata.namespace ??= context.namespace;
  // The store has settled which version is written.
  old.metadata.resourceVersion = '1';
  object.metadata.resourceVersion = '1';
  if (subresource === undefined && definition.subresources?.some(({ name }) => name === 'status'))
    object.status = old.status;
  fillForUpdate(object, old);
  strategy.prepareForUpdate?.(object, old, context);
  return updateErrors(object, old, { definition, strategy, context }).map(
    ({ field, message }) => `${field}: ${message}`,
  );
}

function groupOf({ group }: ResourceDefinition): string {
  return group === '' ? 'core' : (group.split('.')[0] ?? '');
}

for (const group of readdirSync(apis, { withFileTypes: true })) {
  if (!group.isDirectory()) continue;
  const file = new URL(`${group.name}/refusals.json`, apis);
  let tables: Record<string, Refusals>;
  try {
    tables = JSON.parse(readFileSync(file, 'utf8')) as Record<string, Refusals>;
  } catch {
    continue;
  }
  for (const [resource, { version, cases, updates = [] }] of Object.entries(tables)) {
    test(`${resource} of ${group.name} are refused and warned of as kube-apiserver does`, (t) => {
      const definition = builtInResources.find((one) => one.resource === resource && groupOf(one) === group.name);
      if (definition === undefined) throw new Error(`no ${resource}`);
      for (const { object: sent, causes = [], warnings = [] } of cases) {
        const object = created(definition, version, sent);
        const label = JSON.stringify(sent);
        t.deepEqual(causesOf(definition, object), [...causes], label);
        if (causes.length === 0) t.deepEqual(definition.strategy.warningsOnCreate?.(object), [...warnings], label);
      }
      for (const update of updates) {
        t.deepEqual(updateCausesOf(definition, version, update), [...update.causes], JSON.stringify(update.patch));
      }
    });
  }
}
