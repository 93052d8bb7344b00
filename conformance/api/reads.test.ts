/** Lists and watches: which state they show, where pages and streams begin and end. */
import test from 'ava';
import { type ApiUnderTest, configMap, startApiUnderTest, type WatchEvent } from './api-under-test.ts';

const names = ['a', 'b', 'c', 'd', 'e'];
let api: ApiUnderTest;
/** The version after the config maps above were made. */
let version = '';

test.before(async () => {
  api = await startApiUnderTest();
  for (const [index, name] of names.entries()) {
    const { body } = await api.post(
      api.configMaps,
      configMap(`list-${name}`, { labels: { parity: index % 2 === 0 ? 'even' : 'odd', suite: 'list' } }),
    );
    version = body.metadata.resourceVersion ?? '';
  }
});
test.after.always(() => api?.stop());

const list = (query: string) => api.get(`${api.configMaps}?labelSelector=suite%3Dlist${query}`);
const namesOf = ({ items = [] }: { readonly items?: readonly { readonly metadata: { readonly name?: string } }[] }) =>
  items.map(({ metadata }) => (metadata.name ?? '').replace('list-', ''));
const future = '999999999';

test('a list without a version shows what was written before it', async (t) => {
  const { body } = await list('');
  t.deepEqual(namesOf(body), names);
  t.is(body.kind, 'ConfigMapList');
  t.true(Number(body.metadata.resourceVersion) >= Number(version));
});

test('pages have one resourceVersion and show its state, whatever is written meanwhile', async (t) => {
  const make = (name: string) => api.post(api.configMaps, configMap(`page-${name}`, { labels: { suite: 'page' } }));
  for (const name of names) await make(name);
  const page = async (token: string) =>
    (await api.get(`${api.configMaps}?labelSelector=suite%3Dpage&limit=2${token}`)).body;
  const first = await page('');
  t.deepEqual(namesOf(first), ['page-a', 'page-b']);
  // Counted only where nothing is selected away.
  t.is(first.metadata.remainingItemCount, undefined);
  await make('between');
  const second = await page(`&continue=${first.metadata.continue ?? ''}`);
  t.deepEqual(namesOf(second), ['page-c', 'page-d']);
  t.is(second.metadata.resourceVersion, first.metadata.resourceVersion);
  const last = await page(`&continue=${second.metadata.continue ?? ''}`);
  t.deepEqual(namesOf(last), ['page-e']);
  t.is(last.metadata.continue, undefined);
});

test('a page says how many are left', async (t) => {
  const secrets = `/api/v1/namespaces/${api.namespace}/secrets`;
  for (const name of names) await api.post(secrets, { metadata: { name } });
  const { body } = await api.get(`${secrets}?limit=2`);
  t.is(body.metadata.remainingItemCount, names.length - 2);
});

test('a limit does not count where any state will do', async (t) => {
  const { body } = await list('&limit=2&resourceVersion=0');
  t.deepEqual(namesOf(body), names);
});

test('an exact version shows the state of then, a minimum one of then or later', async (t) => {
  const { body } = await api.post(api.configMaps, configMap('exact-then', { labels: { suite: 'exact' } }));
  const then = body.metadata.resourceVersion ?? '';
  await api.remove(`${api.configMaps}/exact-then`);
  const exact = (match: string) =>
    api.get(`${api.configMaps}?labelSelector=suite%3Dexact&resourceVersion=${then}&resourceVersionMatch=${match}`);
  t.deepEqual(namesOf((await exact('Exact')).body), ['exact-then']);
  t.is((await exact('Exact')).body.metadata.resourceVersion, then);
  t.deepEqual(namesOf((await exact('NotOlderThan')).body), []);
});

test('versions and tokens that do not go together are refused', async (t) => {
  const cause = async (query: string) => {
    const { body } = await list(query);
    return [body.code, body.details?.causes?.[0]?.field];
  };
  t.deepEqual(await cause('&resourceVersionMatch=Exact'), [422, 'resourceVersionMatch']);
  t.deepEqual(await cause('&resourceVersion=0&resourceVersionMatch=Exact'), [422, 'resourceVersionMatch']);
  t.deepEqual(await cause('&sendInitialEvents=true'), [422, 'sendInitialEvents']);
  const token = (await list('&limit=1')).body.metadata.continue ?? '';
  t.is(
    (await list(`&continue=${token}&resourceVersion=${version}`)).body.message,
    'specifying resource version is not allowed when using continue',
  );
  t.is((await list('&continue=garbage')).body.code, 400);
  t.is((await list('&resourceVersion=abc')).body.code, 400);
});

test('a token cannot lead out of its collection', async (t) => {
  const token = Buffer.from(
    JSON.stringify({ v: 'meta.k8s.io/v1', rv: Number(version), start: '../../secrets/' }),
  ).toString('base64url');
  t.is(
    (await list(`&continue=${token}`)).body.message,
    'invalid continue token: continue key is not valid: ../../secrets/',
  );
});

test('a version of the future is waited for, and then 504 says to come back', async (t) => {
  const { status, body, headers } = await list(`&resourceVersion=${future}`);
  t.is(status, 504);
  t.is(headers['retry-after'], '1');
  t.like(body, {
    reason: 'Timeout',
    details: {
      retryAfterSeconds: 1,
      causes: [{ reason: 'ResourceVersionTooLarge', message: 'Too large resource version' }],
    },
  });
  t.regex(body.message ?? '', /^Timeout: Too large resource version: 999999999, current: \d+$/);
});

test('selectors by label and field narrow a list, unknown fields are refused', async (t) => {
  t.deepEqual(namesOf((await list('%2Cparity+in+(even)')).body), ['a', 'c', 'e']);
  t.deepEqual(namesOf((await list('&fieldSelector=metadata.name%3Dlist-b')).body), ['b']);
  t.like((await list('&fieldSelector=data.a%3D1')).body, { code: 400, reason: 'BadRequest' });
  t.is((await api.get(`${api.configMaps}?labelSelector=a%3D%3D%3Db`)).body.code, 400);
});

test('a list of nothing is a list', async (t) => {
  t.deepEqual((await api.get(`${api.configMaps}?labelSelector=no%3Dsuch`)).body.items, []);
});

const summary = (events: readonly WatchEvent[]) => events.map(({ type, object }) => [type, object.metadata.name]);

test('a watch goes on from its version, with every change in order', async (t) => {
  const { body } = await api.get(api.configMaps);
  const path = `${api.configMaps}/watched`;
  await api.post(api.configMaps, configMap('watched'));
  await api.patch(path, 'merge', { data: { a: '2' } });
  await api.remove(path);
  const events = await api.watch(
    `${api.configMaps}?watch=true&resourceVersion=${body.metadata.resourceVersion ?? ''}&fieldSelector=metadata.name%3Dwatched`,
    3,
  );
  t.deepEqual(summary(events), [
    ['ADDED', 'watched'],
    ['MODIFIED', 'watched'],
    ['DELETED', 'watched'],
  ]);
  t.deepEqual(events[2]?.object.data, { a: '2' });
  const versions = events.map(({ object }) => Number(object.metadata.resourceVersion));
  t.deepEqual(
    versions,
    versions.toSorted((a, b) => a - b),
  );
  t.is(new Set(versions).size, 3);
});

test('an object that enters a selector is ADDED, one that leaves it DELETED', async (t) => {
  const { body } = await api.post(api.configMaps, configMap('moving', { labels: { team: 'red' } }));
  const label = (team: string) => api.patch(`${api.configMaps}/moving`, 'merge', { metadata: { labels: { team } } });
  await label('blue');
  await label('green');
  await label('blue');
  const from = body.metadata.resourceVersion ?? '';
  const events = await api.watch(`${api.configMaps}?watch=true&resourceVersion=${from}&labelSelector=team%3Dblue`, 3);
  t.deepEqual(
    events.map(({ type, object }) => [type, object.metadata.labels?.team]),
    [
      ['ADDED', 'blue'],
      ['DELETED', 'blue'],
      ['ADDED', 'blue'],
    ],
  );
});

test('a watch without a version begins with what is there', async (t) => {
  const events = await api.watch(`${api.configMaps}?watch=true&labelSelector=suite%3Dlist`, names.length);
  t.deepEqual(
    summary(events),
    names.map((name) => ['ADDED', `list-${name}`]),
  );
});

test('initial events end with a bookmark that says so', async (t) => {
  const query = 'watch=true&sendInitialEvents=true&resourceVersionMatch=NotOlderThan&allowWatchBookmarks=true';
  const events = await api.watch(`${api.configMaps}?${query}&labelSelector=suite%3Dlist`, names.length + 1);
  const last = events.at(-1);
  t.is(last?.type, 'BOOKMARK');
  t.deepEqual(last?.object.metadata.annotations, { 'k8s.io/initial-events-end': 'true' });
  t.true(Number(last?.object.metadata.resourceVersion) >= Number(version));
});

test('initial events of the future come as an ERROR in the stream', async (t) => {
  const query = `watch=true&sendInitialEvents=true&resourceVersionMatch=NotOlderThan&resourceVersion=${future}`;
  const [event] = await api.watch(`${api.configMaps}?${query}`, 1);
  t.like(event, { type: 'ERROR', object: { kind: 'Status', code: 504, reason: 'Timeout' } });
});

test('options of a watch that do not go together are refused', async (t) => {
  const refused = (query: string) => api.get(`${api.configMaps}?watch=true&timeoutSeconds=1&${query}`);
  t.like((await refused('resourceVersionMatch=NotOlderThan')).body, { code: 422 });
  t.like((await refused('sendInitialEvents=true')).body, { code: 422 });
  t.like((await refused('continue=x')).body, { code: 422 });
  t.like((await refused('resourceVersion=abc')).body, { code: 500 });
});

test('the old watch paths work, for a collection and for one object', async (t) => {
  const [, , , ...rest] = api.configMaps.split('/');
  const path = `/api/v1/watch/${rest.join('/')}`;
  const events = await api.watch(`${path}/list-b?resourceVersion=0`, 1);
  t.deepEqual(summary(events), [['ADDED', 'list-b']]);
});

test('a watch of tables sends its columns once', async (t) => {
  const accept = 'application/json;as=Table;v=v1;g=meta.k8s.io';
  const events = await api.watch(`${api.configMaps}?watch=true&labelSelector=suite%3Dlist`, 2, { accept });
  const columns = events.map(
    ({ object }) => (object as unknown as { columnDefinitions: unknown[] | null }).columnDefinitions,
  );
  t.is(columns[0]?.length, 3);
  t.is(columns[1], null);
});

test('a watch ends when its time is over', async (t) => {
  const events = await api.watch(
    `${api.configMaps}?watch=true&resourceVersion=${version}&timeoutSeconds=1&labelSelector=no%3Dsuch`,
    1,
  );
  t.deepEqual(events, []);
});
