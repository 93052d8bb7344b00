/** The forms of answers and bodies, and how what cannot be had is refused. */
import test from 'ava';
import { type ApiUnderTest, configMap, startApiUnderTest } from './api-under-test.ts';

let api: ApiUnderTest;
test.before(async () => {
  api = await startApiUnderTest();
  await api.post(api.configMaps, configMap('subject', { labels: { a: 'b' } }));
});
test.after.always(() => api?.stop());

const subject = (): string => `${api.configMaps}/subject`;
const view = (as: string, type = 'application/json') => `${type};as=${as};v=v1;g=meta.k8s.io`;
const typeOf = (headers: { readonly [name: string]: string | string[] | undefined }) => headers['content-type'];
const protobuf = 'application/vnd.kubernetes.protobuf';

test('an object comes as JSON, YAML or protobuf', async (t) => {
  const yaml = await api.get(subject(), { accept: 'application/yaml' });
  t.is(typeOf(yaml.headers), 'application/yaml');
  t.regex(yaml.bytes.toString(), /^apiVersion: v1\ndata:\n {2}a: "1"\nkind: ConfigMap\n/);
  const binary = await api.get(subject(), { accept: protobuf });
  t.is(typeOf(binary.headers), protobuf);
  t.is(binary.bytes.subarray(0, 4).toString('latin1'), 'k8s\0');
});

test('a body may be YAML or protobuf too', async (t) => {
  const yaml = 'kind: ConfigMap\napiVersion: v1\nmetadata:\n  name: from-yaml\ndata:\n  a: "1"\n';
  t.is((await api.send('POST', api.configMaps, { body: yaml, contentType: 'application/yaml' })).status, 201);
  const { bytes } = await api.get(subject(), { accept: protobuf });
  t.is((await api.send('PUT', subject(), { body: bytes, contentType: protobuf })).status, 200);
  const other = await api.send('POST', api.configMaps, { body: 'x', contentType: 'text/plain' });
  t.like(other.body, { code: 415, reason: 'UnsupportedMediaType' });
  t.regex(
    other.body.message ?? '',
    /accepted media types include: application\/json, application\/yaml, application\/vnd\.kubernetes\.protobuf$/,
  );
});

test('tables show the columns of the kind, with as much of the object as is asked for', async (t) => {
  const table = async (query: string) => {
    const { body } = await api.get(`${subject()}?${query}`, { accept: view('Table') });
    return body as unknown as {
      kind: string;
      columnDefinitions: { name: string }[];
      rows: { cells: unknown[]; object: { kind: string } | null }[];
    };
  };
  const { kind, columnDefinitions, rows } = await table('');
  t.is(kind, 'Table');
  t.deepEqual(
    columnDefinitions.map(({ name }) => name),
    ['Name', 'Data', 'Age'],
  );
  t.deepEqual(rows[0]?.cells.slice(0, 2), ['subject', 1]);
  t.is(rows[0]?.object?.kind, 'PartialObjectMetadata');
  t.is((await table('includeObject=Object')).rows[0]?.object?.kind, 'ConfigMap');
  t.is((await table('includeObject=None')).rows[0]?.object, null);
  t.is((await api.get(`${subject()}?includeObject=All`, { accept: view('Table') })).body.code, 400);
});

test('metadata alone comes for objects and lists, each under its own name', async (t) => {
  const one = await api.get(subject(), { accept: view('PartialObjectMetadata') });
  t.like(one.body, { kind: 'PartialObjectMetadata', apiVersion: 'meta.k8s.io/v1', metadata: { labels: { a: 'b' } } });
  t.is(one.body.data, undefined);
  const many = await api.get(api.configMaps, { accept: view('PartialObjectMetadataList') });
  t.is(many.body.items?.[0]?.kind, 'PartialObjectMetadata');
  t.is(
    (await api.get(api.configMaps, { accept: view('PartialObjectMetadata') })).body.message,
    'you requested PartialObjectMetadata, but the requested object is a list (*core.ConfigMapList)',
  );
});

test('the first thing that can be had wins, by quality and precision', async (t) => {
  const typeFor = async (accept: string) => typeOf((await api.get(subject(), { accept })).headers);
  t.is(await typeFor(`${view('Table', protobuf)},application/yaml`), 'application/yaml');
  t.is(await typeFor('application/yaml;q=0.5,application/json'), 'application/json');
  t.is(await typeFor('text/html,*/*'), 'application/json');
  t.is(await typeFor('*/*,application/yaml'), 'application/yaml');
});

test('what cannot be had is 406, in the words of whoever noticed', async (t) => {
  const routed = await api.get(subject(), { accept: 'text/html' });
  t.like(routed.body, {
    code: 406,
    reason: 'NotAcceptable',
    message: `406: Not Acceptable\n\nAvailable representations: application/json, application/yaml, ${protobuf}`,
  });
  t.true(routed.bytes.toString().startsWith('{\n  "kind": "Status"'), 'indented, for people');
  const viewed = await api.get(subject(), { accept: view('Chair') });
  t.is(
    viewed.body.message,
    `only the following media types are accepted: application/json, application/yaml, ${protobuf}`,
  );
  const watched = await api.get(`${api.configMaps}?watch=true`, { accept: 'application/yaml' });
  t.is(watched.status, 406);
});

test('failures come in the form that the client accepts', async (t) => {
  const { status, headers, bytes } = await api.get(`${api.configMaps}/nothing`, { accept: 'application/yaml' });
  t.is(status, 404);
  t.is(typeOf(headers), 'application/yaml');
  t.regex(bytes.toString(), /\nreason: NotFound\n/);
});

test('paths without a resource are 404, methods without a route 405', async (t) => {
  const code = async (method: string, path: string) => {
    const { status, body } = await api.send(method, path);
    return [status, body.message];
  };
  const missing = 'the server could not find the requested resource';
  const refused = 'the server does not allow this method on the requested resource';
  t.deepEqual(await code('GET', '/api/v1/nothings'), [404, missing]);
  t.deepEqual(await code('GET', '/apis/apps/v9'), [404, missing]);
  t.deepEqual(await code('GET', '/api//v1/configmaps'), [404, missing]);
  t.deepEqual(await code('GET', '/apis/nothing.example.com/v1'), [404, undefined]);
  t.deepEqual(await code('GET', `${subject()}/nothing`), [404, missing]);
  t.deepEqual(await code('PATCH', api.configMaps), [405, refused]);
  t.deepEqual(await code('OPTIONS', api.configMaps), [405, refused]);
  t.deepEqual(await code('POST', '/api/v1/configmaps'), [405, refused]);
  t.deepEqual(await code('POST', '/version'), [405, refused]);
  t.is((await api.send('HEAD', subject())).status, 405);
});

test('names that a path cannot have are refused, and escapes are read', async (t) => {
  t.is((await api.get(`${api.configMaps}/%2e%2e`)).body.message, `Name parameter invalid: "..": may not be '..'`);
  t.is((await api.get(`${api.configMaps}/sub%6Aect`)).status, 200);
  t.is((await api.get(`${api.configMaps}/%zz`)).status, 400);
});

test('discovery is aggregated for those who ask, under an ETag', async (t) => {
  const accept = 'application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList';
  const reply = await api.get('/apis', { accept: `application/json,${accept}` });
  t.is(typeOf(reply.headers), accept);
  t.is(reply.body.kind, 'APIGroupDiscoveryList');
  t.regex(String(reply.headers.etag), /^"[0-9A-F]{128}"$/);
  t.is((await api.get('/apis')).body.kind, 'APIGroupList');
  t.is((await api.get('/apis', { accept: accept.replace('v2', 'v9') })).status, 406);
});

test('an export is refused, and so is a time limit that is none', async (t) => {
  t.is((await api.get(`${subject()}?export=true`)).status, 400);
  t.is(
    (await api.get(`${subject()}?timeout=soon`)).body.message,
    'invalid timeout specified in the request URL - time: invalid duration "soon"',
  );
});
