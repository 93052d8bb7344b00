/** The metadata that the server, not the client, writes: on create (uid, time, generation) and over updates (what may not change). */
import type { KubeObject, ObjectMeta } from '../../../apimachinery/meta/object.ts';
import { formatTime } from '../../../apimachinery/meta/time.ts';
import type { Strategy, StrategyContext } from './resource-definition.ts';

/** The order in which Go writes ObjectMeta; objects are kept in it so that stored bytes read as upstream's. */
const order = [
  'name',
  'generateName',
  'namespace',
  'selfLink',
  'uid',
  'resourceVersion',
  'generation',
  'creationTimestamp',
  'deletionTimestamp',
  'deletionGracePeriodSeconds',
  'labels',
  'annotations',
  'ownerReferences',
  'finalizers',
  'managedFields',
] as const;

/** Metadata in Go's order. */
export function metadataInOrder(meta: ObjectMeta): ObjectMeta {
  return pick(meta, order);
}

const storedOrder = order.filter((field) => field !== 'resourceVersion' && field !== 'selfLink');

/** In Go's order without resourceVersion, which is the key's revision and never stored. */
export function storedMetadata(meta: ObjectMeta): ObjectMeta {
  return pick(meta, storedOrder);
}

function pick(meta: ObjectMeta, fields: readonly (keyof ObjectMeta)[]): ObjectMeta {
  const out: ObjectMeta = {};
  for (const field of fields) {
    const value = meta[field];
    if (value !== undefined) (out as Record<string, unknown>)[field] = value;
  }
  return out;
}

/** What a client cannot set when it creates. Mutates. */
export function wipeSystemMetadata(meta: ObjectMeta): void {
  delete meta.deletionTimestamp;
  delete meta.deletionGracePeriodSeconds;
  delete meta.selfLink;
  delete meta.uid;
  delete meta.creationTimestamp;
}

/** Mutates `object`. The caller has settled name and namespace. */
export function fillForCreate(object: KubeObject, strategy: Strategy, context: StrategyContext): void {
  const meta = object.metadata;
  wipeSystemMetadata(meta);
  meta.uid = context.random.uuid();
  meta.creationTimestamp = formatTime(context.clock.now());
  if (strategy.generation === true) meta.generation = 1;
}

/** Mutates `object`: what only the server sets is taken from `old`. */
export function fillForUpdate(object: KubeObject, old: KubeObject): void {
  const meta = object.metadata;
  const before = old.metadata;
  if (meta.uid === undefined || meta.uid === '') carry(meta, before, 'uid');
  carry(meta, before, 'generation');
  // What was never set stays as the client wrote it: validation refuses to have it set by an update.
  if (before.creationTimestamp !== undefined) carry(meta, before, 'creationTimestamp');
  if (before.deletionTimestamp !== undefined) carry(meta, before, 'deletionTimestamp');
  if (meta.deletionGracePeriodSeconds === undefined) carry(meta, before, 'deletionGracePeriodSeconds');
}

function carry(meta: ObjectMeta, before: ObjectMeta, field: keyof ObjectMeta & string): void {
  const value = before[field];
  if (value === undefined) delete meta[field];
  else (meta as Record<string, unknown>)[field] = value;
}
