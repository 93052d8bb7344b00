/** Group versions that an extension server has, as clients of this server see them. */
import { once } from 'node:events';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer, request, type Server } from 'node:https';
import type { AddressInfo, Socket } from 'node:net';
import { json } from 'node:stream/consumers';
import test from 'ava';
import { loadOrCreatePki } from '../../server/cmd/pki.ts';
import { type ApiUnderTest, type Json, type Reply, startApiUnderTest } from './api-under-test.ts';

let api: ApiUnderTest;
let group: string;
let extension: Server;
let caBundle: string;
/** What comes in at the extension server, newest last. */
const seen: { method: string; url: string; headers: IncomingMessage['headers']; certificate: string }[] = [];
let isBroken = false;
/** It knows nothing of OpenAPI 3. */
let isOld = false;

const port = () => (extension.address() as AddressInfo).port;
const services = '/apis/apiregistration.k8s.io/v1/apiservices';

test.before(async () => {
  api = await startApiUnderTest();
  group = `things.${api.namespace}.example.com`;
  const hosts = [`extension.${api.namespace}.svc`];
  const pki = await loadOrCreatePki({ folder: undefined, hosts, now: Date.now() });
  caBundle = Buffer.from(pki.authority.certificate).toString('base64');
  const { certificate: cert, key } = pki.serving;
  extension = createServer({ cert, key, requestCert: true, rejectUnauthorized: false }, answer);
  extension.on('upgrade', (req: IncomingMessage, socket: Socket) => {
    socket.write('HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: SPDY/3.1\r\n\r\n');
    socket.write(`${String(req.headers['x-remote-user'])}\n`);
    socket.pipe(socket);
  });
  extension.listen(0, '127.0.0.1');
  await once(extension, 'listening');
});
test.after.always(async () => {
  await api?.stop();
  extension?.close();
  extension?.closeAllConnections();
});

/** v1 and v2, of which only v1 is registered; the list of things is always the same. */
function answer(req: IncomingMessage, res: ServerResponse): void {
  const { method = '', url = '', headers, socket } = req;
  const { subject } = (socket as Socket & { getPeerCertificate(): { subject?: { CN?: string } } }).getPeerCertificate();
  seen.push({ method, url, headers, certificate: subject?.CN ?? '' });
  const [path = ''] = url.split('?');
  const reply = (value: Json, type = 'application/json', code = 200): void => {
    res.writeHead(code, { 'content-type': type });
    res.end(JSON.stringify(value));
  };
  if (isBroken) return reply({ message: 'broken' }, 'application/json', 500);
  const root = `/apis/${group}/v1`;
  if (isOld && path.startsWith('/openapi/v3')) return reply({ code: 404 }, 'application/json', 404);
  switch (path) {
    case '/api':
    case '/api/v1/namespaces':
      return reply({ kind: 'Mine', path });
    case '/api/v1':
      return reply({ kind: 'APIResourceList', apiVersion: 'v1', groupVersion: 'v1', resources: [] });
    case `/apis/${group}/v2`:
      return reply({ kind: 'APIResourceList', apiVersion: 'v1', groupVersion: `${group}/v2`, resources: [] });
    case '/apis':
      return reply(aggregated(), 'application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList');
    case root:
      return reply(resources());
    case `${root}/namespaces/${api.namespace}/things`:
      if (method === 'POST') return void json(req).then((body) => reply(body as Json, 'application/json', 201));
      if (url.includes('watch=1')) {
        res.writeHead(200, { 'content-type': 'application/json' });
        res.write(`${JSON.stringify({ type: 'ADDED', object: thing('one') })}\n`);
        res.write(`${JSON.stringify({ type: 'DELETED', object: thing('one') })}\n`);
        return;
      }
      return reply({ kind: 'ThingList', apiVersion: `${group}/v1`, metadata: {}, items: [thing('one')] });
    case `${root}/namespaces/${api.namespace}/things/moved`:
      res.writeHead(302, { location: 'https://elsewhere.example.com/' });
      return void res.end();
    case '/openapi/v3':
      return reply({ paths: { [root.slice(1)]: { serverRelativeURL: `/openapi/v3${root}?hash=ABC` } } });
    case `/openapi/v3${root}`:
      return reply({ openapi: '3.0.0', info: { title: 'Things', version: '1' }, paths: {} });
    case '/openapi/v2':
      return reply(documentV2());
    default:
      return reply({ kind: 'Status', status: 'Failure', code: 404, message: 'nothing here' }, 'application/json', 404);
  }
}

const thing = (name: string): Json => ({ kind: 'Thing', apiVersion: `${group}/v1`, metadata: { name } });

function aggregated(): Json {
  const kind = { group: '', version: '', kind: 'Thing' };
  const one = {
    resource: 'things',
    responseKind: kind,
    scope: 'Namespaced',
    singularResource: 'thing',
    verbs: ['create', 'get', 'list', 'watch'],
  };
  const versions = ['v2', 'v1'].map((version) => ({ version, resources: [one], freshness: 'Current' }));
  const items = [{ metadata: { name: group }, versions }];
  return { kind: 'APIGroupDiscoveryList', apiVersion: 'apidiscovery.k8s.io/v2', metadata: {}, items };
}

function resources(): Json {
  const one = { name: 'things', singularName: 'thing', namespaced: true, kind: 'Thing', verbs: ['get', 'list'] };
  return { kind: 'APIResourceList', apiVersion: 'v1', groupVersion: `${group}/v1`, resources: [one] };
}

function documentV2(): Json {
  const response = { 200: { description: 'OK', schema: { $ref: '#/definitions/com.example.Thing' } } };
  const operation = { operationId: `listThings${api.namespace}`, produces: ['application/json'], responses: response };
  return {
    swagger: '2.0',
    info: { title: 'Things', version: '1' },
    paths: { [`/apis/${group}/v1/things`]: { get: operation }, '/elsewhere': { get: operation } },
    definitions: { 'com.example.Thing': { type: 'object', properties: { name: { type: 'string' } } } },
  };
}

async function register(name: string, more: { readonly [key: string]: Json } = {}): Promise<Reply> {
  const service = { namespace: api.namespace, name, port: port() };
  const spec = { group, version: 'v1', groupPriorityMinimum: 2000, versionPriority: 10, service, caBundle, ...more };
  return api.post(services, {
    apiVersion: 'apiregistration.k8s.io/v1',
    kind: 'APIService',
    metadata: { name: `v1.${group}` },
    spec,
  });
}

/** Reached by its external name: an address of this machine can be no endpoint. */
const externalService = (name: string): Json => ({
  apiVersion: 'v1',
  kind: 'Service',
  metadata: { name },
  spec: { type: 'ExternalName', externalName: 'localhost' },
});

interface Condition {
  readonly type: string;
  readonly status: string;
  readonly reason: string;
  readonly message: string;
}

function condition({ body }: Reply): Condition | undefined {
  const { conditions } = (body.status ?? {}) as { conditions?: readonly Condition[] };
  return conditions?.find(({ type }) => type === 'Available');
}

async function until(ask: () => Promise<Reply>, holds: (reply: Reply) => boolean): Promise<Reply> {
  for (let attempt = 0; ; attempt++) {
    const reply = await ask();
    if (holds(reply)) return reply;
    if (attempt > 600) throw new Error(`never came about: ${reply.bytes.toString().slice(0, 2000)}`);
    await new Promise((resolve) => setTimeout(resolve, 25));
  }
}

const available = (status: string, reason: string) =>
  until(
    () => api.get(`${services}/v1.${group}`),
    (reply) => condition(reply)?.status === status && condition(reply)?.reason === reason,
  );

const things = () => `/apis/${group}/v1/namespaces/${api.namespace}/things`;
const inDiscovery = 'application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList';

interface Discovery {
  readonly items: ReadonlyArray<{
    readonly metadata: { readonly name: string };
    readonly versions: ReadonlyArray<{ version: string; freshness: string; resources?: readonly unknown[] }>;
  }>;
}

type Discovered = Discovery['items'][number] | undefined;

const groupIn = ({ bytes }: Reply): Discovered =>
  (JSON.parse(bytes.toString()) as Discovery).items.find(({ metadata }) => metadata.name === group);

const discovered = async (): Promise<Discovered> => groupIn(await api.get('/apis', { accept: inDiscovery }));

test.serial('built-in group versions and those of definitions have APIServices of their own', async (t) => {
  const apps = await api.get(`${services}/v1.apps`);
  t.deepEqual(apps.body.spec, { group: 'apps', version: 'v1', groupPriorityMinimum: 17800, versionPriority: 15 });
  t.deepEqual(apps.body.metadata.labels, { 'kube-aggregator.kubernetes.io/automanaged': 'onstart' });
  t.like(condition(apps), { status: 'True', reason: 'Local', message: 'Local APIServices are always available' });

  const custom = `custom.${api.namespace}.example.com`;
  const definitions = '/apis/apiextensions.k8s.io/v1/customresourcedefinitions';
  const schema = { openAPIV3Schema: { type: 'object' } };
  await api.post(definitions, {
    apiVersion: 'apiextensions.k8s.io/v1',
    kind: 'CustomResourceDefinition',
    metadata: { name: `things.${custom}` },
    spec: {
      group: custom,
      scope: 'Cluster',
      names: { plural: 'things', kind: 'Thing' },
      versions: [
        { name: 'v1', served: true, storage: true, schema },
        { name: 'v2', served: false, storage: false, schema },
      ],
    },
  });
  const made = await until(
    () => api.get(`${services}/v1.${custom}`),
    ({ status }) => status === 200,
  );
  t.deepEqual(made.body.spec, { group: custom, version: 'v1', groupPriorityMinimum: 1000, versionPriority: 100 });
  t.is((await api.get(`${services}/v2.${custom}`)).status, 404);
  // What it keeps it makes again.
  await api.remove(`${services}/v1.${custom}`);
  await until(
    () => api.get(`${services}/v1.${custom}`),
    ({ status, body }) => status === 200 && body.metadata.uid !== made.body.metadata.uid,
  );
  await api.remove(`${definitions}/things.${custom}`);
  await until(
    () => api.get(`${services}/v1.${custom}`),
    ({ status }) => status === 404,
  );
});

test.serial('an APIService says why it is not available, and requests for it get 503', async (t) => {
  t.is((await register('extension')).status, 201);
  const missing = condition(await available('False', 'ServiceNotFound'));
  t.is(missing?.message, `service/extension in "${api.namespace}" is not present`);
  const refused = await api.get(things());
  t.is(refused.status, 503);
  t.is(refused.bytes.toString(), 'service unavailable\n');
  // It is in discovery, as stale, and hides nobody else.
  const listed = await api.get(`/apis/${group}`);
  t.like(listed.body, { kind: 'APIGroup', name: group, preferredVersion: { version: 'v1' } });
  t.like((await discovered())?.versions, [{ version: 'v1', freshness: 'Stale' }]);
  const { bytes } = await api.get('/apis');
  t.true(bytes.includes(group));
  t.true(bytes.includes('"apps"'));

  const service = `/api/v1/namespaces/${api.namespace}/services`;
  const spec = { ports: [{ port: 1 }] };
  await api.post(service, { apiVersion: 'v1', kind: 'Service', metadata: { name: 'extension' }, spec });
  const unheard = condition(await available('False', 'ServicePortError'));
  t.is(unheard?.message, `service/extension in "${api.namespace}" is not listening on port ${port()}`);
  await api.patch(`${service}/extension`, 'merge', { spec: { ports: [{ port: port() }] } });
  const nowhere = condition(await available('False', 'EndpointsNotFound'));
  t.is(nowhere?.message, `cannot find endpointslices for service/extension in "${api.namespace}"`);
  await api.remove(`${service}/extension`);
});

test.serial('a certificate that nobody vouches for makes an APIService unavailable', async (t) => {
  await api.post(`/api/v1/namespaces/${api.namespace}/services`, externalService('extension'));
  const pki = await loadOrCreatePki({ folder: undefined, hosts: ['x'], now: Date.now() });
  const foreign = Buffer.from(pki.authority.certificate).toString('base64');
  await api.patch(`${services}/v1.${group}`, 'merge', { spec: { caBundle: foreign } });
  const failing = condition(await available('False', 'FailedDiscoveryCheck'));
  t.regex(
    failing?.message ?? '',
    /^failing or missing response from https:\/\/localhost:\d+\/apis\/\S+\/v1: Get "https:/,
  );
  t.regex(failing?.message ?? '', /tls: failed to verify certificate: x509: certificate signed by unknown authority/);
  await api.patch(`${services}/v1.${group}`, 'merge', { spec: { caBundle } });
  t.is(condition(await available('True', 'Passed'))?.message, 'all checks passed');
});

test.serial('requests go to the extension server with the name of who asks, and its answers come back', async (t) => {
  const listed = await api.get(`${things()}?limit=3`, {
    headers: { 'X-Remote-User': 'mallory', 'Impersonate-User': 'ann', 'Impersonate-Group': ['crew', 'guests'] },
  });
  // Nobody has given her a role.
  t.is(listed.status, 403);
  const before = seen.length;
  const allowed = await api.get(`${things()}?limit=3`, { headers: { 'X-Remote-User': 'mallory' } });
  t.is(allowed.body.items?.[0]?.metadata.name, 'one');
  const [request] = seen.slice(before).filter(({ url }) => url.startsWith(things()));
  t.is(request?.url, `${things()}?limit=3`);
  t.is(request?.headers.authorization, undefined);
  t.not(request?.headers['x-remote-user'], 'mallory');
  t.true(String(request?.headers['x-remote-group']).includes('system:authenticated'));
  t.regex(String(request?.headers['x-forwarded-for']), /127\.0\.0\.1|::1/);

  const made = await api.post(things(), thing('two'));
  t.is(made.status, 201);
  t.is(made.body.metadata.name, 'two');
  const absent = await api.get(`/apis/${group}/v1/namespaces/${api.namespace}/others`);
  t.like(absent.body, { code: 404, message: 'nothing here' });
  const events = await api.watch(`${things()}?watch=1`, 2);
  t.deepEqual(
    events.map(({ type }) => type),
    ['ADDED', 'DELETED'],
  );
});

test.serial('an extension server sends no client elsewhere', async (t) => {
  const moved = await api.get(`/apis/${group}/v1/namespaces/${api.namespace}/things/moved`);
  t.is(moved.status, 502);
  t.is(moved.headers.location, undefined);
  t.is(String(moved.bytes), 'the backend attempted to redirect this request, which is not permitted');
});

test.serial('discovery and documents hold what the extension server says of itself', async (t) => {
  await until(
    () => api.get('/apis', { accept: inDiscovery }),
    ({ bytes }) => bytes.includes(`"${group}"`) && bytes.includes('"things"'),
  );
  const found = await discovered();
  // It has a second version, which nobody has registered.
  t.is(found?.versions.length, 1);
  t.like(found?.versions[0], { version: 'v1', freshness: 'Current' });
  t.is(found?.versions[0]?.resources?.length, 1);
  const list = await api.get(`/apis/${group}/v1`);
  t.like(list.body, { kind: 'APIResourceList' });
  const index = await until(
    () => api.get('/openapi/v3'),
    ({ bytes }) => bytes.includes(`"apis/${group}/v1"`),
  );
  t.true(index.bytes.includes('hash=ABC'));
  t.like((await api.get(`/openapi/v3/apis/${group}/v1`)).body, { info: { title: 'Things' } });
  const merged = await until(
    () => api.get('/openapi/v2'),
    ({ bytes }) => bytes.includes(`/apis/${group}/v1/things`),
  );
  const document = merged.body as unknown as Record<'paths' | 'definitions', Record<string, unknown>>;
  t.false(Object.hasOwn(document.paths, '/elsewhere'));
  t.true(Object.hasOwn(document.definitions, 'com.example.Thing'));
  t.true(Object.hasOwn(document.paths, '/api/v1/pods'));
});

test.serial('another protocol passes through, byte for byte, with the name of who asks', async (t) => {
  const { access } = api;
  const { hostname, port: at } = new URL(access.url);
  const upgraded = Promise.withResolvers<Socket>();
  const asked = request({
    hostname,
    port: at,
    path: `${things()}/one/exec`,
    ca: access.ca,
    rejectUnauthorized: !access.insecure,
    cert: access.certificate,
    key: access.key,
    headers: {
      Connection: 'Upgrade',
      Upgrade: 'SPDY/3.1',
      ...(access.token === undefined ? {} : { Authorization: `Bearer ${access.token}` }),
    },
  });
  asked.on('upgrade', (_response, socket: Socket, head: Buffer) => {
    socket.unshift(head);
    upgraded.resolve(socket);
  });
  asked.on('response', (response) => upgraded.reject(new Error(`answered ${response.statusCode}`)));
  asked.on('error', upgraded.reject);
  asked.end();
  const socket = await upgraded.promise;
  socket.write('ping\n');
  let text = '';
  for await (const chunk of socket) {
    text += String(chunk);
    if (text.includes('ping')) break;
  }
  t.regex(text, /^\S+\nping\n$/);
  socket.destroy();
});

test.serial('an extension server that fails is stale, and nothing else is', async (t) => {
  isBroken = true;
  // A change makes the server look at once.
  await api.patch(`${services}/v1.${group}`, 'merge', { spec: { versionPriority: 11 } });
  const failing = condition(await available('False', 'FailedDiscoveryCheck'));
  t.regex(failing?.message ?? '', /bad status from https:\/\/localhost:\d+\/apis\/\S+\/v1: 500$/);
  await until(
    () => api.get('/apis', { accept: inDiscovery }),
    (reply) => groupIn(reply)?.versions[0]?.freshness === 'Stale',
  );
  // What was known of it stays.
  const found = await discovered();
  t.like(found?.versions[0], { freshness: 'Stale' });
  t.is((await api.get('/apis/apps/v1')).status, 200);
  t.is((await api.get(things())).status, 503);
  await api.remove(`${services}/v1.${group}`);
  await until(
    () => api.get(`/apis/${group}`),
    ({ status }) => status === 404,
  );
  t.false((await api.get('/apis')).bytes.includes(group));
  await until(
    () => api.get('/apis', { accept: inDiscovery }),
    ({ bytes }) => !bytes.includes(group),
  );
});

test.serial('the document of a server that has only OpenAPI 2 is made one of OpenAPI 3', async (t) => {
  [isBroken, isOld] = [false, true];
  const service = { namespace: api.namespace, name: 'extension', port: port() };
  const spec = { group, version: 'v2', groupPriorityMinimum: 2000, versionPriority: 10, service, caBundle };
  const kind = { apiVersion: 'apiregistration.k8s.io/v1', kind: 'APIService' };
  await api.post(services, { ...kind, metadata: { name: `v2.${group}` }, spec });
  const index = await until(
    () => api.get('/openapi/v3'),
    ({ bytes }) => bytes.includes(`"apis/${group}/v2"`),
  );
  const { paths } = JSON.parse(String(index.bytes)) as { paths: Record<string, { serverRelativeURL: string }> };
  const url = paths[`apis/${group}/v2`]?.serverRelativeURL ?? '';
  const document = await api.get(url);
  t.is(document.headers['cache-control'], 'public, immutable');
  const schema = { $ref: '#/components/schemas/com.example.Thing' };
  t.deepEqual(document.body, {
    openapi: '3.0.0',
    info: { title: 'Things', version: '1' },
    paths: {
      [`/apis/${group}/v1/things`]: {
        get: {
          operationId: `listThings${api.namespace}`,
          responses: { 200: { description: 'OK', content: { 'application/json': { schema } } } },
        },
      },
      '/elsewhere': {
        get: {
          operationId: `listThings${api.namespace}`,
          responses: { 200: { description: 'OK', content: { 'application/json': { schema } } } },
        },
      },
    },
    components: {
      schemas: { 'com.example.Thing': { type: 'object', properties: { name: { type: 'string' } } } },
    },
  } as unknown as Reply['body']);
  await api.remove(`${services}/v2.${group}`);
  const gone = await until(
    () => api.get(url),
    ({ status }) => status === 404,
  );
  t.is(gone.status, 404);
});

test.serial("whoever has the core group's APIService has all of /api, and gives it back", async (t) => {
  const service = { namespace: api.namespace, name: 'extension', port: port() };
  const core = `${services}/v1.`;
  const reason = (wanted: string) =>
    until(
      () => api.get(core),
      (reply) => condition(reply)?.reason === wanted,
    );
  await api.patch(core, 'merge', { spec: { service, caBundle } });
  try {
    await reason('Passed');
    t.like((await api.get('/api')).body, { kind: 'Mine', path: '/api' });
    t.like((await api.get('/api/v1/namespaces')).body, { kind: 'Mine', path: '/api/v1/namespaces' });
    t.like((await api.get('/api/v1/elsewhere')).body, { message: 'nothing here' });
    t.is((await api.get('/apis/apps/v1')).status, 200);
  } finally {
    await api.patch(core, 'merge', { spec: { service: null, caBundle: null } });
  }
  await reason('Local');
  t.like((await api.get('/api')).body, { kind: 'APIVersions' });
});

test.serial('what extension servers need to believe this one is published', async (t) => {
  const { body } = await api.get('/api/v1/namespaces/kube-system/configmaps/extension-apiserver-authentication');
  const { data = {} } = body;
  // A server that knows no front proxies has nothing to say of them.
  if (data['requestheader-client-ca-file'] === undefined) return t.pass();
  t.true(data['requestheader-client-ca-file'].includes('BEGIN CERTIFICATE'));
  t.is(data['requestheader-username-headers'], '["X-Remote-User"]');
  t.is(data['requestheader-group-headers'], '["X-Remote-Group"]');
  t.is(data['requestheader-extra-headers-prefix'], '["X-Remote-Extra-"]');
});
