/** Admission webhooks as clients meet them, above all the bad ones: nothing that they answer lets a request in that it should not. */
import test from 'ava';
import { testsOwnServer } from '../server-under-test.ts';
import { startBehavingServer, type BehavingServer } from '../webhooks/behaving-server.ts';
import { type ApiUnderTest, configMap, type Json, type Reply, startApiUnderTest } from './api-under-test.ts';

const group = '/apis/admissionregistration.k8s.io/v1';
let api: ApiUnderTest;
let server: BehavingServer;
test.before(async () => {
  api = await startApiUnderTest();
  server = await startBehavingServer();
});
test.after.always(async () => {
  await server?.stop();
  await api?.stop();
});

type Fields = { readonly [key: string]: Json };

function hook(path: string, more: Fields = {}): Fields {
  return {
    name: `${path.replace(/[^a-z0-9]+/g, '-')}.example.com`,
    clientConfig: { url: `${server.url}/${path}`, caBundle: server.caBundle },
    rules: [{ operations: ['*'], apiGroups: ['*'], apiVersions: ['*'], resources: ['configmaps'] }],
    sideEffects: 'None',
    admissionReviewVersions: ['v1'],
    // Nobody waits for what hangs; everything else may take its time on a busy machine.
    timeoutSeconds: path.startsWith('hang') && path !== 'hang-up' ? 1 : 30,
    ...more,
  };
}

/** Made, and effective: a server may follow configurations with a delay. */
async function configure(kind: 'Validating' | 'Mutating', name: string, hooks: readonly Fields[]): Promise<string> {
  const path = `${group}/${kind.toLowerCase()}webhookconfigurations`;
  const own = `${api.namespace}-${name}`;
  const ready = hook('deny', { name: 'ready.example.com', objectSelector: { matchLabels: { ready: own } } });
  const selected = hooks.map((its) => ({ objectSelector: { matchLabels: { hooked: own } }, ...its }));
  const made = await api.post(path, { metadata: { name: own }, webhooks: [ready, ...selected] });
  if (made.status !== 201) throw new Error(made.body.message);
  for (let attempt = 0; attempt < 300; attempt++) {
    const { status } = await api.post(`${api.configMaps}?dryRun=All`, configMap('ready', { labels: { ready: own } }));
    if (status === 400) return `${path}/${own}`;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  throw new Error(`${own} is not effective`);
}

async function asked(name: string, more: Fields = {}): Promise<Reply> {
  const labels = { hooked: `${api.namespace}-${name}` };
  return api.post(`${api.configMaps}?dryRun=All`, configMap(name, { labels, ...more }));
}

/** Claims run side by side: what one asks about is nobody else's. */
const labelsOf = (name: string, behaviour: string): Fields => ({ behaves: `${name}-${behaviour}` });
const behaving = (name: string, behaviour: string): Fields => ({ matchLabels: labelsOf(name, behaviour) });

const calling = 'Internal error occurred: failed calling webhook';

/** By behaviour: what the client is told. */
const hostile: ReadonlyArray<readonly [kind: 'Validating' | 'Mutating', behaviour: string, message: RegExp]> = [
  ['Validating', 'hang', /failed to call webhook: Post "https:\S+\/hang\?timeout=1s": context deadline exceeded$/],
  ['Mutating', 'hang', /failed to call webhook: Post "https:\S+\/hang\?timeout=1s": context deadline exceeded$/],
  ['Validating', 'hang-halfway', /unexpected error when reading response body.* context deadline exceeded$/],
  ['Validating', 'hang-up', /failed to call webhook: Post "https:\S+": EOF$/],
  ['Validating', 'html', /couldn't get version\/kind; json parse error: json: cannot unmarshal string/],
  [
    'Validating',
    'html-500',
    /an error on the server \("<html>oops<\/html>"\) has prevented the request from succeeding$/,
  ],
  ['Validating', 'redirect-for-ever', /stopped after 10 redirects$/],
  ['Validating', 'redirect-to-get', /expected response\.uid="\S+", got ""$/],
  ['Validating', 'wrong-uid', /received invalid webhook response: expected response\.uid="\S+", got "other"$/],
  ['Mutating', 'wrong-uid', /received invalid webhook response: expected response\.uid="\S+", got "other"$/],
  ['Validating', 'no-response', /received invalid webhook response: webhook response was absent$/],
  ['Validating', 'patch', /received invalid webhook response: validating webhook may not return response\.patch$/],
  ['Mutating', 'patch-untyped', /webhook returned response\.patch but not response\.patchType$/],
  ['Mutating', 'patch-no-list', /received undecodable patch in webhook response: json: cannot unmarshal object/],
  ['Mutating', 'bad-base64', /illegal base64 data at input byte 0$/],
];

test('a webhook that does not answer as it must fails the request, and its message says why', async (t) => {
  for (const kind of ['Validating', 'Mutating'] as const) {
    const these = hostile.filter(([its]) => its === kind);
    const name = `hostile-${kind.toLowerCase()}`;
    const hooks = these.map(([, behaviour]) => hook(behaviour, { objectSelector: behaving(name, behaviour) }));
    const path = await configure(kind, name, hooks);
    const replies = await Promise.all(these.map(([, behaviour]) => asked(name, { labels: labelsOf(name, behaviour) })));
    for (const [index, [, behaviour, message]] of these.entries()) {
      const { body } = replies[index] as Reply;
      t.like(body, { code: 500, reason: 'InternalError' }, behaviour);
      t.true(body.message?.startsWith(`${calling} "${behaviour}.example.com": `), body.message);
      t.regex(body.message ?? '', message);
    }
    await api.remove(path);
  }
});

// Upstream reads for as long as it has memory.
const onPortico = testsOwnServer() ? test.serial : test.skip;

onPortico('what a webhook sends without end is not read to its end', async (t) => {
  const path = await configure('Validating', 'endless', [hook('endless')]);
  const { body } = await asked('endless');
  t.regex(body.message ?? '', /the answer is longer than 33554432 bytes$/);
  await api.remove(path);
});

test('a webhook is believed by its own authority only', async (t) => {
  const other = await startBehavingServer();
  const trusting = (name: string, caBundle: string | undefined): Fields => ({
    ...hook('allow', { name: `${name}.example.com`, objectSelector: { matchLabels: { trust: name } } }),
    clientConfig: { url: `${server.url}/allow`, ...(caBundle === undefined ? {} : { caBundle }) },
  });
  const path = await configure('Validating', 'trust', [
    trusting('other', other.caBundle),
    trusting('none', undefined),
    trusting('nonsense', Buffer.from('nonsense').toString('base64')),
  ]);
  for (const name of ['other', 'none']) {
    const { body } = await asked('trust', { labels: { trust: name } });
    t.regex(body.message ?? '', /tls: failed to verify certificate: x509: certificate signed by unknown authority/);
  }
  const { body } = await asked('trust', { labels: { trust: 'nonsense' } });
  t.regex(body.message ?? '', /unable to load root certificates: unable to parse bytes as PEM block$/);
  await api.remove(path);
  await other.stop();
});

test('where failures are ignored the request goes on, but a refusal is a refusal', async (t) => {
  const ignored = (behaviour: string): Fields =>
    hook(behaviour, { failurePolicy: 'Ignore', objectSelector: behaving('ignored', behaviour) });
  const path = await configure('Mutating', 'ignored', ['hang', 'html', 'wrong-uid', 'deny'].map(ignored));
  for (const behaviour of ['hang', 'html', 'wrong-uid']) {
    t.is((await asked('ignored', { labels: labelsOf('ignored', behaviour) })).status, 201, behaviour);
  }
  const { body } = await asked('ignored', { labels: labelsOf('ignored', 'deny') });
  t.is(body.message, 'admission webhook "deny.example.com" denied the request without explanation');
  await api.remove(path);
});

test('a patch that cannot be applied fails the request, and nothing of it stays', async (t) => {
  const broken = ['patch-missing-path', 'patch-failed-test', 'patch-wrong-type', 'patch-to-list', 'patch-kind'];
  const hooks = broken.map((behaviour) =>
    hook(behaviour, { objectSelector: behaving('broken', behaviour), failurePolicy: 'Ignore' }),
  );
  const path = await configure('Mutating', 'broken', hooks);
  for (const behaviour of broken) {
    const made = await api.post(
      api.configMaps,
      configMap(`broken-${behaviour}`, { labels: labelsOf('broken', behaviour) }),
    );
    t.like(made.body, { code: 500, reason: 'InternalError' }, behaviour);
    t.is((await api.get(`${api.configMaps}/broken-${behaviour}`)).status, 404);
  }
  await api.remove(path);
});

test('webhooks that mutate come in the order of their configurations, and once more where one wants it', async (t) => {
  const again = { reinvocationPolicy: 'IfNeeded' };
  const objectSelector = { matchLabels: { hooked: 'in-turn' } };
  const later = await configure('Mutating', 'turn-b', [hook('append/trail/b', { objectSelector })]);
  const former = await configure('Mutating', 'turn-a', [hook('append/trail/a', { objectSelector, ...again })]);
  const made = await api.post(api.configMaps, configMap('in-turn', { labels: { hooked: 'in-turn' } }, {}));
  t.is(made.body.data?.trail, 'aba');
  await api.remove(later);
  await api.remove(former);
});

test('a webhook for one version of a kind is shown that version, whichever the client speaks', async (t) => {
  const rules = [
    {
      operations: ['CREATE'],
      apiGroups: ['autoscaling'],
      apiVersions: ['v1'],
      resources: ['horizontalpodautoscalers'],
    },
  ];
  const objectSelector = { matchLabels: { hooked: 'version' } };
  const path = await configure('Validating', 'version', [
    hook('echo/kind/requestKind/object', { rules, objectSelector }),
  ]);
  const { body } = await api.post(`/apis/autoscaling/v2/namespaces/${api.namespace}/horizontalpodautoscalers`, {
    metadata: { name: 'version', labels: { hooked: 'version' } },
    spec: {
      maxReplicas: 3,
      scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: 'x' },
      metrics: [
        { type: 'Resource', resource: { name: 'cpu', target: { type: 'Utilization', averageUtilization: 7 } } },
      ],
    },
  });
  const echoed = JSON.parse((body.message ?? '').replace(/^.* denied the request: /, '')) as {
    kind: object;
    requestKind: object;
    object: { spec: object };
  };
  t.like(echoed.kind, { version: 'v1' });
  t.like(echoed.requestKind, { version: 'v2' });
  t.like(echoed.object.spec, { targetCPUUtilizationPercentage: 7 });
  await api.remove(path);
});

test('a webhook whose calls have effects is not called for a dry run, and nothing is stored', async (t) => {
  const path = await configure('Validating', 'dry', [hook('allow/dry', { sideEffects: 'NoneOnDryRun' })]);
  t.is((await asked('dry')).status, 201);
  t.like(server.received.get('/allow/dry')?.at(-1)?.request, { dryRun: true });
  t.is((await api.get(`${api.configMaps}/dry`)).status, 404);
  await api.remove(path);
});

test('no webhook can refuse a change of webhooks', async (t) => {
  const rules = [{ operations: ['*'], apiGroups: ['*'], apiVersions: ['*'], resources: ['*'] }];
  const objectSelector = { matchLabels: { guarded: 'yes' } };
  const path = await configure('Validating', 'guard', [
    hook('deny', { name: 'guard.example.com', rules, objectSelector }),
  ]);
  const guarded = await api.post(api.configMaps, configMap('guarded', { labels: { guarded: 'yes' } }));
  t.is(guarded.status, 400);
  t.is((await api.patch(path, 'merge', { metadata: { labels: { guarded: 'yes' } } })).status, 200);
  t.is((await api.remove(path)).status, 200);
});
