/** Bodies and queries that no client should send: each gets a Status, and none is stored by mistake. */
import { gzipSync } from 'node:zlib';
import test from 'ava';
import fc from 'fast-check';
import { type Answer, ask, exchange, http2To, request, startTarget, statusOf, type Target } from './raw-client.ts';

let target: Target;
test.before(async () => {
  target = await startTarget();
});
test.after.always(() => target?.portico.stop());

const configMaps = '/api/v1/namespaces/default/configmaps';

async function post(body: string | Buffer, contentType = 'application/json', path = configMaps): Promise<Answer> {
  const session = http2To(target);
  const answer = await ask(session, target, { ':method': 'POST', ':path': path, 'content-type': contentType }, body);
  session.close();
  return answer;
}

async function get(path: string): Promise<Answer> {
  const session = http2To(target);
  const answer = await ask(session, target, { ':path': path });
  session.close();
  return answer;
}

const start = '{"kind":"ConfigMap","apiVersion":"v1","metadata":{"name":"hostile"}';
const magic = Buffer.from('k8s\0', 'latin1');
const bad: ReadonlyArray<readonly [what: string, code: number, body: string | Buffer, contentType?: string]> = [
  ['no body', 400, ''],
  ['JSON cut short', 400, start],
  ['JSON with something behind', 400, `${start}}x`],
  ['an array', 400, '[]'],
  ['null without a name', 422, 'null'],
  ['a kind that is a number', 400, '{"kind":1}'],
  ['metadata that is a text', 400, '{"kind":"ConfigMap","apiVersion":"v1","metadata":"x"}'],
  ['data that holds numbers', 400, `${start},"data":{"a":1}}`],
  [
    'a number beyond every range',
    400,
    '{"kind":"ConfigMap","apiVersion":"v1","metadata":{"name":"hostile","generation":1e400}}',
  ],
  [
    'a number beyond int64',
    400,
    '{"kind":"ConfigMap","apiVersion":"v1","metadata":{"name":"hostile","generation":99999999999999999999}}',
  ],
  ['10,001 levels of arrays', 400, `${start},"x":${'['.repeat(10_001)}${']'.repeat(10_001)}}`],
  ['a million levels of arrays', 400, `${start},"x":${'['.repeat(1_000_000)}${']'.repeat(1_000_000)}}`],
  ['half a million levels of objects', 400, `${'{"a":'.repeat(500_000)}1${'}'.repeat(500_000)}`],
  ['a million open brackets', 400, '['.repeat(1_000_000)],
  ['NUL in a name', 422, '{"kind":"ConfigMap","apiVersion":"v1","metadata":{"name":"a\\u0000b"}}'],
  ['a raw NUL in a text', 400, '{"kind":"Config\0Map"}'],
  [
    'bytes that are no UTF-8 in a name',
    422,
    Buffer.from('{"kind":"ConfigMap","apiVersion":"v1","metadata":{"name":"a\xff"}}', 'latin1'),
  ],
  ['half a surrogate pair in a name', 422, '{"kind":"ConfigMap","apiVersion":"v1","metadata":{"name":"a\\ud800"}}'],
  ['a byte order mark', 400, `\ufeff${start}}`],
  ['__proto__ as its kind', 400, '{"kind":"__proto__","apiVersion":"constructor"}'],
  ['a gzipped body', 400, gzipSync(`${start}}`)],
  ['another media type', 415, '{}', 'text/plain'],
  ['YAML cut short', 400, 'a: [', 'application/yaml'],
  ['YAML of 20,000 levels', 400, '['.repeat(20_000), 'application/yaml'],
  ['an alias within its anchor', 400, 'a: &a [*a]', 'application/yaml'],
  ['YAML that multiplies', 400, bomb(), 'application/yaml'],
  ['no protobuf', 400, 'abcd', 'application/vnd.kubernetes.protobuf'],
  ['protobuf without anything', 400, magic, 'application/vnd.kubernetes.protobuf'],
  [
    'a protobuf number without end',
    400,
    Buffer.concat([magic, Buffer.alloc(16, 0xff)]),
    'application/vnd.kubernetes.protobuf',
  ],
  [
    'a protobuf length beyond its end',
    400,
    Buffer.concat([magic, Buffer.from([0x0a, 0xff, 0xff, 0xff, 0x7f])]),
    'application/vnd.kubernetes.protobuf',
  ],
  [
    'a protobuf wire type that does not exist',
    400,
    Buffer.concat([magic, Buffer.from([0x0f, 1])]),
    'application/vnd.kubernetes.protobuf',
  ],
];

function bomb(): string {
  const lines = ['a: &a [x,x,x,x,x,x,x,x,x]'];
  for (const [from, to] of ['ab', 'bc', 'cd', 'de', 'ef', 'fg', 'gh'])
    lines.push(`${to}: &${to} [${`*${from},`.repeat(8)}*${from}]`);
  return lines.join('\n');
}

for (const [what, code, body, contentType] of bad) {
  test(`${what}: Status ${code}, nothing stored`, async (t) => {
    const answer = await post(body, contentType);
    t.is(answer.status?.code, code, answer.body.slice(0, 300));
    t.is(answer.code, code);
    t.is((await get(`${configMaps}/hostile`)).code, 404);
  });
}

test('keys of Object.prototype are data like any other', async (t) => {
  const data = { __proto__: null, constructor: 'b', toString: 'c', hasOwnProperty: 'd' };
  const text = JSON.stringify({ ...data }).replace('{', '{"__proto__":"a",');
  const labels = '{"constructor":"x","toString":"y"}';
  t.is(
    (
      await post(
        `{"kind":"ConfigMap","apiVersion":"v1","metadata":{"name":"keys","labels":${labels}},"data":${text},"__proto__":{"polluted":1}}`,
      )
    ).code,
    201,
  );
  const { body } = await get(`${configMaps}/keys`);
  t.true(body.includes('"__proto__":"a"') && body.includes('"constructor":"b"'), body);
  t.is(({} as { polluted?: number }).polluted, undefined);
  t.like(JSON.parse((await get(`${configMaps}?labelSelector=constructor%3Dx`)).body), { items: { length: 1 } });
  for (const path of [
    '/api/v1/__proto__',
    '/api/v1/constructor',
    '/apis/__proto__/v1/constructor',
    `${configMaps}/__proto__`,
    '/api/v1/namespaces/default/__proto__/x',
    '/api/v1/namespaces/default/pods/x/constructor',
  ]) {
    t.is((await get(path)).code, 404, path);
  }
});

test('integers keep all their digits, in JSON and in protobuf', async (t) => {
  const digits = '9007199254740993';
  const lease = (name: string) =>
    `{"kind":"Pod","apiVersion":"v1","metadata":{"name":"${name}"},"spec":{"containers":[{"name":"a","image":"a"}],"activeDeadlineSeconds":2147483647,"securityContext":{"runAsUser":2147483647},"tolerations":[{"key":"a","operator":"Exists","effect":"NoExecute","tolerationSeconds":${digits}}]}}`;
  const pods = '/api/v1/namespaces/default/pods';
  const created = await post(lease('digits'), 'application/json', pods);
  t.is(created.code, 201, created.body);
  t.true(created.body.includes(`"tolerationSeconds":${digits}`));
  const session = http2To(target);
  const stream = session.request({
    ':path': `${pods}/digits`,
    authorization: `Bearer ${target.token}`,
    accept: 'application/vnd.kubernetes.protobuf',
  });
  const protobuf = Buffer.concat((await stream.toArray()) as Buffer[]);
  // The same bytes come back as another object.
  const renamed = Buffer.from(protobuf.toString('latin1').replaceAll('digits', 'digitz'), 'latin1');
  const answer = await ask(
    session,
    target,
    {
      ':method': 'POST',
      ':path': `${pods}?dryRun=All`,
      'content-type': 'application/vnd.kubernetes.protobuf',
      accept: 'application/json',
    },
    renamed,
  );
  t.true(answer.body.includes(`"tolerationSeconds":${digits}`), answer.body.slice(0, 400));
  session.close();
});

const queries: ReadonlyArray<readonly [query: string, code: number]> = [
  ['limit=abc', 400],
  ['limit=99999999999999999999', 400],
  ['labelSelector=a%3D%3D%3D', 400],
  ['labelSelector=a%20in%20(', 400],
  [`labelSelector=${'a'.repeat(30_000)}`, 400],
  ['fieldSelector=nope%3Dx', 400],
  ['fieldSelector=%5C', 400],
  ['continue=abc', 400],
  ['continue=%F0%9F%98%80', 400],
  ['continue=eyJ2IjoibWV0YS5rOHMuaW8vdjEiLCJydiI6MSwic3RhcnQiOiIuLi8uLi9mb28ifQ', 400],
  ['resourceVersion=abc', 400],
  ['resourceVersion=-1', 400],
  ['resourceVersion=99999999999999999999999', 400],
  ['watch=1&timeoutSeconds=abc', 400],
  ['timeout=abc', 400],
  ['a;b&%zz=1&c', 200],
];
for (const [query, code] of queries) {
  test(`GET with ?${query.slice(0, 50)} gets ${code}`, async (t) => {
    const answer = await get(`${configMaps}?${query}`);
    t.is(answer.code, code, answer.body.slice(0, 300));
    if (code !== 200) t.is(answer.status?.code, code);
  });
}

const paths: ReadonlyArray<readonly [path: string, code: number]> = [
  ['//api/v1/namespaces/default', 404],
  ['/api//v1/namespaces/default', 404],
  ['/api/v1//namespaces/default', 404],
  ['/api/v1/namespaces//default', 404],
  ['/api/v1/namespaces/default/', 200],
  ['/api/v1/../v1/namespaces/default', 404],
  ['/./api/v1/namespaces/default', 404],
  ['/healthz/../metrics', 404],
  ['/api/v1/namespaces/default/configmaps/a%2fb', 404],
  ['/%61pi/v1/namespaces/default', 200],
  ['/api/v1/namespaces/default%00', 404],
  ['/api/v1/namespaces/de%ffault', 404],
  ['/api/v1/namespaces/%zz', 400],
  ['/api/v1/namespaces/100%', 400],
  ['/api/v1/namespaces/default/pods/a/b/c/d', 404],
];
for (const [path, code] of paths) {
  test(`GET ${path} gets ${code}`, async (t) => {
    const [answer] = await exchange(target, request(target, `GET ${path}`, ['Connection: close']));
    t.is(answer?.code, code, answer?.body);
  });
}

test('whatever is sent, a Status or an object comes back, and what failed has stored nothing', async (t) => {
  const session = http2To(target);
  const valid = `{"kind":"ConfigMap","apiVersion":"v1","metadata":{"name":"fuzz"},"data":{"a":"b"}}`;
  const mutated = fc
    .tuple(fc.nat(valid.length), fc.nat(8), fc.uint8Array({ maxLength: 8 }))
    .map(([at, cut, put]) => Buffer.concat([Buffer.from(valid.slice(0, at)), put, Buffer.from(valid.slice(at + cut))]));
  const body = fc.oneof(
    fc.uint8Array({ maxLength: 200 }).map((bytes) => Buffer.from(bytes)),
    mutated,
    fc.json().map((text) => Buffer.from(text)),
  );
  const segment = fc.oneof(
    fc.constantFrom('fuzz', 'default', '', '.', '..', '%2f', '%00', '__proto__', 'a b'),
    fc.string({ maxLength: 8 }),
  );
  const asked = fc.record({
    method: fc.constantFrom('GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS', 'HEAD'),
    name: segment,
    query: fc.oneof(
      fc.constant(''),
      fc.string({ maxLength: 20 }).map((text) => `?${encodeURIComponent(text).replaceAll('%3D', '=')}`),
    ),
    contentType: fc.constantFrom(
      'application/json',
      'application/yaml',
      'application/vnd.kubernetes.protobuf',
      'application/merge-patch+json',
      'application/json-patch+json',
      'application/strategic-merge-patch+json',
      'application/apply-patch+yaml',
      ';',
    ),
    body,
  });
  await fc.assert(
    fc.asyncProperty(asked, async ({ method, name, query, contentType, body: bytes }) => {
      const before = JSON.parse((await ask(session, target, { ':path': configMaps })).body) as {
        metadata: { resourceVersion: string };
      };
      const path = `${configMaps}${name === '' ? '' : `/${encodeURIComponent(name).replace('%252f', '%2f')}`}${query}`;
      const hasBody = method !== 'GET' && method !== 'HEAD';
      const answer = await ask(
        session,
        target,
        { ':method': method, ':path': path, 'content-type': contentType },
        hasBody ? bytes : undefined,
      );
      const text = `${method} ${path} ${contentType} ${bytes.toString('latin1')}: ${answer.code} ${answer.body}`;
      if (answer.code >= 200 && answer.code < 300) return;
      if (!(answer.code >= 400 && answer.code < 500)) throw new Error(text);
      const isText = answer.body === '404 page not found\n' || answer.body === '400 Bad Request';
      if (method !== 'HEAD' && !isText && statusOf(answer.body)?.code !== answer.code) throw new Error(text);
      const after = JSON.parse((await ask(session, target, { ':path': configMaps })).body) as typeof before;
      if (after.metadata.resourceVersion !== before.metadata.resourceVersion) throw new Error(`stored: ${text}`);
    }),
    { numRuns: 400 },
  );
  t.is((await ask(session, target, { ':path': '/readyz' })).code, 200);
  session.close();
});
