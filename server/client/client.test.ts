import test, { type ExecutionContext } from 'ava';
import { systemClock } from '../apimachinery/clock/clock.ts';
import { systemRandom } from '../apimachinery/clock/random.ts';
import { newResourceExpired, newBadRequest } from '../apimachinery/errors/status-error.ts';
import { ManualClock, settle } from '../apiserver/cacher/cacher-harness.ts';
import { type Portico, startPortico } from '../cmd/start-portico.ts';
import type { ConfigMap, Pod } from './api-types.ts';
import { Client, isAlreadyExists, isConflict, isNotFound } from './client.ts';
import { newEventRecorder } from './event-recorder.ts';
import { httpsTransport } from './https-transport.ts';
import { InformerFactory } from './informer-factory.ts';
import { parseKubeConfig, readKubeConfig } from './kube-config.ts';
import { runLeaderElection } from './leader-election.ts';
import { Indexer, joinKey, splitKey } from './lister.ts';
import { configMaps, coreEvents, events, leases, pods } from './resource-types.ts';
import { retryingLater } from './retry-later.ts';
import type { Transport, TransportResponse } from './transport.ts';

let portico: Portico;
const clients = new Map<string, Client>();
const ended = new AbortController();

test.before(async () => {
  portico = await startPortico({ storage: 'memory:' });
  const kubeConfig = await parseKubeConfig(portico.kubeConfig);
  const transport = httpsTransport({ kubeConfig, clock: systemClock, signal: ended.signal });
  clients.set('loopback', portico.client);
  clients.set('kubeconfig', new Client({ transport, userAgent: 'test' }));
});

test.after.always(async () => {
  ended.abort();
  await portico?.stop();
});

const clientOf = (kind: string): Client => clients.get(kind) ?? portico.client;
const configMap = (name: string, data: Record<string, string> = {}): ConfigMap => ({
  metadata: { name, namespace: 'default' },
  data,
});
const inDefault = { namespace: 'default' };
const noError = (t: ExecutionContext) => (error: unknown, what: string) => t.fail(`${what}: ${String(error)}`);

for (const kind of ['loopback', 'kubeconfig']) {
  test(`${kind}: what is created can be read, changed, patched, applied, listed and deleted`, async (t) => {
    const resource = clientOf(kind).of(configMaps);
    const name = `${kind}-verbs`;
    const created = await resource.create(configMap(name, { a: '1' }));
    t.truthy(created.metadata.uid);
    t.deepEqual((await resource.get(name, inDefault)).data, { a: '1' });
    const updated = await resource.update({ ...created, data: { a: '2' } });
    t.not(updated.metadata.resourceVersion, created.metadata.resourceVersion);
    const patched = await resource.patch(name, { data: { b: '3' } }, inDefault);
    t.deepEqual(patched.data, { a: '2', b: '3' });
    const applied = await resource.apply(configMap(name, { c: '4' }), { fieldManager: 'test' });
    t.deepEqual(applied.data, { a: '2', b: '3', c: '4' });
    const { items } = await resource.list({ ...inDefault, fieldSelector: `metadata.name=${name}` });
    t.deepEqual(
      items.map(({ kind: itemKind, metadata }) => [itemKind, metadata.name]),
      [['ConfigMap', name]],
    );
    const partial = await resource.get(name, { ...inDefault, metadataOnly: true });
    t.is(partial.data, undefined);
    await resource.delete(name, { ...inDefault, preconditions: { uid: created.metadata.uid } });
    t.true(isNotFound(await resource.get(name, inDefault).catch((error: unknown) => error)));
  });

  test(`${kind}: refusals are StatusErrors with upstream's reasons`, async (t) => {
    const resource = clientOf(kind).of(configMaps);
    const created = await resource.create(configMap(`${kind}-refusals`));
    t.true(isAlreadyExists(await resource.create(configMap(`${kind}-refusals`)).catch((error: unknown) => error)));
    await resource.update({ ...created, data: { a: '1' } });
    t.true(isConflict(await resource.update({ ...created, data: { a: '2' } }).catch((error: unknown) => error)));
  });

  test(`${kind}: an informer shows what is there, then every change, and its own writes when asked`, async (t) => {
    const client = clientOf(kind);
    const stop = new AbortController();
    const resource = client.of(configMaps);
    await resource.create({
      ...configMap(`${kind}-a`),
      metadata: { ...configMap(`${kind}-a`).metadata, labels: { kind } },
    });
    const factory = new InformerFactory({
      client,
      clock: systemClock,
      random: systemRandom,
      signal: stop.signal,
      onError: noError(t),
    });
    const selection = { namespace: 'default', labelSelector: `kind=${kind}` };
    const informer = factory.of(configMaps, selection);
    t.is(factory.of(configMaps, selection), informer);
    const seen: string[] = [];
    informer.addHandlers({
      added: ({ metadata }, { initial }) => seen.push(`added ${metadata.name} ${initial}`),
      updated: (_, { metadata }) => seen.push(`updated ${metadata.name}`),
      deleted: ({ metadata }) => seen.push(`deleted ${metadata.name}`),
    });
    informer.addIndexes({ byValue: ({ data }) => Object.values(data ?? {}) });
    await factory.synced();
    const patched = await resource.patch(`${kind}-a`, { data: { key: 'value' } }, inDefault);
    await informer.seen(patched.metadata.resourceVersion ?? '', stop.signal);
    t.deepEqual(
      informer.lister.byIndex('byValue', 'value').map(({ metadata }) => metadata.name),
      [`${kind}-a`],
    );
    t.is(informer.lister.get(`${kind}-a`, 'default')?.metadata.managedFields, undefined);
    const gone = Promise.withResolvers<void>();
    informer.addHandlers({ deleted: () => gone.resolve() });
    await resource.delete(`${kind}-a`, inDefault);
    await gone.promise;
    t.is(informer.lister.size, 0);
    t.deepEqual(seen, [`added ${kind}-a true`, `updated ${kind}-a`, `deleted ${kind}-a`]);
    stop.abort();
  });

  test(`${kind}: a watch ends with the reason of its signal`, async (t) => {
    const stop = new AbortController();
    const watch = await clientOf(kind).of(pods).watch({ namespace: 'empty', signal: stop.signal });
    const read = async () => {
      for await (const { type } of watch) t.is(type, 'BOOKMARK');
    };
    const reading = read();
    stop.abort(new Error('enough'));
    await t.throwsAsync(reading, { message: 'enough' });
  });
}

test('a pod is bound through its subresource', async (t) => {
  const resource = portico.client.of(pods);
  const spec: Pod['spec'] = { containers: [{ name: 'main', image: 'image' }] };
  await resource.create({ metadata: { name: 'bound', namespace: 'default' }, spec });
  const binding = { metadata: { name: 'bound' }, target: { kind: 'Node', name: 'node-1' } };
  await resource.create(binding, { namespace: 'default', name: 'bound', subresource: 'binding' });
  t.is((await resource.get('bound', inDefault)).spec?.nodeName, 'node-1');
});

/** Answers each request with the next of these. */
function scripted(answers: ReadonlyArray<(path: string) => TransportResponse | Promise<never>>): {
  transport: Transport;
  paths: string[];
} {
  const paths: string[] = [];
  const never = new Promise<never>(() => undefined);
  return {
    paths,
    transport: {
      request({ path }) {
        paths.push(path);
        const answer = answers[paths.length - 1];
        return Promise.resolve(answer === undefined ? never : answer(path));
      },
    },
  };
}

function stream(events_: readonly object[], status = 200): TransportResponse {
  const text = events_.map((event) => `${JSON.stringify(event)}\n`).join('');
  return {
    status,
    header: () => undefined,
    body: () => Promise.resolve(Buffer.from(text)),
    async *chunks() {
      // Lines do not come whole.
      for (let at = 0; at < text.length; at += 7) yield await Promise.resolve(Buffer.from(text.slice(at, at + 7)));
    },
  };
}

const object = (name: string, resourceVersion: string) => ({
  metadata: { name, namespace: 'default', resourceVersion },
});

async function informed(answers: Parameters<typeof scripted>[0]) {
  const { transport, paths } = scripted(answers);
  const clock = new ManualClock();
  const stop = new AbortController();
  const failures: string[] = [];
  const factory = new InformerFactory({
    client: new Client({ transport, userAgent: 'test' }),
    clock,
    random: { ...systemRandom, fraction: () => 0 },
    signal: stop.signal,
    onError: (error) => failures.push(String(error)),
  });
  const informer = factory.of(configMaps);
  await settle(clock, 0);
  const names = () => informer.lister.list().map(({ metadata }) => `${metadata.name}@${metadata.resourceVersion}`);
  return { informer, names, paths, clock, failures, stop: () => stop.abort() };
}

const initialEnd = {
  type: 'BOOKMARK',
  object: { metadata: { resourceVersion: '9', annotations: { 'k8s.io/initial-events-end': 'true' } } },
};

test('a reflector goes on from the last event when its watch ends', async (t) => {
  const { names, paths, stop } = await informed([
    () =>
      stream([{ type: 'ADDED', object: object('a', '5') }, initialEnd, { type: 'ADDED', object: object('b', '11') }]),
    () => stream([{ type: 'DELETED', object: object('a', '12') }]),
  ]);
  t.deepEqual(names(), ['b@11']);
  t.regex(paths[0] ?? '', /sendInitialEvents=true/);
  t.regex(paths[1] ?? '', /resourceVersion=11\b/);
  t.regex(paths[2] ?? '', /resourceVersion=12\b/);
  stop();
});

test('a reflector whose history is gone reads all anew, and tells what was missed', async (t) => {
  const { informer, names, failures, stop } = await informed([
    () =>
      stream([{ type: 'ADDED', object: object('a', '5') }, { type: 'ADDED', object: object('b', '6') }, initialEnd]),
    () => stream([{ type: 'ERROR', object: newResourceExpired('too old').status }]),
    () => stream([{ type: 'ADDED', object: object('b', '20') }, initialEnd]),
  ]);
  t.deepEqual(names(), ['b@20']);
  t.true(informer.hasSynced);
  t.deepEqual(failures, []);
  stop();
});

test('a reflector lists page by page where WatchList is not served', async (t) => {
  const page = (names: string[], next?: string) =>
    stream([
      {
        kind: 'List',
        items: names.map((name) => object(name, '3')),
        metadata: { resourceVersion: '7', continue: next },
      },
    ]);
  const { names, paths, stop } = await informed([
    () => stream([newBadRequest('sendInitialEvents is forbidden').status], 400),
    () => page(['a'], 'more'),
    () => page(['b']),
  ]);
  t.deepEqual(names(), ['a@3', 'b@3']);
  t.regex(paths[2] ?? '', /continue=more/);
  t.regex(paths[3] ?? '', /watch=true.*resourceVersion=7/);
  stop();
});

test('a reflector that cannot reach the server waits longer each time', async (t) => {
  const { paths, clock, failures, stop } = await informed([
    () => Promise.reject(new Error('down')),
    () => Promise.reject(new Error('down')),
    () => Promise.reject(new Error('down')),
  ]);
  t.is(paths.length, 1);
  await settle(clock, 800);
  t.is(paths.length, 2);
  await settle(clock, 800);
  t.is(paths.length, 2);
  await settle(clock, 800);
  t.is(paths.length, 3);
  t.is(failures.length, 3);
  stop();
});

test('a kubeconfig names what it lacks', async (t) => {
  await t.throwsAsync(readKubeConfig('nowhere/kubeconfig'), { message: /kubeconfig nowhere\/kubeconfig: ENOENT/ });
  const text = 'contexts: [{name: a, context: {cluster: b, user: c}}]\ncurrent-context: a';
  await t.throwsAsync(parseKubeConfig(text), { message: 'no "b" in clusters' });
});

test('a key is read back as it was made', (t) => {
  t.deepEqual(splitKey(joinKey('name', 'namespace')), { namespace: 'namespace', name: 'name' });
  t.deepEqual(splitKey(joinKey('name')), { namespace: '', name: 'name' });
});

test('indexes follow every change of an object', (t) => {
  const indexer = new Indexer<ConfigMap>({ namespaced: true });
  indexer.addIndexes({ byData: ({ data }) => Object.keys(data ?? {}) });
  indexer.set('default/a', configMap('a', { one: '' }));
  indexer.set('default/b', configMap('b', { one: '', two: '' }));
  t.is(indexer.byIndex('byData', 'one').length, 2);
  indexer.set('default/a', configMap('a', { two: '' }));
  t.deepEqual(
    indexer.byIndex('byData', 'one').map(({ metadata }) => metadata.name),
    ['b'],
  );
  indexer.delete('default/b');
  t.deepEqual(indexer.byIndex('byData', 'one'), []);
  t.deepEqual(
    indexer.list('default').map(({ metadata }) => metadata.name),
    ['a'],
  );
  t.deepEqual(indexer.list('other'), []);
});

const election = (
  identity: string,
  options: { clock: ManualClock; signal: AbortSignal; lead: (signal: AbortSignal) => Promise<void> },
) =>
  runLeaderElection({
    client: portico.client,
    random: { ...systemRandom, fraction: () => 0 },
    namespace: 'kube-system',
    name: 'test-election',
    identity,
    leaseDuration: 15_000,
    renewDeadline: 10_000,
    retryPeriod: 2_000,
    onNewLeader: () => undefined,
    onError: () => undefined,
    ...options,
  });
const untilAborted = (signal: AbortSignal) =>
  new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }));

test('one leads at a time, and the next one when the lease is given back or runs out', async (t) => {
  const clock = new ManualClock();
  const led: string[] = [];
  const [first, second] = [new AbortController(), new AbortController()];
  const leads = (name: string) => {
    const begun = Promise.withResolvers<void>();
    return {
      begun: begun.promise,
      lead: (signal: AbortSignal) => {
        led.push(name);
        begun.resolve();
        return untilAborted(signal);
      },
    };
  };
  const [a, b] = [leads('a'), leads('b')];
  const overA = election('a', { clock, signal: first.signal, lead: a.lead });
  await a.begun;
  const overB = election('b', { clock, signal: second.signal, lead: b.lead });
  for (let step = 0; step < 20; step++) await settle(clock, 1_000);
  t.deepEqual(led, ['a']);
  first.abort();
  await overA;
  t.is((await portico.client.of(leases).get('test-election', { namespace: 'kube-system' })).spec?.holderIdentity, '');
  while (led.length < 2) await settle(clock, 1_000);
  t.deepEqual(led, ['a', 'b']);
  second.abort();
  await overB;
});

test('core events that repeat are counted, and alike ones are joined', async (t) => {
  const stop = new AbortController();
  const recorder = newEventRecorder({
    client: portico.client,
    clock: systemClock,
    random: systemRandom,
    component: 'test-controller',
    instance: 'host',
    signal: stop.signal,
    onError: noError(t),
  });
  const subject = { ...configMap('events-core'), apiVersion: 'v1', kind: 'ConfigMap' };
  for (let count = 0; count < 3; count++) recorder.event(subject, { type: 'Normal', reason: 'Same', message: 'again' });
  for (let count = 0; count < 14; count++)
    recorder.event(subject, { type: 'Warning', reason: 'Alike', message: `no. ${count}` });
  recorder.event(subject, { type: 'Normal', reason: 'Last', message: 'done' });
  const list = async () => {
    const fieldSelector = 'involvedObject.name=events-core';
    return (await portico.client.of(coreEvents).list({ ...inDefault, fieldSelector })).items;
  };
  let items = await list();
  while (!items.some(({ reason }) => reason === 'Last')) items = await list();
  const counts = (wanted: string) => items.filter(({ reason }) => reason === wanted).map(({ count }) => count);
  t.deepEqual(counts('Same'), [3]);
  t.deepEqual(counts('Alike'), [1, 1, 1, 1, 1, 1, 1, 1, 1, 5]);
  t.is(items.filter(({ message }) => message?.startsWith('(combined from similar events): ') === true).length, 1);
  stop.abort();
});

test('events of events.k8s.io that repeat become a series', async (t) => {
  const stop = new AbortController();
  const recorder = newEventRecorder({
    client: portico.client,
    clock: systemClock,
    random: systemRandom,
    component: 'default-scheduler',
    instance: 'default-scheduler-host',
    version: 'events.k8s.io/v1',
    signal: stop.signal,
    onError: noError(t),
  });
  const subject = { apiVersion: 'v1', kind: 'Pod', name: 'events-series', namespace: 'default', uid: 'u' };
  const occurrence = {
    type: 'Warning',
    reason: 'FailedScheduling',
    action: 'Scheduling',
    message: 'no nodes',
  } as const;
  for (let count = 0; count < 2; count++) recorder.event(subject, occurrence);
  const find = async () =>
    (await portico.client.of(events).list(inDefault)).items.find(
      ({ regarding }) => regarding?.name === 'events-series',
    );
  let found = await find();
  while (found?.series === undefined) found = await find();
  t.is(found.series.count, 2);
  t.is(found.reportingController, 'default-scheduler');
  stop.abort();
});

test('informers of one process that select differently hold the same object of an event, and it is decoded once', async (t) => {
  const end = new AbortController();
  const name = 'held-once';
  const select = [{}, { fieldSelector: 'metadata.name=held-once' }];
  const informers = select.map((selection) =>
    new InformerFactory({
      client: portico.client,
      clock: systemClock,
      random: systemRandom,
      signal: end.signal,
      onError: noError(t),
    }).of(configMaps, selection),
  );
  await Promise.all(informers.map(({ synced }) => synced));
  const { resourceVersion = '' } = (await portico.client.of(configMaps).create(configMap(name))).metadata;
  await Promise.all(informers.map((informer) => informer.seen(resourceVersion, end.signal)));
  const [first, second] = informers.map(({ lister }) => lister.get(name, 'default'));
  end.abort();
  t.truthy(first);
  t.is(first, second);
});

test('a request that the server puts off is made again when it says, ten times at most, and not after an abort', async (t) => {
  const clock = new ManualClock();
  const turn = () => new Promise((resolve) => setImmediate(resolve));
  let asked = 0;
  let refusals = 2;
  let retryAfter: string | undefined = '3';
  const body = async () => Buffer.from('{}');
  const transport: Transport = {
    async request() {
      asked++;
      const status = refusals-- > 0 ? 429 : 200;
      const header = (name: string) => (status === 429 && name === 'retry-after' ? retryAfter : undefined);
      return { status, header, body, async *chunks() {} };
    },
  };
  const patient = retryingLater(transport, clock);
  const answer = patient.request({ method: 'POST', path: '/', headers: {} });
  await turn();
  t.is(asked, 1);
  clock.advance(2999);
  await turn();
  t.is(asked, 1);
  clock.advance(1);
  await turn();
  t.is(asked, 2);
  clock.advance(3000);
  t.is((await answer).status, 200);

  [asked, refusals] = [0, 100];
  const refused = patient.request({ method: 'GET', path: '/', headers: {} });
  for (let retry = 0; retry < 10; retry++) {
    await turn();
    clock.advance(3000);
  }
  t.is((await refused).status, 429);
  t.is(asked, 11);

  const stop = new AbortController();
  const aborted = patient.request({ method: 'GET', path: '/', headers: {}, signal: stop.signal });
  await turn();
  stop.abort(new Error('enough'));
  await t.throwsAsync(aborted, { message: 'enough' });

  [asked, retryAfter] = [0, undefined];
  t.is((await patient.request({ method: 'GET', path: '/', headers: {} })).status, 429);
  t.is(asked, 1);
});
