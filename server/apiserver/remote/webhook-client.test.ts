import { createServer, type Server } from 'node:https';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import test from 'ava';
import { systemClock } from '../../apimachinery/clock/clock.ts';
import { systemRandom } from '../../apimachinery/clock/random.ts';
import type { KubeObject } from '../../apimachinery/meta/object.ts';
import { loadOrCreatePki } from '../../cmd/pki.ts';
import type { ParsedObjectsOf } from '../cacher/parsed-objects.ts';
import { type RemoteAddress, serviceResolver } from './service-resolver.ts';
import { WebhookClients, webhookTarget } from './webhook-client.ts';

interface Answer {
  readonly code: number;
  readonly body: string;
  readonly contentType?: string;
}

let server: Server;
let caBundle: string;
let foreign: string;
let answer: Answer | 'nothing' | 'hang up';
let connections = 0;
const seen: { url: string | undefined; host: string | undefined; body: string }[] = [];

test.before(async () => {
  const make = (hosts: string[]) => loadOrCreatePki({ folder: undefined, hosts, now: Date.now() });
  const [pki, other] = await Promise.all([make(['hook.tools.svc']), make(['x'])]);
  caBundle = Buffer.from(pki.authority.certificate).toString('base64');
  foreign = Buffer.from(other.authority.certificate).toString('base64');
  server = createServer({ cert: pki.serving.certificate, key: pki.serving.key }, (req, res) => {
    void text(req).then((body) => {
      seen.push({ url: req.url, host: req.headers.host, body });
      if (answer === 'nothing') return;
      if (answer === 'hang up') return void req.socket.destroy();
      res.statusCode = answer.code;
      res.setHeader('content-type', answer.contentType ?? 'application/json');
      res.end(answer.body);
    });
  });
  server.on('secureConnection', () => connections++);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
});
test.after.always(() => server?.close());
test.beforeEach(() => {
  answer = { code: 200, body: '{"kind":"X"}' };
  seen.length = 0;
});

const port = () => (server.address() as AddressInfo).port;
const here = (): RemoteAddress => ({ host: '127.0.0.1', port: port() });

function clients(resolve: () => RemoteAddress = here): WebhookClients {
  return new WebhookClients({ clock: systemClock, resolve });
}

const hook = (more: object = {}) =>
  webhookTarget({ caBundle, service: { namespace: 'tools', name: 'hook', port: 8443, path: '/convert' }, ...more });
const url = 'https://hook.tools.svc:8443/convert';
const limit = { timeout: 5_000 };

test.serial('a service is called by its name at one of its endpoints, over connections that are kept', async (t) => {
  const called = clients();
  const before = connections;
  t.deepEqual(await called.post(hook(), Buffer.from('{}'), { ...limit, query: { timeout: '5s' } }), { kind: 'X' });
  await called.post(hook(), Buffer.from('{}'), limit);
  t.deepEqual(seen[0], { url: '/convert?timeout=5s', host: 'hook.tools.svc:8443', body: '{}' });
  t.is(connections - before, 1);
  called.stop();
});

test.serial("what goes wrong on the way is told in client-go's words", async (t) => {
  const fails = (called: WebhookClients, target = hook(), options = limit) =>
    t.throwsAsync(() => called.post(target, Buffer.from('{}'), options));
  const closed = { host: '127.0.0.1', port: 1 };
  t.is(
    (await fails(clients(() => closed)))?.message,
    `Post "${url}": dial tcp 127.0.0.1:1: connect: connection refused`,
  );
  const tls = 'tls: failed to verify certificate: x509:';
  t.is(
    (await fails(clients(), hook({ caBundle: foreign })))?.message,
    `Post "${url}": ${tls} certificate signed by unknown authority`,
  );
  const misnamed = hook({ service: { namespace: 'tools', name: 'other', path: '/' } });
  t.is(
    (await fails(clients(), misnamed))?.message,
    `Post "https://other.tools.svc:443/": ${tls} certificate is valid for hook.tools.svc, not other.tools.svc`,
  );
  answer = 'nothing';
  t.is((await fails(clients(), hook(), { timeout: 50 }))?.message, `Post "${url}": context deadline exceeded`);
  answer = 'hang up';
  t.is((await fails(clients()))?.message, `Post "${url}": EOF`);
});

const refusals: [string, Answer, string][] = [
  ['404', { code: 404, body: 'x' }, 'the server could not find the requested resource'],
  [
    '500 in text',
    { code: 500, body: 'no "way"\n', contentType: 'text/plain' },
    'an error on the server ("no \\"way\\"") has prevented the request from succeeding',
  ],
  ['a Status', { code: 500, body: '{"kind":"Status","apiVersion":"v1","status":"Failure","message":"m"}' }, 'm'],
  ['nothing', { code: 200, body: '' }, '0-length response with status code: 200 and content type: application/json'],
];
for (const [name, given, message] of refusals) {
  test.serial(`an answer that is none: ${name}`, async (t) => {
    answer = given;
    t.is((await t.throwsAsync(() => clients().post(hook(), Buffer.from('{}'), limit)))?.message, message);
  });
}

test('a URL is called as it is, and a blank bundle means the authorities of the system', (t) => {
  const caBundleBlank = Buffer.from(' \n').toString('base64');
  t.deepEqual(webhookTarget({ url: 'https://h/x', caBundle: caBundleBlank }), {
    url: 'https://h/x',
    service: undefined,
    tls: {},
  });
});

function resolver(objects: Record<string, KubeObject[]>, byClusterIp = false) {
  const objectsOf = ((_group: string, resource: string) => ({
    get: (namespace: string, name: string) =>
      objects[resource]?.find(({ metadata }) => metadata.namespace === namespace && metadata.name === name),
    list: () => objects[resource] ?? [],
  })) as unknown as ParsedObjectsOf;
  return serviceResolver({
    objectsOf,
    random: systemRandom,
    own: ({ name }) => (name === 'kubernetes' ? { host: '::1', port: 1 } : undefined),
    byClusterIp,
  });
}

const metadata = { namespace: 'n', name: 's' };
const asked = { ...metadata, port: 443 };
const service = {
  metadata,
  spec: {
    type: 'ClusterIP',
    clusterIP: '10.0.0.9',
    ipFamilies: ['IPv4'],
    ports: [{ name: 'p', port: 443, targetPort: 1 }],
  },
};
const slice = (address: string, conditions: object, addressType = 'IPv4') => ({
  metadata: { namespace: 'n', name: address, labels: { 'kubernetes.io/service-name': 's' } },
  addressType,
  ports: [{ name: 'p', port: 8443 }],
  endpoints: [{ addresses: [address], conditions }],
});

test('a service is where its ready endpoints are', (t) => {
  const slices = [slice('fd::1', {}, 'IPv6'), slice('1.1.1.1', { ready: false }), slice('2.2.2.2', { ready: true })];
  const resolve = resolver({ services: [service], endpointslices: slices } as never);
  t.deepEqual(resolve(asked), { host: '2.2.2.2', port: 8443 });
  t.throws(() => resolve({ ...asked, port: 1 }), { message: 'no service port 1 found for service "s"' });
  t.throws(() => resolve({ ...asked, name: 'gone' }), { message: 'service "gone" not found' });
  const none = resolver({ services: [service], endpointslices: [slice('1.1.1.1', { ready: false })] } as never);
  t.throws(() => none(asked), { message: 'no endpoints available for service "s"' });
  t.deepEqual(resolve({ namespace: 'default', name: 'kubernetes', port: 443 }), { host: '::1', port: 1 });
  t.deepEqual(resolver({ services: [service] }, true)(asked), { host: '10.0.0.9', port: 443 });
});

test('a service without slices is where its Endpoints are, an external one where its name is', (t) => {
  const endpoints = { metadata, subsets: [{ addresses: [{ ip: '3.3.3.3' }], ports: [{ name: 'p', port: 9 }] }] };
  t.deepEqual(resolver({ services: [service], endpoints: [endpoints] })(asked), { host: '3.3.3.3', port: 9 });
  const external = { metadata, spec: { type: 'ExternalName', externalName: 'hook.example.com' } };
  t.deepEqual(resolver({ services: [external] })(asked), { host: 'hook.example.com', port: 443 });
});
