/** Versions of a custom resource that a webhook converts, as clients see them. */
import test from 'ava';
import { startWebhookServer, type WebhookRequest, type WebhookServer } from '../webhook-server.ts';
import { type ApiUnderTest, type Body, type Json, type Reply, startApiUnderTest } from './api-under-test.ts';

interface Endpoint {
  kind?: string;
  apiVersion: string;
  metadata?: { name?: string; labels?: Record<string, Json>; finalizers?: string[] };
  spec?: { hostPort?: string; host?: string; port?: string; unknown?: number };
}

interface Review {
  readonly kind: string;
  readonly apiVersion: string;
  readonly request: { readonly uid: string; readonly desiredAPIVersion: string; readonly objects: readonly Endpoint[] };
}

let api: ApiUnderTest;
let webhook: WebhookServer;
/** What the webhook of a kind was asked, by the kind's name. */
const asked = new Map<string, Review['request'][]>();

test.before(async () => {
  [api, webhook] = await Promise.all([startApiUnderTest(), startWebhookServer(answer)]);
});
test.after.always(async () => {
  await api?.stop();
  await webhook?.stop();
});

/** The path says how: /kind/mode. */
function answer({ path, body, response }: WebhookRequest): unknown {
  const [, kind = '', mode = ''] = path.split('/');
  const { request, ...review } = body as Review;
  asked.set(kind, [...(asked.get(kind) ?? []), request]);
  const convertedObjects: unknown[] = request.objects.map((object) =>
    converted(object, request.desiredAPIVersion, mode),
  );
  const result: Json = mode === 'refuses' ? { status: 'Failure', message: 'not today' } : { status: 'Success' };
  switch (mode) {
    case 'broken':
      response.writeHead(500, { 'content-type': 'text/plain' }).end('out of order');
      return undefined;
    case 'garbage':
      response.end('<html>');
      return undefined;
    case 'hangs-up':
      response.destroy();
      return undefined;
    case 'uid':
      return { ...review, response: { uid: 'other', convertedObjects, result } };
    case 'count':
      return { ...review, response: { uid: request.uid, convertedObjects: [], result } };
    case 'other-kind':
      return { ...review, kind: 'AdmissionReview' };
    case 'nothing':
      return { kind: review.kind, apiVersion: review.apiVersion };
    default:
      return { ...review, response: { uid: request.uid, convertedObjects, result } };
  }
}

function converted(object: Endpoint, apiVersion: string, mode: string): unknown {
  const copy = { ...structuredClone(object), apiVersion };
  const { hostPort = ':', host = '', port = '' } = object.spec ?? {};
  const [newHost, newPort] = hostPort.split(':');
  copy.spec = apiVersion.endsWith('/v1') ? { hostPort: `${host}:${port}` } : { host: newHost, port: newPort };
  const metadata = copy.metadata ?? {};
  if (mode === 'renames') metadata.name = 'other';
  if (mode === 'labels') Object.assign(metadata, { labels: { of: apiVersion.split('/')[1] }, finalizers: ['a.b/c'] });
  if (mode === 'bad-labels') metadata.labels = { x: 'y y' };
  if (mode === 'versions') copy.apiVersion = 'other/v1';
  if (mode === 'more') copy.spec.unknown = 1;
  return copy;
}

const definitions = '/apis/apiextensions.k8s.io/v1/customresourcedefinitions';

class Kind {
  readonly name: string;
  readonly group: string;
  readonly definition: string;

  constructor(name: string) {
    this.name = name;
    this.group = `${name}.${api.namespace}.example.com`;
    this.definition = `${definitions}/endpoints.${this.group}`;
  }

  path(version: string, name = ''): string {
    const path = `/apis/${this.group}/${version}/namespaces/${api.namespace}/endpoints`;
    return name === '' ? path : `${path}/${name}`;
  }

  async define(mode: string, reviews: readonly string[] = ['v1']): Promise<void> {
    const version = (name: string, fields: readonly string[], storage: boolean): Json => ({
      name,
      storage,
      served: true,
      selectableFields: [{ jsonPath: `.spec.${fields[0]}` }],
      additionalPrinterColumns: [{ name: 'First', type: 'string', jsonPath: `.spec.${fields[0]}` }],
      schema: {
        openAPIV3Schema: {
          type: 'object',
          properties: {
            spec: {
              type: 'object',
              properties: Object.fromEntries(fields.map((field) => [field, { type: 'string' }])),
            },
          },
        },
      },
    });
    const made = await api.post(definitions, {
      apiVersion: 'apiextensions.k8s.io/v1',
      kind: 'CustomResourceDefinition',
      metadata: { name: `endpoints.${this.group}` },
      spec: {
        group: this.group,
        scope: 'Namespaced',
        names: { plural: 'endpoints', kind: 'Endpoint' },
        conversion: {
          strategy: 'Webhook',
          webhook: { conversionReviewVersions: reviews, clientConfig: this.#at(mode) },
        },
        versions: [version('v1', ['hostPort'], true), version('v2', ['host', 'port'], false)],
      },
    });
    if (made.status !== 201) throw new Error(made.bytes.toString());
    await until(
      () => api.get(this.path('v1')),
      ({ status }) => status === 200,
    );
  }

  /** From now on the webhook answers so; resolves when the server calls it. */
  async turn(mode: string): Promise<void> {
    await api.patch(this.definition, 'merge', { spec: { conversion: { webhook: { clientConfig: this.#at(mode) } } } });
    await this.#settled();
  }

  async store(version: 'v1' | 'v2'): Promise<void> {
    const versions = ['v1', 'v2'].map((name, index) => ({
      op: 'replace',
      path: `/spec/versions/${index}/storage`,
      value: name === version,
    }));
    await api.patch(this.definition, 'json', versions);
    await this.#settled();
  }

  /** Upstream serves by a new definition a moment later. */
  async #settled(): Promise<void> {
    if (process.env.KUBECONFIG !== undefined) await new Promise((resolve) => setTimeout(resolve, 1500));
  }

  #at(mode: string): Json {
    return { url: `${webhook.url}/${this.name}/${mode}`, caBundle: webhook.caBundle };
  }

  create(version: string, name: string, spec: Json): Promise<Reply> {
    const object = { apiVersion: `${this.group}/${version}`, kind: 'Endpoint', metadata: { name }, spec };
    return api.post(this.path(version), object);
  }

  async gone(): Promise<void> {
    await api.remove(this.definition);
    await until(
      () => api.get(this.definition),
      ({ status }) => status === 404,
    );
  }
}

async function until(ask: () => Promise<Reply>, holds: (reply: Reply) => boolean): Promise<Reply> {
  for (let attempt = 0; ; attempt++) {
    const reply = await ask();
    if (holds(reply)) return reply;
    if (attempt > 400) throw new Error(`never came about: ${reply.bytes.toString()}`);
    await new Promise((resolve) => setTimeout(resolve, 25));
  }
}

const specs = ({ body }: Reply) => body.items?.map(({ apiVersion, spec }) => [apiVersion?.split('/')[1], spec]);

test('every version shows every object in its own form, whatever it was made in and is stored in', async (t) => {
  const kind = new Kind('forms');
  await kind.define('converts');
  const first = await kind.create('v1', 'one', { hostPort: 'a:1' });
  t.is(first.status, 201);
  const second = await kind.create('v2', 'two', { host: 'b', port: '2' });
  t.like(second.body, { apiVersion: `${kind.group}/v2`, spec: { host: 'b', port: '2' } });
  const inV1 = [
    ['v1', { hostPort: 'a:1' }],
    ['v1', { hostPort: 'b:2' }],
  ];
  const inV2 = [
    ['v2', { host: 'a', port: '1' }],
    ['v2', { host: 'b', port: '2' }],
  ];
  t.deepEqual(specs(await api.get(kind.path('v1'))), inV1);
  t.deepEqual(specs(await api.get(kind.path('v2'))), inV2);
  t.like((await api.get(kind.path('v2', 'one'))).body.spec, { host: 'a', port: '1' });

  await kind.store('v2');
  await kind.create('v1', 'three', { hostPort: 'c:3' });
  t.deepEqual(specs(await api.get(kind.path('v1'))), [
    ...inV1.slice(0, 1),
    ['v1', { hostPort: 'c:3' }],
    ...inV1.slice(1),
  ]);
  t.deepEqual(specs(await api.get(kind.path('v2'))), [
    ...inV2.slice(0, 1),
    ['v2', { host: 'c', port: '3' }],
    ...inV2.slice(1),
  ]);
  // Written again, an object moves to the version that is stored now: another revision, and nothing else new.
  const one = await api.get(kind.path('v1', 'one'));
  const again = await api.patch(kind.path('v1', 'one'), 'merge', {});
  t.not(again.body.metadata.resourceVersion, one.body.metadata.resourceVersion);
  t.is(again.body.metadata.generation, 1);
  const still = await api.patch(kind.path('v1', 'one'), 'merge', {});
  t.is(still.body.metadata.resourceVersion, again.body.metadata.resourceVersion);
  await kind.gone();
});

test('selectors, tables and pages are those of the version that is asked for', async (t) => {
  const kind = new Kind('reads');
  await kind.define('labels');
  for (const [name, host] of Object.entries({ one: 'a', two: 'b', three: 'a' })) {
    await kind.create('v2', name, { host, port: '1' });
  }
  const names = ({ body }: Reply) => body.items?.map(({ metadata }) => metadata.name);
  t.deepEqual(names(await api.get(`${kind.path('v2')}?fieldSelector=spec.host%3Da`)), ['one', 'three']);
  t.deepEqual(names(await api.get(`${kind.path('v1')}?fieldSelector=spec.hostPort%3Db:1`)), ['two']);
  t.is((await api.get(`${kind.path('v1')}?fieldSelector=spec.host%3Da`)).status, 400);
  t.is(names(await api.get(`${kind.path('v2')}?labelSelector=of%3Dv2`))?.length, 3);
  const page = await api.get(`${kind.path('v2')}?limit=2`);
  t.deepEqual(names(page), ['one', 'three']);
  t.deepEqual(names(await api.get(`${kind.path('v2')}?limit=2&continue=${page.body.metadata.continue}`)), ['two']);
  const accept = 'application/json;as=Table;v=v1;g=meta.k8s.io';
  const table = (await api.get(kind.path('v2', 'one'), { accept })).body as Body & { rows: { cells: unknown[] }[] };
  t.deepEqual(table.rows[0]?.cells, ['one', 'a']);
  // Finalizers are not the webhook's to set.
  const { metadata } = (await api.get(kind.path('v2', 'one'))).body;
  t.is(metadata.finalizers, undefined);
  t.deepEqual(metadata.labels, { of: 'v2' });
  await kind.gone();
});

test('a watch shows what was made in another version as its own, and what leaves its selector as deleted', async (t) => {
  const kind = new Kind('watches');
  await kind.define('converts');
  const from = (await api.get(kind.path('v2'))).body.metadata.resourceVersion;
  await kind.create('v1', 'one', { hostPort: 'a:1' });
  await api.patch(kind.path('v1', 'one'), 'merge', { spec: { hostPort: 'b:1' } });
  await api.remove(kind.path('v1', 'one'));
  const events = await api.watch(`${kind.path('v2')}?watch=1&resourceVersion=${from}`, 3);
  const shown = events.map(({ type, object }) => [type, object.apiVersion, object.spec]);
  const v2 = `${kind.group}/v2`;
  t.deepEqual(shown, [
    ['ADDED', v2, { host: 'a', port: '1' }],
    ['MODIFIED', v2, { host: 'b', port: '1' }],
    ['DELETED', v2, { host: 'b', port: '1' }],
  ]);
  const selective = await api.watch(
    `${kind.path('v2')}?watch=1&resourceVersion=${from}&fieldSelector=spec.host%3Da`,
    2,
  );
  t.deepEqual(
    selective.map(({ type, object }) => [type, object.spec?.host]),
    [
      ['ADDED', 'a'],
      ['DELETED', 'a'],
    ],
  );
  await kind.gone();
});

test('updates, patches and applies happen in their own version, with owners in both', async (t) => {
  const kind = new Kind('writes');
  await kind.define('converts');
  await kind.create('v1', 'one', { hostPort: 'a:1' });
  const { body } = await api.get(kind.path('v2', 'one'));
  const put = await api.put(kind.path('v2', 'one'), { ...body, spec: { host: 'b', port: '2' } } as unknown as Json);
  t.like(put.body, { spec: { host: 'b', port: '2' }, metadata: { generation: 2 } });
  t.like((await api.get(kind.path('v1', 'one'))).body.spec, { hostPort: 'b:2' });

  const apply = (version: string, manager: string, spec: Json) =>
    api.send('PATCH', `${kind.path(version, 'two')}?fieldManager=${manager}`, {
      contentType: 'application/apply-patch+yaml',
      body: { apiVersion: `${kind.group}/${version}`, kind: 'Endpoint', metadata: { name: 'two' }, spec },
    });
  t.is((await apply('v1', 'ann', { hostPort: 'c:3' })).status, 201);
  // What ann owned as one text she owns as two: the port that she applies no more stays, since no version says it was removed.
  t.like((await apply('v2', 'ann', { host: 'd' })).body.spec, { host: 'd', port: '3' });
  const conflict = await apply('v2', 'ben', { host: 'e' });
  t.like(conflict.body, { code: 409, reason: 'Conflict' });
  t.like(conflict.body.details?.causes?.[0], { reason: 'FieldManagerConflict', field: '.spec.host' });
  await kind.gone();
});

const about = (kind: Kind) => `conversion webhook for ${kind.group}/v1, Kind=Endpoint`;
const failures: Record<string, (kind: Kind) => string | RegExp> = {
  broken: (kind) =>
    `${about(kind)} failed: an error on the server ("out of order") has prevented the request from succeeding`,
  garbage: (kind) => new RegExp(`^${about(kind)} failed: couldn't get version/kind; json parse error: `),
  'hangs-up': (kind) => new RegExp(`^${about(kind)} failed: Post "${webhook.url}/fails/hangs-up\\?timeout=30s": EOF$`),
  uid: (kind) => new RegExp(`^${about(kind)} failed: expected response.uid="[-0-9a-f]{36}", got "other"$`),
  count: (kind) => `${about(kind)} returned 0 objects, expected 1`,
  'other-kind': (kind) => new RegExp(`^${about(kind)} failed: no kind "AdmissionReview" is registered for version`),
  nothing: (kind) => `${about(kind)} failed: no response provided`,
  refuses: (kind) => `${about(kind)} failed: not today`,
  renames: (kind) => `${about(kind)} returned invalid object: must have the same name: one != other`,
  'bad-labels': (kind) =>
    new RegExp(`^${about(kind)} returned invalid metadata: metadata.labels: Invalid value: "y y": `),
  versions: (kind) =>
    `${about(kind)} returned invalid object at index 0: invalid groupVersion (expected ${kind.group}/v2, received other/v1)`,
};

test('a webhook that fails is told of, harms no version that needs no conversion, and is asked again', async (t) => {
  const kind = new Kind('fails');
  await kind.define('converts');
  await kind.create('v1', 'one', { hostPort: 'a:1' });
  for (const [mode, message] of Object.entries(failures)) {
    await kind.turn(mode);
    const { body } = await api.get(kind.path('v2', 'one'));
    t.is(body.code, 500, mode);
    const expected = message(kind);
    if (typeof expected === 'string') t.is(body.message, expected);
    else t.regex(body.message ?? '', expected);
    t.is((await api.get(kind.path('v1', 'one'))).status, 200);
    t.is((await kind.create('v2', 'two', { host: 'x', port: '1' })).status, 500);
  }
  await kind.turn('more');
  t.deepEqual((await api.get(kind.path('v2', 'one'))).body.spec, { host: 'a', port: '1' });
  // Whatever becomes of the webhook, the definition and its objects can go.
  await kind.turn('hangs-up');
  await kind.gone();
});

test('reviews come in the first version that the webhook and the server both speak, objects without resourceVersion', async (t) => {
  const kind = new Kind('reviews');
  await kind.define('converts', ['v7', 'v1beta1', 'v1']);
  await kind.create('v2', 'one', { host: 'a', port: '1' });
  const [request] = asked.get('reviews') ?? [];
  t.is(request?.desiredAPIVersion, `${kind.group}/v1`);
  t.like(request?.objects[0], { apiVersion: `${kind.group}/v2`, kind: 'Endpoint', spec: { host: 'a', port: '1' } });
  t.false(JSON.stringify(request).includes('resourceVersion'));
  await kind.gone();
});
