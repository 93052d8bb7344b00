/** What the store of all resources promises where this server's cache is behind the storage. */
import test from 'ava';
import type { Storage, WatchSink } from '../../../../backends/storage/interface.ts';
import { createMemoryStorage } from '../../../../backends/storage/memory/memory-storage.ts';
import { loadFacts } from '../../../../openapi/facts.ts';
import { systemRandom } from '../../../apimachinery/clock/random.ts';
import type { KubeObject } from '../../../apimachinery/meta/object.ts';
import { anonymousUser } from '../../../apimachinery/request/user-info.ts';
import { compileFacts } from '../../../apimachinery/schema/compile-facts.ts';
import { ManualClock } from '../../cacher/cacher-harness.ts';
import { createCacher } from '../../cacher/create-cacher.ts';
import { builtInLayout } from '../../storage/object-layout.ts';
import { configMaps } from '../core/configmaps/definition.ts';
import { GenericStore } from './store.ts';

/** Writes of others are heard of when somebody asks how far the storage is, and not before. */
function lagging(inner: Storage): Storage {
  const late: (() => void)[] = [];
  const hearLate = (sink: WatchSink): WatchSink => ({
    events: (...args) => void late.push(() => sink.events(...args)),
    error: (error) => sink.error(error),
  });
  return {
    get: (key) => inner.get(key),
    list: (...args) => inner.list(...args),
    create: async (...args) => settledLate(await inner.create(...args)),
    update: async (...args) => settledLate(await inner.update(...args)),
    delete: (...args) => inner.delete(...args),
    watch: (prefix, after, sink, signal) => inner.watch(prefix, after, hearLate(sink), signal),
    async currentRevision() {
      return settledLate(await inner.currentRevision());
    },
    compact: (revision) => inner.compact(revision),
    status: () => inner.status(),
    close: () => inner.close(),
  };

  function settledLate<T>(value: T): T {
    for (const hear of late.splice(0)) hear();
    return value;
  }
}

async function storesOfTwoServers(signal: AbortSignal) {
  const shared = createMemoryStorage();
  const clock = new ManualClock();
  const storage = lagging(shared);
  const resource = {
    prefix: '/registry/configmaps/',
    namespaced: true,
    layout: builtInLayout('ConfigMap', 'v1'),
    selectableFields: {},
  };
  const cacher = createCacher({ storage, clock, resources: [resource], signal });
  await cacher.ready();
  const store = new GenericStore({
    definition: configMaps,
    storage,
    cacher,
    cache: cacher.resource(resource),
    schema: compileFacts(loadFacts()).struct('io.k8s.api.core.v1.ConfigMap'),
    storageKind: 'ConfigMap',
    storageApiVersion: 'v1',
  });
  const context = { clock, random: systemRandom, user: anonymousUser, namespace: 'default', dryRun: false };
  const options = { context, namespace: 'default', isPatch: true, warn() {} };
  const theirs = { kind: 'ConfigMap', apiVersion: 'v1', metadata: { name: 'a', namespace: 'default', uid: '1' } };
  return {
    store,
    options,
    makeElsewhere: () =>
      shared.create('/registry/configmaps/default/a', Buffer.from(JSON.stringify({ ...theirs, data: { their: 'x' } }))),
    async replaceElsewhere() {
      const key = '/registry/configmaps/default/a';
      const { revision } = (await shared.get(key)) ?? { revision: 0 };
      await shared.delete(key, revision);
      const next = { ...theirs, metadata: { ...theirs.metadata, uid: '2' } };
      await shared.create(key, Buffer.from(JSON.stringify(next)));
    },
  };
}

const withMine = (old: KubeObject | undefined): KubeObject => {
  const start: KubeObject = old ?? {
    kind: 'ConfigMap',
    apiVersion: 'v1',
    metadata: { name: 'a', namespace: 'default' },
  };
  return { ...start, data: { ...(start.data as object | undefined), mine: 'y' } };
};

test('apply to an object that another server has just made changes it, though this cache has not seen it', async (t) => {
  const { store, options, makeElsewhere } = await storesOfTwoServers(new AbortController().signal);
  await makeElsewhere();
  const seen: (KubeObject | undefined)[] = [];
  const change = (old: KubeObject | undefined) => {
    seen.push(old);
    return withMine(old);
  };
  const updated = await store.update('a', change, { ...options, allowCreate: true });
  t.false(updated.created);
  t.deepEqual(updated.object.data, { mine: 'y', their: 'x' });
  t.is(updated.object.metadata.uid, '1');
  t.deepEqual(
    seen.map((old) => old?.data),
    [undefined, { their: 'x' }],
  );
});

test('a patch finds what another server has just made, and only what is nowhere is NotFound', async (t) => {
  const { store, options, makeElsewhere } = await storesOfTwoServers(new AbortController().signal);
  await t.throwsAsync(async () => store.update('a', withMine, { ...options, allowCreate: false }), {
    message: 'configmaps "a" not found',
  });
  await makeElsewhere();
  const updated = await store.update('a', withMine, { ...options, allowCreate: false });
  t.deepEqual(updated.object.data, { mine: 'y', their: 'x' });
});

test('what is refused by an object that is no longer there is tried again on the one that is', async (t) => {
  const { store, options, makeElsewhere, replaceElsewhere } = await storesOfTwoServers(new AbortController().signal);
  await makeElsewhere();
  await store.update('a', withMine, { ...options, allowCreate: false });
  await replaceElsewhere();
  // As a kubelet's status of the new pod under an old name: the uid tells which one is meant.
  const forSecond = (old: KubeObject | undefined): KubeObject => {
    const object = withMine(old);
    return { ...object, metadata: { ...object.metadata, uid: '2' } };
  };
  const updated = await store.update('a', forSecond, { ...options, allowCreate: false });
  t.deepEqual(updated.object.data, { mine: 'y' });
  const forFirst = (old: KubeObject | undefined): KubeObject => {
    const object = withMine(old);
    return { ...object, metadata: { ...object.metadata, uid: '1' } };
  };
  await t.throwsAsync(async () => store.update('a', forFirst, { ...options, allowCreate: false }), {
    message: /metadata\.uid: Invalid value: "1": field is immutable/,
  });
});
