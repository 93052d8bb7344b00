/** Custom resources as clients see them: from the definition to the last object. */
import test from 'ava';
import { type ApiUnderTest, type Json, type Reply, startApiUnderTest } from './api-under-test.ts';

let api: ApiUnderTest;
test.before(async () => {
  api = await startApiUnderTest();
});
test.after.always(() => api?.stop());

const definitions = '/apis/apiextensions.k8s.io/v1/customresourcedefinitions';
type Fields = { readonly [key: string]: Json };

/** One kind for each claim: they run side by side. */
class Kind {
  readonly group: string;
  readonly path: string;
  readonly definition: string;

  constructor(name: string) {
    this.group = `${name}.${api.namespace}.example.com`;
    this.path = `/apis/${this.group}/v1/namespaces/${api.namespace}/things`;
    this.definition = `${definitions}/things.${this.group}`;
  }

  async define(properties: Fields, version: Fields = {}, spec: Fields = {}): Promise<void> {
    const openAPIV3Schema = { type: 'object', properties: { spec: { type: 'object', properties } } };
    const one = { name: 'v1', served: true, storage: true, schema: { openAPIV3Schema }, ...version };
    const made = await api.post(definitions, {
      apiVersion: 'apiextensions.k8s.io/v1',
      kind: 'CustomResourceDefinition',
      metadata: { name: `things.${this.group}` },
      spec: {
        group: this.group,
        scope: 'Namespaced',
        names: { plural: 'things', kind: 'Thing' },
        versions: [one],
        ...spec,
      },
    });
    if (made.status !== 201) throw new Error(made.bytes.toString());
    await until(
      () => api.get(this.definition),
      ({ bytes }) => bytes.includes('"InitialNamesAccepted"'),
    );
    await until(
      () => api.get(this.path),
      ({ status }) => status === 200,
    );
  }

  object(name: string, spec: Json, more: Fields = {}): Fields {
    return { apiVersion: `${this.group}/v1`, kind: 'Thing', metadata: { name }, spec, ...more };
  }

  create(name: string, spec: Json, more: Fields = {}): Promise<Reply> {
    return api.post(this.path, this.object(name, spec, more));
  }

  async gone(): Promise<void> {
    await api.remove(this.definition);
    await until(
      () => api.get(this.definition),
      ({ status }) => status === 404,
    );
  }
}

/** What a server does on its own takes a moment; asking again is all that a client can do. */
async function until(ask: () => Promise<Reply>, holds: (reply: Reply) => boolean): Promise<Reply> {
  for (let attempt = 0; ; attempt++) {
    const reply = await ask();
    if (holds(reply)) return reply;
    if (attempt > 400) throw new Error(`never came about: ${reply.bytes.toString()}`);
    await new Promise((resolve) => setTimeout(resolve, 25));
  }
}

test('objects are pruned, defaulted and validated by the schema of their definition', async (t) => {
  const kind = new Kind('schema');
  await kind.define({ size: { type: 'integer', minimum: 1 }, colour: { type: 'string', default: 'red' } });
  const made = await kind.create('one', { size: 2, shape: 'round' });
  t.is(made.status, 201);
  t.deepEqual(made.body.spec, { size: 2, colour: 'red' });
  t.regex(String(made.headers.warning), /unknown field \\"spec\.shape\\"/);
  const refused = await kind.create('two', { size: 0 });
  t.like(refused.body, { code: 422, reason: 'Invalid' });
  t.deepEqual(refused.body.details?.causes, [
    {
      reason: 'FieldValueInvalid',
      message: 'Invalid value: 0: spec.size in body should be greater than or equal to 1',
      field: 'spec.size',
    },
  ]);
  await kind.gone();
});

test('an object may hold on to a finalizer of any name, when it is made and when it is changed', async (t) => {
  const kind = new Kind('finalizers');
  await kind.define({ size: { type: 'integer' } });
  const finalizers = ['resources-finalizer.example.com'];
  t.is((await kind.create('one', { size: 1 }, { metadata: { name: 'one', finalizers } })).status, 201);
  const path = `${kind.path}/one`;
  const changed = await api.patch(path, 'merge', { spec: { size: 2 } });
  t.is(changed.status, 200, changed.bytes.toString());
  const added = { metadata: { finalizers: [...finalizers, 'another.example.com'] } };
  t.is((await api.patch(path, 'merge', added)).status, 200);
  t.is((await api.patch(path, 'merge', { metadata: { finalizers: [] } })).status, 200);
  await kind.gone();
});

test('the status of a new object has its defaults, also in a dry run', async (t) => {
  const kind = new Kind('statuses');
  const status = { type: 'object', default: { phase: 'Pending' }, properties: { phase: { type: 'string' } } };
  const properties = { spec: { type: 'object' }, status };
  await kind.define({}, { schema: { openAPIV3Schema: { type: 'object', properties } }, subresources: { status: {} } });
  const tried = await api.post(`${kind.path}?dryRun=All`, kind.object('one', {}, { status: { phase: 'Done' } }));
  t.deepEqual(tried.body.status, { phase: 'Pending' });
  t.deepEqual((await kind.create('one', {})).body.status, { phase: 'Pending' });
  await kind.gone();
});

test('a list that comes to be there, empty, is a change of the object', async (t) => {
  const kind = new Kind('empties');
  await kind.define({ sizes: { type: 'array', items: { type: 'integer' } } });
  await kind.create('one', {});
  const changed = await api.patch(`${kind.path}/one`, 'merge', { spec: { sizes: [] } });
  t.is(changed.body.metadata.generation, 2);
  const same = await api.patch(`${kind.path}/one`, 'merge', { spec: { sizes: [] } });
  t.is(same.body.metadata.generation, 2);
  await kind.gone();
});

test('rules are not checked of an object whose metadata already is incomplete, and it is said', async (t) => {
  const kind = new Kind('unchecked');
  const rule = { rule: 'self >= 5', message: 'too small' };
  await kind.define({ size: { type: 'integer', 'x-kubernetes-validations': [rule] } });
  const refused = await kind.create('', { size: 1 }, { metadata: {} });
  t.is(refused.status, 422);
  const causes = (refused.body.details?.causes ?? []).map(({ field, message }) => `${field}: ${message}`);
  t.is(causes[0], 'metadata.name: Required value: name or generateName is required');
  t.regex(causes[1] ?? '', /^<nil>: Invalid value: null: some validation rules were not checked/);
  t.is(causes.length, 2);
  await kind.gone();
});

test('a rule that could cost too much is refused, until what it goes through is bounded', async (t) => {
  const kind = new Kind('costly');
  const rule = 'self.all(a, self.all(b, a == b))';
  const names = (bounds: Fields): Fields => ({
    type: 'array',
    items: { type: 'string', maxLength: 63 },
    'x-kubernetes-validations': [{ rule }],
    ...bounds,
  });
  const { message } = await t.throwsAsync(kind.define({ names: names({}) }));
  t.regex(message, /estimated rule cost exceeds budget by factor of more than 100x/);
  await kind.define({ names: names({ maxItems: 10 }) });
  await kind.gone();
});

test('a narrower schema shows in what is read, and lets pass what was wrong before', async (t) => {
  const kind = new Kind('narrower');
  await kind.define({ a: { type: 'string' }, b: { type: 'string' } });
  await kind.create('one', { a: 'long', b: 'x' });
  const properties = {
    spec: { type: 'object', properties: { a: { type: 'string', maxLength: 2 }, c: { type: 'string', default: 'z' } } },
  };
  const path = '/spec/versions/0/schema/openAPIV3Schema';
  await api.patch(kind.definition, 'json', [{ op: 'replace', path, value: { type: 'object', properties } }]);
  const read = await until(
    () => api.get(`${kind.path}/one`),
    ({ body }) => body.spec?.c === 'z',
  );
  t.deepEqual(read.body.spec, { a: 'long', c: 'z' });
  t.is((await api.patch(`${kind.path}/one`, 'merge', { spec: { c: 'y' } })).status, 200);
  t.is((await api.patch(`${kind.path}/one`, 'merge', { spec: { a: 'other' } })).status, 422);
  await kind.gone();
});

test('a watch sees the objects of a custom kind come, change and go', async (t) => {
  const kind = new Kind('watch');
  await kind.define({ a: { type: 'string' } });
  const { body } = await api.get(kind.path);
  const events = api.watch(`${kind.path}?watch=true&resourceVersion=${String(body.metadata.resourceVersion)}`, 3);
  await kind.create('one', { a: 'x' });
  await api.patch(`${kind.path}/one`, 'merge', { spec: { a: 'y' } });
  await api.remove(`${kind.path}/one`);
  t.deepEqual(
    (await events).map(({ type, object }) => [type, object.spec?.a]),
    [
      ['ADDED', 'x'],
      ['MODIFIED', 'y'],
      ['DELETED', 'y'],
    ],
  );
  await kind.gone();
});

test('a definition goes when its last object has gone, and makes none meanwhile', async (t) => {
  const kind = new Kind('deletion');
  await kind.define({});
  await kind.create('free', {});
  await kind.create('held', {}, { metadata: { name: 'held', finalizers: ['example.com/held'] } });
  await api.remove(kind.definition);
  await until(
    () => api.get(`${kind.path}/free`),
    ({ status }) => status === 404,
  );
  t.like((await kind.create('late', {})).body, { code: 403, reason: 'Forbidden' });
  await api.patch(`${kind.path}/held`, 'merge', { metadata: { finalizers: null } });
  await until(
    () => api.get(kind.definition),
    ({ status }) => status === 404,
  );
  await until(
    () => api.get(kind.path),
    ({ status }) => status === 404,
  );
  await kind.define({});
  t.deepEqual((await api.get(kind.path)).body.items, []);
  await kind.gone();
});

test('an object is read in every version that is served, each with its own fields', async (t) => {
  const kind = new Kind('versions');
  const version = (name: string, storage: boolean, field: string): Fields => ({
    name,
    served: true,
    storage,
    schema: {
      openAPIV3Schema: {
        type: 'object',
        properties: { spec: { type: 'object', properties: { both: { type: 'string' }, [field]: { type: 'string' } } } },
      },
    },
  });
  await kind.define({}, {}, { versions: [version('v1', false, 'one'), version('v2', true, 'two')] });
  const inV2 = kind.path.replace('/v1/', '/v2/');
  t.deepEqual((await kind.create('a', { both: 'x', one: 'y' })).body.spec, { both: 'x' });
  const two = { ...kind.object('b', { both: 'x', two: 'y' }), apiVersion: `${kind.group}/v2` };
  t.deepEqual((await api.post(inV2, two)).body.spec, { both: 'x', two: 'y' });
  t.like((await api.get(`${kind.path}/b`)).body, { apiVersion: `${kind.group}/v1`, spec: { both: 'x' } });
  t.deepEqual((await api.get(`/apis/${kind.group}`)).body, {
    ...(await api.get(`/apis/${kind.group}`)).body,
    preferredVersion: { groupVersion: `${kind.group}/v2`, version: 'v2' },
  });
  await kind.gone();
});

test('a name that another definition of the group has is not accepted until it is free', async (t) => {
  const kind = new Kind('names');
  await kind.define({});
  const name = `others.${kind.group}`;
  const schema = { openAPIV3Schema: { type: 'object' } };
  await api.post(definitions, {
    apiVersion: 'apiextensions.k8s.io/v1',
    kind: 'CustomResourceDefinition',
    metadata: { name },
    spec: {
      group: kind.group,
      scope: 'Namespaced',
      names: { plural: 'others', kind: 'Thing' },
      versions: [{ name: 'v1', served: true, storage: true, schema }],
    },
  });
  const refused = await until(
    () => api.get(`${definitions}/${name}`),
    ({ bytes }) => bytes.includes('ListKindConflict'),
  );
  t.true(refused.bytes.includes('is already in use'));
  t.is((await api.get(kind.path.replace('things', 'others'))).status, 404);
  await kind.gone();
  await until(
    () => api.get(`${definitions}/${name}`),
    ({ bytes }) => bytes.includes('InitialNamesAccepted'),
  );
  t.pass();
  await api.remove(`${definitions}/${name}`);
});

test('custom resources have no protobuf form for any verb, but their metadata has', async (t) => {
  const kind = new Kind('forms');
  await kind.define({ a: { type: 'string' } });
  await kind.create('one', { a: 'x' });
  const one = `${kind.path}/one`;
  const protobuf = 'application/vnd.kubernetes.protobuf';
  const object = kind.object('two', { a: 'y' });
  const asks: readonly (readonly [method: string, path: string, body?: Fields, type?: string])[] = [
    ['GET', one],
    ['GET', kind.path],
    ['GET', `${kind.path}?watch=1`],
    ['POST', `${kind.path}?dryRun=All`, object],
    ['PUT', `${one}?dryRun=All`, kind.object('one', {})],
    ['PATCH', `${one}?dryRun=All`, { spec: {} }, 'application/merge-patch+json'],
    ['PATCH', `${one}?dryRun=All&fieldManager=m&force=true`, kind.object('one', {}), 'application/apply-patch+yaml'],
  ];
  for (const [method, path, body, contentType = 'application/json'] of asks) {
    const sent = body === undefined ? {} : { body, contentType };
    const label = `${method} ${path}`;
    const none = await api.send(method, path, { ...sent, accept: protobuf });
    // The refusal itself comes as protobuf.
    t.is(none.status, 406, label);
    t.true(none.bytes.includes('only the following media types are accepted: application/json'), label);
    if (body === undefined) continue;
    const odd = await api.send(method, path, { body, contentType: 'text/plain' });
    t.like(odd.body, { code: 415, reason: 'UnsupportedMediaType' }, label);
  }
  for (const contentType of [protobuf, 'application/strategic-merge-patch+json']) {
    const patched = await api.send('PATCH', one, { body: { spec: {} }, contentType, accept: 'application/json' });
    t.like(patched.body, { code: 415, reason: 'UnsupportedMediaType' });
    t.regex(
      patched.body.message ?? '',
      /json-patch\+json, application\/merge-patch\+json, application\/apply-patch\+yaml$/,
    );
  }
  const json = await api.get(one, { accept: `${protobuf},application/json` });
  t.like(json.body, { kind: 'Thing', spec: { a: 'x' } });

  const view = (as: string) => `${protobuf};as=${as};v=v1;g=meta.k8s.io`;
  const magic = (bytes: Buffer, at = 0) => bytes.subarray(at, at + 4).toString('latin1');
  const metadata = await api.get(one, { accept: view('PartialObjectMetadata') });
  t.is(metadata.headers['content-type'], protobuf);
  t.is(magic(metadata.bytes), 'k8s\0');
  t.is(magic((await api.get(kind.path, { accept: view('PartialObjectMetadataList') })).bytes), 'k8s\0');
  // A frame has its length before it, and one event within.
  const watched = await api.get(`${kind.path}?watch=1&timeoutSeconds=1`, { accept: view('PartialObjectMetadata') });
  t.is(watched.headers['content-type'], `${protobuf};stream=watch`);
  t.is(watched.bytes.readUInt32BE(0), watched.bytes.length - 4);
  t.true(watched.bytes.includes('ADDED'));
  t.true(watched.bytes.includes('k8s\0'));
  t.like((await api.get(one, { accept: view('Table') })).body, { code: 406 });
  await kind.gone();
});
