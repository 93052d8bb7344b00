/** Admission webhooks: who is asked about what, in which order, and what comes of every kind of answer. */
import { apply, type Case, get, type JsonObject, patch, post, put, remove, type Step } from '../case.ts';

const group = '/apis/admissionregistration.k8s.io/v1';
const configMaps = '/api/v1/namespaces/{ns}/configmaps';
const deployments = '/apis/apps/v1/namespaces/{ns}/deployments';

type Kind = 'Validating' | 'Mutating';

const clientConfig = (path: string): JsonObject => ({ url: `{webhook}/${path}`, caBundle: '{webhook-ca}' });
const rule = (resources: readonly string[], more: JsonObject = {}): JsonObject => ({
  operations: ['*'],
  apiGroups: ['*'],
  apiVersions: ['*'],
  resources: [...resources],
  ...more,
});
const labelled = (labels: JsonObject): JsonObject => ({ matchLabels: labels });
const here = labelled({ 'kubernetes.io/metadata.name': '{ns}' });

/** One that is only asked about objects of this case. */
function hook(id: string, path: string, more: JsonObject = {}): JsonObject {
  return {
    name: `${path.replace(/[^a-z0-9]+/g, '-')}.example.com`,
    clientConfig: clientConfig(path),
    rules: [rule(['configmaps'])],
    sideEffects: 'None',
    admissionReviewVersions: ['v1'],
    namespaceSelector: here,
    objectSelector: labelled({ case: id }),
    ...more,
  };
}

function configuration(kind: Kind, name: string, webhooks: readonly JsonObject[]): Step {
  const path = `${group}/${kind.toLowerCase()}webhookconfigurations`;
  const body = {
    apiVersion: 'admissionregistration.k8s.io/v1',
    kind: `${kind}WebhookConfiguration`,
    metadata: { name: `corpus-${name}` },
    webhooks: [...webhooks],
  };
  return post(`${kind} ${name}`, path, body);
}

/** Upstream follows configurations with a delay: the last one is effective when those before it are. */
function effective(kind: Kind, id: string): Step[] {
  const name = `${id}-ready`;
  const ready = hook(id, 'deny', { name: 'ready.example.com', objectSelector: labelled({ ready: name }) });
  const body = configMap('ready', { labels: { ready: name } });
  return [
    configuration(kind, name, [ready]),
    post(`${kind} effective`, `${configMaps}?dryRun=All`, body, { until: (_body, status) => status !== 201 }),
  ];
}

function configMap(name: string, metadata: JsonObject = {}, data: JsonObject | undefined = { a: 'b' }): JsonObject {
  return { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name, ...metadata }, data };
}

const deployment = (name: string, labels: JsonObject): JsonObject => ({
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name, labels },
  spec: {
    selector: { matchLabels: { app: name } },
    template: {
      metadata: { labels: { app: name } },
      spec: { containers: [{ name: 'main', image: 'registry.example.com/main:1' }] },
    },
  },
});

/** A webhook for each of these behaviours, and a request about each. */
function behaviourCase(
  kind: Kind,
  id: string,
  behaviours: readonly string[],
  { more = {}, query = 'dryRun=All' }: { readonly more?: JsonObject; readonly query?: string } = {},
): Case {
  const labels = (behaviour: string): JsonObject => ({ case: id, behaviour });
  const hooks = behaviours.map((behaviour) =>
    hook(id, behaviour, { timeoutSeconds: 1, ...more, objectSelector: labelled(labels(behaviour)) }),
  );
  return {
    name: `webhooks: ${id}`,
    steps: [configuration(kind, id, hooks), ...effective(kind, id)],
    independent: behaviours.map((behaviour) =>
      post(behaviour, `${configMaps}?${query}`, configMap(`${id}-${behaviour}`, { labels: labels(behaviour) })),
    ),
  };
}

const answers = ['allow', 'deny', 'deny-with-reason', 'deny-with-details', 'warn', 'created', 'yaml', 'redirect'];
const failures = [
  'html',
  'html-as-json',
  'html-500',
  'text-400',
  'text-403',
  'text-418',
  'status-500',
  'status-200',
  'no-content',
  'no-such-path',
  'later',
  'redirect-to-get',
  'redirect-for-ever',
  'hang',
  'hang-halfway',
  'hang-up',
  'garbage',
  'truncated',
  'list',
  'object',
  'nothing',
  'wrong-uid',
  'no-uid',
  'no-response',
  'no-kind',
  'other-kind',
  'other-version',
  'bad-allowed',
  'bad-base64',
  'no-media-type',
];
const patches = [
  'patch',
  'patch-untyped',
  'patch-only-typed',
  'patch-empty-type',
  'patch-other-type',
  'patch-no-list',
  'patch-garbage',
  'patch-empty',
  'patch-failed-test',
  'patch-missing-path',
  'patch-remove-missing',
  'patch-replace-missing',
  'patch-unknown-operation',
  'patch-no-path',
  'patch-move-missing',
  'patch-copy-missing',
  'patch-index',
  'patch-no-index',
  'patch-wrong-type',
  'patch-unknown-field',
  'patch-name',
  'patch-namespace',
  'patch-kind',
  'patch-no-kind',
  'patch-to-list',
  'patch-uid',
  'patch-managers',
  'patch-no-managers',
  'patch-owners',
  'patch-invalid',
];

/** Every operation that a webhook hears of, told by what it echoes. */
function echoCase(kind: Kind): Case {
  const id = `echo-${kind.toLowerCase()}`;
  const operations = ['CREATE', 'UPDATE', 'DELETE'];
  const hooks = operations.map((operation) =>
    hook(id, 'echo', {
      name: `echo-${operation.toLowerCase()}.example.com`,
      rules: [rule(['configmaps', 'deployments', 'deployments/*'], { operations: [operation] })],
      objectSelector: labelled({ case: id, echo: operation.toLowerCase() }),
    }),
  );
  // Neither a scale nor a status is told by labels.
  for (const subresource of ['scale', 'status']) {
    hooks.push(
      hook(id, 'echo', {
        name: `echo-${subresource}.example.com`,
        rules: [rule([`deployments/${subresource}`])],
        objectSelector: {},
        matchConditions: [{ name: 'deployment', expression: `request.name == '${id}-deployment'` }],
      }),
    );
  }
  const labels = (echo: string): JsonObject => ({ case: id, echo });
  const map = (echo: string, data: JsonObject): JsonObject => configMap(`${id}-kept`, { labels: labels(echo) }, data);
  return {
    name: `webhooks: ${id}`,
    steps: [
      configuration(kind, id, hooks),
      ...effective(kind, id),
      post('create', configMaps, configMap(`${id}-new`, { labels: labels('create') })),
      post('create by generated name', configMaps, {
        ...configMap('', { labels: labels('create') }),
        metadata: { generateName: `${id}-`, labels: labels('create') },
      }),
      post(
        'create with options',
        `${configMaps}?fieldManager=one&fieldValidation=Strict&dryRun=All`,
        configMap(`${id}-new`, { labels: labels('create') }),
      ),
      apply('create by apply', `${configMaps}/${id}-applied`, configMap(`${id}-applied`, { labels: labels('create') })),
      post('make', configMaps, map('none', { a: 'b' })),
      put('update', `${configMaps}/${id}-kept`, map('update', { a: 'c' })),
      patch('merge', 'patch', `${configMaps}/${id}-kept?fieldManager=two`, {
        metadata: { labels: { echo: 'update' } },
      }),
      apply('apply', `${configMaps}/${id}-kept`, map('update', { z: 'y' })),
      patch('merge', 'prepare delete', `${configMaps}/${id}-kept`, { metadata: { labels: { echo: 'delete' } } }),
      remove('delete', `${configMaps}/${id}-kept`),
      remove('delete with options', `${configMaps}/${id}-kept`, {
        kind: 'DeleteOptions',
        apiVersion: 'v1',
        gracePeriodSeconds: 3,
        propagationPolicy: 'Foreground',
        dryRun: ['All'],
      }),
      remove('delete with query', `${configMaps}/${id}-kept?gracePeriodSeconds=0&propagationPolicy=Orphan`),
      remove('delete collection', `${configMaps}?labelSelector=case=${id}`),
      post('make a deployment', deployments, deployment(`${id}-deployment`, labels('none'))),
      patch('merge', 'scale', `${deployments}/${id}-deployment/scale`, { spec: { replicas: 2 } }),
      patch('merge', 'prepare updates', `${deployments}/${id}-deployment`, { metadata: { labels: { echo: 'later' } } }),
      patch('merge', 'status', `${deployments}/${id}-deployment/status`, {
        metadata: { labels: { echo: 'update' } },
        spec: { replicas: 9 },
        status: { observedGeneration: 1 },
      }),
    ],
  };
}

/** Which webhooks are asked, by what their names say in a warning or a denial. */
const matchCase = (): Case => {
  const id = 'matching';
  const selected: Readonly<Record<string, JsonObject>> = {
    'exact-version': { matchPolicy: 'Exact', rules: [rule(['horizontalpodautoscalers'], { apiVersions: ['v1'] })] },
    'equivalent-version': { rules: [rule(['horizontalpodautoscalers'], { apiVersions: ['v1'] })] },
    'other-group': { rules: [rule(['events'], { apiGroups: ['events.k8s.io'] })] },
    'status-only': { rules: [rule(['deployments/status'])] },
    'all-resources': { rules: [rule(['*'])] },
    'all-subresources': { rules: [rule(['*/*'])] },
    'any-scale': { rules: [rule(['*/scale'])] },
    cluster: { rules: [rule(['*'], { scope: 'Cluster' })] },
    namespaced: { rules: [rule(['*'], { scope: 'Namespaced' })] },
    'wrong-group': { rules: [rule(['configmaps'], { apiGroups: ['apps'] })] },
    'wrong-version': { rules: [rule(['configmaps'], { apiVersions: ['v2'] })] },
    'only-updates': { rules: [rule(['configmaps'], { operations: ['UPDATE'] })] },
    conditions: { matchConditions: [{ name: 'named', expression: "object.metadata.name.endsWith('conditioned')" }] },
    'condition-error': { matchConditions: [{ name: 'broken', expression: "object.nothing == 'x'" }] },
    'condition-error-ignored': {
      failurePolicy: 'Ignore',
      matchConditions: [{ name: 'broken', expression: "object.nothing == 'x'" }],
    },
    'condition-false-and-error': {
      matchConditions: [
        { name: 'broken', expression: "object.nothing == 'x'" },
        { name: 'no', expression: 'false' },
      ],
    },
    'condition-two-errors': {
      matchConditions: [
        { name: 'first', expression: "object.nothing == 'x'" },
        { name: 'second', expression: '1 / int(object.data.zero) > 0' },
      ],
    },
    'condition-request': {
      matchConditions: [
        {
          name: 'request',
          expression:
            "request.operation == 'CREATE' && request.kind.kind == 'ConfigMap' && request.resource.resource == 'configmaps' && !has(request.subResource) && request.dryRun && request.options.dryRun[0] == 'All'",
        },
      ],
    },
    'condition-authorizer': {
      matchConditions: [
        {
          name: 'authorizer',
          expression:
            "authorizer.group('').resource('pods').namespace('default').check('create').allowed() && authorizer.requestResource.check('create').allowed() && !authorizer.serviceAccount('default', 'nobody').group('').resource('secrets').check('get').allowed() && authorizer.path('/healthz').check('get').allowed()",
        },
      ],
    },
    'condition-too-expensive': {
      matchConditions: [
        {
          name: 'expensive',
          expression:
            "['a', 'b', 'c', 'd'].exists(verb, authorizer.serviceAccount('default', 'nobody').group('').resource('pods').check(verb).allowed())",
        },
      ],
    },
  };
  const hooks = Object.entries(selected).map(([name, more]) =>
    hook(id, 'echo/kind/resource/requestKind/requestResource/subResource/name/object', {
      name: `${name}.example.com`,
      objectSelector: labelled({ case: id, match: name }),
      ...more,
    }),
  );
  const labels = (match: string): JsonObject => ({ case: id, match });
  const ask = (match: string, name = match): Step =>
    post(`config map: ${name}`, `${configMaps}?dryRun=All`, configMap(name, { labels: labels(match) }, { zero: '0' }));
  const autoscaler = (version: string, match: string): Step =>
    post(
      `autoscaler ${version}: ${match}`,
      `/apis/autoscaling/${version}/namespaces/{ns}/horizontalpodautoscalers?dryRun=All`,
      {
        apiVersion: `autoscaling/${version}`,
        kind: 'HorizontalPodAutoscaler',
        metadata: { name: match, labels: labels(match) },
        spec: { maxReplicas: 3, scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: 'x' } },
      },
    );
  const namespace = (match: string): Step =>
    post(`namespace: ${match}`, '/api/v1/namespaces?dryRun=All', {
      metadata: {
        name: `corpus-${match}`,
        labels: { ...labels(match), 'kubernetes.io/metadata.name': `corpus-${match}` },
      },
    });
  const cluster = (match: string): Step =>
    post(`cluster role: ${match}`, '/apis/rbac.authorization.k8s.io/v1/clusterroles?dryRun=All', {
      metadata: { name: `corpus-${match}`, labels: labels(match) },
      rules: [],
    });
  return {
    name: `webhooks: ${id}`,
    steps: [configuration('Validating', id, hooks), ...effective('Validating', id)],
    independent: [
      autoscaler('v1', 'exact-version'),
      autoscaler('v2', 'exact-version'),
      autoscaler('v1', 'equivalent-version'),
      autoscaler('v2', 'equivalent-version'),
      post('event: other-group', '/api/v1/namespaces/{ns}/events?dryRun=All', {
        metadata: { name: 'other-group', labels: labels('other-group') },
        involvedObject: { kind: 'Pod', name: 'x', namespace: '{ns}' },
        reason: 'Tried',
        message: 'as the old group has it',
      }),
      ask('all-resources'),
      ask('all-subresources'),
      ask('any-scale'),
      ask('cluster'),
      ask('namespaced'),
      namespace('cluster'),
      namespace('namespaced'),
      cluster('cluster'),
      cluster('namespaced'),
      cluster('all-resources'),
      ask('wrong-group'),
      ask('wrong-version'),
      ask('only-updates'),
      ask('conditions', 'not-meant'),
      ask('conditions', 'conditioned'),
      ask('condition-error'),
      ask('condition-error-ignored'),
      ask('condition-false-and-error'),
      ask('condition-two-errors'),
      ask('condition-request'),
      ask('condition-authorizer'),
      ask('condition-too-expensive'),
    ],
  };
};

const orderCase = (): Case => {
  const id = 'order';
  const labels = { case: id };
  const word = (path: string, more: JsonObject = {}): JsonObject => hook(id, `append/trail/${path}`, more);
  const again = { reinvocationPolicy: 'IfNeeded' };
  return {
    name: `webhooks: ${id}`,
    steps: [
      configuration('Mutating', 'order-b', [word('b1'), word('b2', again)]),
      configuration('Mutating', 'order-a', [
        word('a1', again),
        word('a2'),
        word('after-a2', {
          objectSelector: { matchExpressions: [{ key: 'made', operator: 'Exists' }] },
        }),
      ]),
      configuration('Mutating', 'order-c', [
        hook(id, 'label/made/yes', { objectSelector: labelled({ ...labels, labels: 'please' }) }),
        word('last', { ...again, objectSelector: labelled({ ...labels, made: 'yes' }) }),
      ]),
      ...effective('Mutating', id),
      post('in order, and those that want it again', `${configMaps}?dryRun=All`, configMap('order', { labels }, {})),
      post(
        'a label that another one makes',
        `${configMaps}?dryRun=All`,
        configMap('order', { labels: { ...labels, labels: 'please' } }, {}),
      ),
    ],
  };
};

const failurePolicyCase = (kind: Kind): Case =>
  behaviourCase(
    kind,
    `ignored-${kind.toLowerCase()}`,
    [
      'hang',
      'text-400',
      'html',
      'wrong-uid',
      'deny',
      'patch-garbage',
      'patch-missing-path',
      'patch-wrong-type',
      'patch',
    ],
    { more: { failurePolicy: 'Ignore' } },
  );

const sideEffectsCase = (): Case => {
  const id = 'side-effects';
  const old = { admissionReviewVersions: ['v1beta1'] };
  const hooks = [
    hook(id, 'echo', { ...old, name: 'old.example.com', objectSelector: labelled({ case: id, hook: 'old' }) }),
    hook(id, 'wrong-uid', { ...old, objectSelector: labelled({ case: id, hook: 'wrong-uid' }) }),
    hook(id, 'other-kind', { ...old, objectSelector: labelled({ case: id, hook: 'other-kind' }) }),
    hook(id, 'allow', {
      name: 'on-dry-run.example.com',
      sideEffects: 'NoneOnDryRun',
      objectSelector: labelled({ case: id, hook: 'none-on-dry-run' }),
    }),
  ];
  return {
    name: `webhooks: ${id}`,
    steps: [configuration('Validating', id, hooks), ...effective('Validating', id)],
    independent: ['old', 'wrong-uid', 'other-kind', 'none-on-dry-run'].map((which) =>
      post(which, `${configMaps}?dryRun=All`, configMap(which, { labels: { case: id, hook: which } })),
    ),
  };
};

const unreachableCase = (): Case => {
  const id = 'unreachable';
  const targets: Readonly<Record<string, JsonObject>> = {
    refused: { url: 'https://127.0.0.1:1/x', caBundle: '{webhook-ca}' },
    'no-authority': { url: '{webhook}/allow' },
    'no-certificate': { url: '{webhook}/allow', caBundle: 'bm9uc2Vuc2U=' },
    'no-service': { service: { name: 'nosuch', namespace: '{ns}', path: '/p' }, caBundle: '{webhook-ca}' },
    'no-port': { service: { name: 'kubernetes', namespace: 'default', port: 77 }, caBundle: '{webhook-ca}' },
  };
  const hooks = Object.entries(targets).map(([name, target]) =>
    hook(id, name, { clientConfig: target, timeoutSeconds: 3, objectSelector: labelled({ case: id, target: name }) }),
  );
  return {
    name: `webhooks: ${id}`,
    steps: [configuration('Validating', id, hooks), ...effective('Validating', id)],
    independent: Object.keys(targets).map((target) =>
      post(target, `${configMaps}?dryRun=All`, configMap(target, { labels: { case: id, target } })),
    ),
  };
};

/** What a webhook puts into other kinds, through subresources, and where it must not be asked. */
const kindsCase = (): Case => {
  const id = 'kinds';
  const labels = (hooked: string): JsonObject => ({ case: id, hooked });
  const only = (path: string, hooked: string, resources: readonly string[]): JsonObject =>
    hook(id, path, { objectSelector: labelled(labels(hooked)), rules: [rule(resources)] });
  const path = (name: string, sub = ''): string => `${deployments}/${id}-${name}${sub}`;
  return {
    name: `webhooks: ${id}`,
    steps: [
      configuration('Mutating', id, [
        only('patch-replicas', 'replicas', ['deployments']),
        only('patch-status', 'status', ['deployments/status']),
        only('patch-replicas', 'scale', ['deployments/scale']),
        hook(id, 'patch-replicas', {
          name: 'any-scale.example.com',
          objectSelector: {},
          rules: [rule(['deployments/scale'])],
          matchConditions: [{ name: 'of-this-case', expression: "request.name == 'kinds-scaled'" }],
        }),
        hook(id, 'deny', {
          name: 'configurations.example.com',
          namespaceSelector: {},
          objectSelector: {},
          rules: [rule(['*'], { apiGroups: ['admissionregistration.k8s.io'] })],
        }),
      ]),
      ...effective('Mutating', id),
      post('replicas', deployments, deployment(`${id}-replicas`, labels('replicas'))),
      post('made without', deployments, deployment(`${id}-status`, labels('status'))),
      patch('merge', 'status', path('status', '/status'), { status: { observedGeneration: 1 } }),
      get('spec is as it was', path('status')),
      post('made to be scaled', deployments, deployment(`${id}-scaled`, labels('none'))),
      put('scale', path('scaled', '/scale'), {
        apiVersion: 'autoscaling/v1',
        kind: 'Scale',
        metadata: { name: `${id}-scaled`, namespace: '{ns}' },
        spec: { replicas: 1 },
      }),
      get('scaled', path('scaled')),
      configuration('Validating', 'kinds-later', []),
      post('pod', '/api/v1/namespaces/{ns}/pods', {
        metadata: { name: `${id}-pod`, labels: labels('none') },
        spec: { containers: [{ name: 'main', image: 'x' }], serviceAccountName: 'default' },
      }),
    ],
  };
};

const connectionsCase = (): Case => {
  const id = 'connections';
  const pod = '/api/v1/namespaces/{ns}/pods';
  const name = 'connections-pod';
  return {
    name: `webhooks: ${id}`,
    steps: [
      configuration('Validating', id, [
        hook(id, 'echo', {
          objectSelector: {},
          rules: [
            rule(['pods/*', 'services/proxy', 'serviceaccounts/token', 'bindings'], {
              operations: ['CONNECT', 'CREATE'],
            }),
          ],
        }),
      ]),
      ...effective('Validating', id),
      get('exec', `${pod}/${name}/exec?command=ls&command=-l&stdout=true&tty=false&container=main`),
      get('attach', `${pod}/${name}/attach?stdin=1&stderr=true`),
      get('port-forward', `${pod}/${name}/portforward?ports=80&ports=81`),
      get('proxy', `${pod}/${name}/proxy/some/path?x=y`),
      get('proxy without path', `${pod}/${name}/proxy`),
      get('service proxy', `/api/v1/namespaces/{ns}/services/https:x:80/proxy/healthz`),
      get('exec as a dry run', `${pod}/${name}/exec?dryRun=All`),
      post('eviction', `${pod}/${name}/eviction`, {
        apiVersion: 'policy/v1',
        kind: 'Eviction',
        metadata: { name },
        deleteOptions: { gracePeriodSeconds: 1 },
      }),
      post('binding', `${pod}/${name}/binding`, {
        apiVersion: 'v1',
        kind: 'Binding',
        metadata: { name },
        target: { kind: 'Node', name: 'corpus-node' },
      }),
      post('binding to the collection', '/api/v1/namespaces/{ns}/bindings', {
        apiVersion: 'v1',
        kind: 'Binding',
        metadata: { name },
        target: { kind: 'Node', name: 'corpus-node' },
      }),
      post('account', '/api/v1/namespaces/{ns}/serviceaccounts', { metadata: { name: 'connections' } }),
      post('token', '/api/v1/namespaces/{ns}/serviceaccounts/connections/token', {
        apiVersion: 'authentication.k8s.io/v1',
        kind: 'TokenRequest',
        spec: { expirationSeconds: 700, audiences: ['somebody'] },
      }),
    ],
  };
};

export const webhookCases: readonly Case[] = [
  behaviourCase('Validating', 'answers-validating', [...answers, 'patch', 'six-megabytes']),
  behaviourCase('Mutating', 'answers-mutating', answers),
  behaviourCase('Validating', 'failures-validating', failures),
  behaviourCase('Mutating', 'failures-mutating', failures),
  behaviourCase('Mutating', 'patches', patches),
  behaviourCase('Mutating', 'patches-stored', ['patch', 'patch-no-managers', 'patch-unknown-field'], {
    query: 'fieldManager=one',
  }),
  failurePolicyCase('Validating'),
  failurePolicyCase('Mutating'),
  echoCase('Validating'),
  echoCase('Mutating'),
  matchCase(),
  orderCase(),
  sideEffectsCase(),
  unreachableCase(),
  kindsCase(),
  connectionsCase(),
];
