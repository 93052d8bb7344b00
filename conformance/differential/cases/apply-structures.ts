/** Server-side apply on lists with keys, sets, atomic lists and maps, and values without a type. */
import { apply, type Case, get, type Json, type JsonObject, patch, post, remove, type Step } from '../case.ts';
import { deployment, deployments, pod, pods, service, services } from './objects.ts';

const path = `${deployments}/subject`;
const servicePath = `${services}/subject`;

const withSpec = (spec: JsonObject): JsonObject =>
  deployment('subject', { template: { metadata: { labels: { app: 'subject' } }, spec } });
const withContainers = (...containers: Json[]): JsonObject => withSpec({ containers });
/** Only what the path needs: other managers apply parts. */
const partOf = (spec: JsonObject): JsonObject => ({
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name: 'subject' },
  spec: { template: { spec } },
});
const two = { manager: 'two' };
const force = { manager: 'two', force: true };

const rich: JsonObject = {
  name: 'a',
  image: 'a:1',
  args: ['one', 'two'],
  env: [
    { name: 'X', value: '1' },
    { name: 'Y', value: '2' },
  ],
  ports: [{ containerPort: 80 }, { containerPort: 53, protocol: 'UDP', name: 'dns' }],
  resources: { limits: { cpu: '1' }, requests: { memory: '1Mi' } },
  securityContext: { capabilities: { add: ['A', 'B'] } },
};

const revisionPath = '/apis/apps/v1/namespaces/{ns}/controllerrevisions/subject';
const revision = (data: JsonObject): JsonObject => ({
  apiVersion: 'apps/v1',
  kind: 'ControllerRevision',
  metadata: { name: 'subject' },
  revision: 1,
  data,
});

const group = 'music.example.com';
const definitions = '/apis/apiextensions.k8s.io/v1/customresourcedefinitions';
const text: JsonObject = { type: 'string' };
const definition: JsonObject = {
  apiVersion: 'apiextensions.k8s.io/v1',
  kind: 'CustomResourceDefinition',
  metadata: { name: `tunes.${group}` },
  spec: {
    group,
    scope: 'Namespaced',
    names: { plural: 'tunes', singular: 'tune', kind: 'Tune', listKind: 'TuneList' },
    versions: [
      {
        name: 'v1',
        served: true,
        storage: true,
        subresources: {
          status: {},
          scale: { specReplicasPath: '.spec.replicas', statusReplicasPath: '.status.replicas' },
        },
        schema: {
          openAPIV3Schema: {
            type: 'object',
            properties: {
              spec: {
                type: 'object',
                properties: {
                  replicas: { type: 'integer' },
                  title: { type: 'string', default: 'untitled' },
                  plain: { type: 'array', items: text },
                  tags: { type: 'array', 'x-kubernetes-list-type': 'set', items: text },
                  notes: {
                    type: 'array',
                    'x-kubernetes-list-type': 'map',
                    'x-kubernetes-list-map-keys': ['pitch', 'octave'],
                    items: {
                      type: 'object',
                      required: ['pitch'],
                      properties: { pitch: text, octave: { type: 'integer', default: 4 }, length: { type: 'number' } },
                    },
                  },
                  whole: { type: 'object', 'x-kubernetes-map-type': 'atomic', properties: { a: text, b: text } },
                  labels: { type: 'object', additionalProperties: text },
                  free: { type: 'object', 'x-kubernetes-preserve-unknown-fields': true },
                  either: { 'x-kubernetes-int-or-string': true },
                },
              },
              status: { type: 'object', properties: { replicas: { type: 'integer' }, state: text } },
            },
          },
        },
      },
    ],
  },
};

function isEstablished(body: Json): boolean {
  const { status } = body as { status?: { conditions?: { type: string; status: string }[] } };
  return status?.conditions?.some(({ type, status: value }) => type === 'Established' && value === 'True') === true;
}

function customSteps(): Step[] {
  const tune = `/apis/${group}/v1/namespaces/{ns}/tunes/subject`;
  const of = (spec: Json, more: JsonObject = {}): JsonObject => ({
    apiVersion: `${group}/v1`,
    kind: 'Tune',
    metadata: { name: 'subject' },
    spec,
    ...more,
  });
  return [
    apply(
      'create',
      tune,
      of({
        replicas: 1,
        plain: ['a', 'b'],
        tags: ['x', 'y'],
        notes: [{ pitch: 'c' }, { pitch: 'd', octave: 5 }],
        whole: { a: '1' },
      }),
    ),
    apply(
      'again',
      tune,
      of({
        replicas: 1,
        plain: ['a', 'b'],
        tags: ['x', 'y'],
        notes: [{ pitch: 'c' }, { pitch: 'd', octave: 5 }],
        whole: { a: '1' },
      }),
    ),
    apply(
      'parts of another',
      tune,
      of({
        tags: ['z'],
        notes: [{ pitch: 'c', length: 0.5 }],
        labels: { k: 'v' },
        free: { deep: { er: [1, { a: 'b' }] } },
      }),
      two,
    ),
    apply(
      'conflicts',
      tune,
      of({ plain: ['c'], whole: { b: '2' }, notes: [{ pitch: 'c', octave: 4, length: 1 }] }),
      two,
    ),
    apply(
      'by force',
      tune,
      of({
        plain: ['c'],
        whole: { b: '2' },
        notes: [{ pitch: 'c', octave: 4, length: 1 }],
        free: { deep: 'er' },
        either: 5,
      }),
      force,
    ),
    apply('first without', tune, of({ replicas: 1 })),
    apply('unknown field', tune, of({ replicas: 1, unheard: 1 })),
    apply('unknown field, strict', tune, of({ replicas: 1, unheard: 1 }), { query: 'fieldValidation=Strict' }),
    apply('wrong type', tune, of({ replicas: 'x' })),
    apply('doubled key', tune, of({ notes: [{ pitch: 'c' }, { pitch: 'c', octave: 4 }] })),
    apply('doubled tag', tune, of({ tags: ['x', 'x'] })),
    apply('null', tune, of({ replicas: null, title: null })),
    apply('status through the object', tune, of({ replicas: 1 }, { status: { state: 'playing' } }), {
      query: 'dryRun=All',
    }),
    apply('status', `${tune}/status`, {
      apiVersion: `${group}/v1`,
      kind: 'Tune',
      metadata: { name: 'subject' },
      status: { state: 'playing' },
    }),
    apply('status with spec', `${tune}/status`, of({ replicas: 9 }, { status: { state: 'silent', replicas: 1 } })),
    apply(
      'scale',
      `${tune}/scale`,
      { apiVersion: 'autoscaling/v1', kind: 'Scale', metadata: { name: 'subject' }, spec: { replicas: 3 } },
      { ...force, query: 'dryRun=All' },
    ),
    patch('merge', 'patch of the scale', `${tune}/scale?fieldManager=scaler`, { spec: { replicas: 4 } }),
    apply('conflict with the scale', tune, of({ replicas: 1 })),
    patch('merge', 'merge patch', tune, { spec: { plain: null, free: { more: true } } }),
    get('get', tune),
    remove('delete', tune),
    remove('remove the definition', `${definitions}/tunes.${group}`),
  ];
}

export const applyStructureCases: readonly Case[] = [
  {
    name: 'apply structures: lists with keys',
    steps: [
      apply(
        'create',
        path,
        withSpec({ containers: [rich, { name: 'b', image: 'b:1' }], volumes: [{ name: 'v', emptyDir: {} }] }),
      ),
      apply('another adds a container', path, partOf({ containers: [{ name: 'side', image: 'side:1' }] }), two),
      apply(
        'another takes the image',
        path,
        partOf({
          containers: [
            { name: 'a', image: 'a:2' },
            { name: 'side', image: 'side:1' },
          ],
        }),
        two,
      ),
      apply(
        'by force',
        path,
        partOf({
          containers: [
            { name: 'side', image: 'side:1' },
            { name: 'a', image: 'a:2' },
          ],
        }),
        force,
      ),
      apply(
        'the first reorders',
        path,
        withSpec({
          containers: [
            { name: 'b', image: 'b:1' },
            { ...rich, image: 'a:2' },
          ],
          volumes: [{ name: 'v', emptyDir: {} }],
        }),
      ),
      apply(
        'the first adds in between',
        path,
        withSpec({
          containers: [
            { name: 'b', image: 'b:1' },
            { name: 'c', image: 'c:1' },
            { ...rich, image: 'a:2' },
          ],
          volumes: [{ name: 'v', emptyDir: {} }],
        }),
      ),
      apply(
        'env is changed',
        path,
        withSpec({
          containers: [
            { name: 'b', image: 'b:1' },
            {
              ...rich,
              image: 'a:2',
              env: [
                { name: 'Y', value: '9' },
                { name: 'Z', value: '3' },
              ],
            },
          ],
          volumes: [{ name: 'v', emptyDir: {} }],
        }),
      ),
      apply('the first removes a', path, withSpec({ containers: [{ name: 'b', image: 'b:1' }] })),
      apply('the second removes the rest of a', path, partOf({ containers: [{ name: 'side', image: 'side:1' }] }), two),
      apply('the first removes b', path, withSpec({ containers: [] })),
      apply('the second removes the last', path, partOf({}), two),
      apply(
        'change of the kind of a volume',
        path,
        withSpec({ containers: [{ name: 'b', image: 'b:1' }], volumes: [{ name: 'v', configMap: { name: 'c' } }] }),
      ),
      apply(
        'change of the kind of a volume back',
        path,
        withSpec({ containers: [{ name: 'b', image: 'b:1' }], volumes: [{ name: 'v', emptyDir: {} }] }),
      ),
      apply(
        'change of the kind of a volume by another',
        path,
        partOf({ volumes: [{ name: 'v', configMap: { name: 'd' } }] }),
        force,
      ),
      get('get', path),
    ],
  },
  {
    name: 'apply structures: keys that are missing or doubled',
    steps: [apply('create', path, withContainers(rich))],
    independent: [
      apply('no key', path, withContainers({ image: 'x' })),
      apply('doubled key', path, withContainers({ name: 'a', image: 'x' }, { name: 'a', image: 'y' })),
      apply(
        'doubled environment',
        path,
        withContainers({
          ...rich,
          env: [
            { name: 'X', value: '1' },
            { name: 'X', value: '2' },
          ],
        }),
      ),
      apply('key is a number', path, withContainers({ name: 5, image: 'x' })),
      apply('key is null', path, withContainers({ name: null, image: 'x' })),
      apply('key is empty', path, withContainers({ name: '', image: 'x' })),
      apply('element is a text', path, withContainers('x')),
      apply('element is null', path, withContainers(null)),
      apply('element is a list', path, withContainers([])),
      apply('list is null', path, withSpec({ containers: null })),
      apply('port without its number', path, withContainers({ ...rich, ports: [{ protocol: 'TCP' }] })),
      apply(
        'ports with the same number',
        path,
        withContainers({ ...rich, ports: [{ containerPort: 80 }, { containerPort: 80, protocol: 'UDP' }] }),
        { query: 'dryRun=All' },
      ),
      apply(
        'ports twice',
        path,
        withContainers({ ...rich, ports: [{ containerPort: 80 }, { containerPort: 80, protocol: 'TCP' }] }),
      ),
      apply('port as a text', path, withContainers({ ...rich, ports: [{ containerPort: '80' }] })),
      apply('atomic list of wrong elements', path, withContainers({ ...rich, args: [1] })),
      apply('set twice the same', `${pods}/set`, {
        ...pod('set', { containers: [{ name: 'a', image: 'a' }] }),
        metadata: { name: 'set', finalizers: ['example.com/a', 'example.com/a'] },
      }),
      apply('set of numbers', `${pods}/set`, {
        ...pod('set', { containers: [{ name: 'a', image: 'a' }] }),
        metadata: { name: 'set', finalizers: [1] },
      }),
      apply('set with null', `${pods}/set`, {
        ...pod('set', { containers: [{ name: 'a', image: 'a' }] }),
        metadata: { name: 'set', finalizers: [null] },
      }),
      apply('struct is a list', path, withContainers({ ...rich, securityContext: [] })),
      apply('struct is a text', path, withContainers({ ...rich, securityContext: 'x' })),
      apply('boolean is a text', path, withContainers({ ...rich, tty: 'true' })),
      apply('several at once', path, withContainers({ ...rich, tty: 'true', stdin: 1 }, 'x')),
    ],
  },
  {
    name: 'apply structures: defaults of keys',
    steps: [
      apply('create', servicePath, service('subject', { ports: [{ port: 53 }] })),
      apply('protocol is said', servicePath, service('subject', { ports: [{ port: 53, protocol: 'TCP' }] }), two),
      apply(
        'another protocol',
        servicePath,
        service('subject', { ports: [{ port: 53, protocol: 'UDP', name: 'udp' }] }),
        two,
      ),
      apply('both have names', servicePath, service('subject', { ports: [{ port: 53, name: 'tcp' }] })),
      apply(
        'second, both',
        servicePath,
        service('subject', { ports: [{ port: 53, protocol: 'UDP', name: 'udp' }] }),
        two,
      ),
      apply('first removes', servicePath, { apiVersion: 'v1', kind: 'Service', metadata: { name: 'subject' } }),
      get('get', servicePath),
      patch('strategic', 'added by patch', servicePath, { spec: { ports: [{ port: 80, name: 'web' }] } }),
      apply('change of what the patch made', servicePath, service('subject', { ports: [{ port: 80, name: 'http' }] })),
    ],
  },
  {
    name: 'apply structures: sets',
    steps: [
      apply('create', `${pods}/subject`, {
        ...pod('subject', { containers: [{ name: 'a', image: 'a' }] }),
        metadata: { name: 'subject', finalizers: ['example.com/a', 'example.com/b'] },
      }),
      apply(
        'another adds',
        `${pods}/subject`,
        {
          apiVersion: 'v1',
          kind: 'Pod',
          metadata: { name: 'subject', finalizers: ['example.com/c', 'example.com/a'] },
        },
        two,
      ),
      apply(
        'first removes a',
        `${pods}/subject`,
        { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'subject', finalizers: ['example.com/b'] } },
        { force: true },
      ),
      apply(
        'second removes a',
        `${pods}/subject`,
        { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'subject', finalizers: ['example.com/c'] } },
        two,
      ),
      patch('merge', 'patched', `${pods}/subject`, { metadata: { finalizers: ['example.com/c', 'example.com/d'] } }),
      apply(
        'second removes all',
        `${pods}/subject`,
        { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'subject' } },
        two,
      ),
      patch('merge', 'all away', `${pods}/subject`, { metadata: { finalizers: null } }),
    ],
  },
  {
    name: 'apply structures: owner references',
    steps: [
      apply('create', '/api/v1/namespaces/{ns}/configmaps/subject', owned('11111111-2222-3333-4444-555555555555')),
      apply(
        'another owner',
        '/api/v1/namespaces/{ns}/configmaps/subject',
        owned('21111111-2222-3333-4444-555555555555'),
        two,
      ),
      apply('first gives up', '/api/v1/namespaces/{ns}/configmaps/subject', {
        apiVersion: 'v1',
        kind: 'ConfigMap',
        metadata: { name: 'subject' },
      }),
      apply(
        'doubled owner',
        '/api/v1/namespaces/{ns}/configmaps/subject',
        doublyOwned('31111111-2222-3333-4444-555555555555'),
      ),
    ],
  },
  {
    name: 'apply structures: atomic lists and structs',
    steps: [
      apply('create', path, withContainers(rich)),
      apply('atomic list', path, partOf({ containers: [{ name: 'a', args: ['three'] }] }), two),
      apply('atomic list by force', path, partOf({ containers: [{ name: 'a', args: ['three'] }] }), force),
      apply('first without the list', path, withContainers({ ...rich, args: undefined })),
      apply(
        'capabilities',
        path,
        partOf({ containers: [{ name: 'a', securityContext: { capabilities: { add: ['C'] } } }] }),
        two,
      ),
      apply(
        'selector is atomic',
        path,
        {
          apiVersion: 'apps/v1',
          kind: 'Deployment',
          metadata: { name: 'subject' },
          spec: { selector: { matchLabels: { app: 'subject', more: 'x' } } },
        },
        two,
      ),
      apply('tolerations', path, partOf({ tolerations: [{ key: 'a', operator: 'Exists' }] }), force),
      apply('tolerations of another', path, partOf({ tolerations: [{ key: 'b', operator: 'Exists' }] }), {
        manager: 'three',
      }),
      apply('node selector', path, partOf({ nodeSelector: { a: 'b' } }), force),
      apply('node selector of another', path, partOf({ nodeSelector: { c: 'd' } }), { manager: 'three' }),
      apply('empty list', path, partOf({ tolerations: [] }), force),
      apply('empty struct', path, partOf({ securityContext: {} }), force),
      apply('null struct', path, partOf({ securityContext: null }), force),
      apply(
        'affinity',
        path,
        partOf({
          affinity: {
            nodeAffinity: {
              requiredDuringSchedulingIgnoredDuringExecution: {
                nodeSelectorTerms: [{ matchExpressions: [{ key: 'a', operator: 'Exists' }] }],
              },
            },
          },
        }),
        force,
      ),
      apply('image pull secrets', path, partOf({ imagePullSecrets: [{ name: 's' }, { name: 't' }] }), force),
      apply(
        'topology spread',
        path,
        partOf({
          topologySpreadConstraints: [
            { maxSkew: 1, topologyKey: 'z', whenUnsatisfiable: 'DoNotSchedule' },
            { maxSkew: 1, topologyKey: 'z', whenUnsatisfiable: 'ScheduleAnyway' },
          ],
        }),
        force,
      ),
      get('get', path),
    ],
  },
  {
    name: 'apply structures: numbers and keys of lists',
    steps: [
      apply('integer or text', servicePath, service('subject', { ports: [{ port: 80, targetPort: 'http' }] })),
      apply('text to integer', servicePath, service('subject', { ports: [{ port: 80, targetPort: 8080 }] })),
      apply('integer by another', servicePath, service('subject', { ports: [{ port: 80, targetPort: 8080 }] }), two),
      apply(
        'integer as a text by another',
        servicePath,
        service('subject', { ports: [{ port: 80, targetPort: '8080' }] }),
        two,
      ),
      apply(
        'whole fraction',
        servicePath,
        '{"apiVersion":"v1","kind":"Service","metadata":{"name":"subject"},"spec":{"ports":[{"port":80.0,"targetPort":8080}]}}',
      ),
      apply('zero', path, deployment('subject', { replicas: 0, minReadySeconds: 0 })),
      apply(
        'large',
        `${pods}/large`,
        pod('large', { activeDeadlineSeconds: 9_007_199_254_740_991, containers: [{ name: 'a', image: 'a' }] }),
        { query: 'dryRun=All' },
      ),
    ],
  },
  {
    name: 'apply structures: raw values',
    steps: [
      apply('create', revisionPath, revision({ a: { b: 1, c: [1, 2] } })),
      apply('same', revisionPath, revision({ a: { b: 1, c: [1, 2] } })),
      apply('another', revisionPath, revision({ a: { b: 1 } }), two),
    ],
  },
  {
    name: 'apply structures: custom resources',
    steps: [
      post('define', definitions, definition),
      get('established', `${definitions}/tunes.${group}`, { until: isEstablished }),
      get('served', `/apis/${group}/v1/tunes`, { until: (_, status) => status === 200 }),
      get('published', `/openapi/v3/apis/${group}/v1`, {
        until: (_, status) => status === 200,
        accept: 'application/json',
        method: 'HEAD',
      }),
      ...customSteps(),
    ],
  },
];

function owned(uid: string): JsonObject {
  return {
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { name: 'subject', ownerReferences: [{ apiVersion: 'v1', kind: 'Pod', name: 'p', uid }] },
  };
}

function doublyOwned(uid: string): JsonObject {
  const owner = { apiVersion: 'v1', kind: 'Pod', name: 'p', uid };
  return { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'subject', ownerReferences: [owner, owner] } };
}
