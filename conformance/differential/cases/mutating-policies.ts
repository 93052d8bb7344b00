/** MutatingAdmissionPolicies: configurations that they apply, JSON patches, their failures, and who comes again. */
import { type Case, type JsonObject, patch, post, type Step } from '../case.ts';

const group = '/apis/admissionregistration.k8s.io/v1';
const configMaps = '/api/v1/namespaces/{ns}/configmaps';
const deployments = '/apis/apps/v1/namespaces/{ns}/deployments';

const labelled = (labels: JsonObject): JsonObject => ({ matchLabels: labels });

interface PolicyParts {
  readonly mutations: readonly JsonObject[];
  readonly spec?: JsonObject;
  readonly bindings?: readonly JsonObject[];
}

const applying = (expression: string): JsonObject => ({
  patchType: 'ApplyConfiguration',
  applyConfiguration: { expression },
});
const patching = (expression: string): JsonObject => ({ patchType: 'JSONPatch', jsonPatch: { expression } });

function policySteps(id: string, name: string, { mutations, spec = {}, bindings = [{}] }: PolicyParts): Step[] {
  const own = `corpus-${id}-${name}`;
  const matchConstraints = {
    namespaceSelector: labelled({ 'kubernetes.io/metadata.name': '{ns}' }),
    objectSelector: labelled({ case: id, policy: name }),
    resourceRules: [
      {
        operations: ['CREATE', 'UPDATE'],
        apiGroups: ['*'],
        apiVersions: ['*'],
        resources: ['configmaps', 'deployments', 'pods', 'services'],
      },
    ],
    ...(spec.matchConstraints as JsonObject | undefined),
  };
  return [
    post(`policy ${name}`, `${group}/mutatingadmissionpolicies`, {
      apiVersion: 'admissionregistration.k8s.io/v1',
      kind: 'MutatingAdmissionPolicy',
      metadata: { name: own },
      spec: { reinvocationPolicy: 'Never', ...spec, mutations: [...mutations], matchConstraints },
    }),
    ...bindings.map((binding, index) =>
      post(`binding ${index} of ${name}`, `${group}/mutatingadmissionpolicybindings`, {
        apiVersion: 'admissionregistration.k8s.io/v1',
        kind: 'MutatingAdmissionPolicyBinding',
        metadata: { name: `${own}-${index}` },
        spec: { policyName: own, ...binding },
      }),
    ),
  ];
}

function effective(id: string): Step[] {
  const labels = { case: id, policy: 'ready' };
  return [
    ...policySteps(id, 'ready', { mutations: [patching("[JSONPatch{op: 'remove', path: '/data/nothing'}]")] }),
    post('effective', `${configMaps}?dryRun=All`, configMap('ready', labels), {
      until: (_body, status) => status !== 201,
    }),
  ];
}

function configMap(name: string, labels: JsonObject, data: JsonObject = { a: 'b' }): JsonObject {
  return { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name, labels }, data };
}

const pod = { containers: [{ name: 'main', image: 'registry.example.com/main:1' }] };

const deployment = (name: string, labels: JsonObject): JsonObject => ({
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name, labels },
  spec: { selector: { matchLabels: { app: name } }, template: { metadata: { labels: { app: name } }, spec: pod } },
});

const ofMaps: Readonly<Record<string, PolicyParts>> = {
  apply: { mutations: [applying("Object{data: {'added': 'yes', 'a': 'c'}}")] },
  'apply-metadata': {
    mutations: [
      applying(
        "Object{metadata: Object.metadata{labels: {'made': object.data.a}, annotations: {'from': request.operation}}}",
      ),
    ],
  },
  'apply-nothing': { mutations: [applying('Object{}')] },
  'apply-unknown': { mutations: [applying("Object{surprise: 'x'}")] },
  'apply-wrong-type': { mutations: [applying("Object{data: 'x'}")] },
  'apply-wrong-name': { mutations: [applying("Object{metadata: Object.wrong{labels: {'a': 'b'}}}")] },
  'apply-atomic': {
    mutations: [
      applying("Object{metadata: Object.metadata{managedFields: [Object.metadata.managedFields{manager: 'x'}]}}"),
    ],
  },
  'apply-finalizers': { mutations: [applying("Object{metadata: Object.metadata{finalizers: ['a.example.com/b']}}")] },
  'apply-optional': {
    mutations: [
      applying(
        "Object{metadata: Object.metadata{?labels: has(object.data.none) ? optional.of({'a': 'b'}) : optional.none()}, ?data: optional.of({'o': 'p'})}",
      ),
    ],
  },
  'apply-error': { mutations: [applying("Object{data: {'x': object.data.nothing}}")] },
  'apply-error-ignored': {
    mutations: [applying("Object{data: {'x': object.data.nothing}}")],
    spec: { failurePolicy: 'Ignore' },
  },
  'apply-name': { mutations: [applying("Object{metadata: Object.metadata{name: 'renamed'}}")] },
  'apply-namespace': { mutations: [applying("Object{metadata: Object.metadata{namespace: 'kube-system'}}")] },
  'apply-invalid': { mutations: [applying("Object{data: {'not a key': 'x'}}")] },
  'apply-twice': {
    mutations: [
      applying("Object{data: {'first': 'one'}}"),
      applying("Object{data: {'second': object.data.first + ' two'}}"),
    ],
  },
  'error-then-apply': {
    mutations: [applying("Object{data: {'first': object.data.nothing}}"), applying("Object{data: {'second': 'two'}}")],
  },
  variables: {
    mutations: [applying("Object{data: {'v': variables.twice}}")],
    spec: {
      variables: [
        { name: 'once', expression: 'object.data.a' },
        { name: 'twice', expression: 'variables.once + variables.once' },
      ],
    },
  },
  'condition-false': {
    mutations: [applying("Object{data: {'x': 'y'}}")],
    spec: { matchConditions: [{ name: 'no', expression: "object.data.a == 'z'" }] },
  },
  'condition-error': {
    mutations: [applying("Object{data: {'x': 'y'}}")],
    spec: { matchConditions: [{ name: 'broken', expression: "object.data.nothing == 'z'" }] },
  },
  'namespace-object': {
    mutations: [applying("Object{data: {'n': namespaceObject.metadata.name == request.namespace ? 'same' : 'other'}}")],
  },
  authorizer: {
    mutations: [
      applying("Object{data: {'may': string(authorizer.group('').resource('pods').check('create').allowed())}}"),
    ],
  },
  patch: {
    mutations: [
      patching(
        "[JSONPatch{op: 'add', path: '/data/added', value: 'yes'}, JSONPatch{op: 'replace', path: '/data/a', value: 'c'}]",
      ),
    ],
  },
  'patch-escaped': {
    mutations: [
      patching(
        "[JSONPatch{op: 'add', path: '/metadata/labels/' + jsonpatch.escapeKey('example.com/x~y'), value: 'z'}]",
      ),
    ],
  },
  'patch-none': { mutations: [patching('[]')] },
  'patch-test': {
    mutations: [
      patching(
        "[JSONPatch{op: 'test', path: '/data/a', value: 'z'}, JSONPatch{op: 'add', path: '/data/b', value: 'x'}]",
      ),
    ],
  },
  'patch-test-holds': {
    mutations: [
      patching(
        "[JSONPatch{op: 'test', path: '/data/a', value: 'b'}, JSONPatch{op: 'add', path: '/data/b', value: 'x'}]",
      ),
    ],
  },
  'patch-missing': { mutations: [patching("[JSONPatch{op: 'remove', path: '/data/nothing'}]")] },
  'patch-missing-ignored': {
    mutations: [patching("[JSONPatch{op: 'remove', path: '/data/nothing'}]")],
    spec: { failurePolicy: 'Ignore' },
  },
  'patch-move': { mutations: [patching("[JSONPatch{op: 'move', from: '/data/a', path: '/data/z'}]")] },
  'patch-copy': { mutations: [patching("[JSONPatch{op: 'copy', from: '/data/a', path: '/data/z'}]")] },
  'patch-unknown-operation': { mutations: [patching("[JSONPatch{op: 'frob', path: '/data/a'}]")] },
  'patch-unknown-field': { mutations: [patching("[JSONPatch{op: 'add', path: '/surprise', value: 1}]")] },
  'patch-wrong-type': { mutations: [patching("[JSONPatch{op: 'add', path: '/data/a', value: 1}]")] },
  'patch-object': {
    mutations: [
      patching(
        "[JSONPatch{op: 'add', path: '/metadata/annotations', value: {'a': 'b'}}, JSONPatch{op: 'add', path: '/immutable', value: true}]",
      ),
    ],
  },
  'patch-conditional': {
    mutations: [patching("has(object.data.none) ? [JSONPatch{op: 'remove', path: '/data/none'}] : []")],
  },
  'patch-error': { mutations: [patching("[JSONPatch{op: 'add', path: '/data/x', value: object.data.nothing}]")] },
  'too-expensive': {
    mutations: [
      applying(
        "Object{data: {'x': ['a', 'b', 'c', 'd'].exists(verb, authorizer.serviceAccount('default', 'nobody').group('').resource('pods').check(verb).allowed()) ? 'y' : 'n'}}",
      ),
    ],
  },
  unbound: { mutations: [applying("Object{data: {'x': 'y'}}")], bindings: [] },
  'bound-elsewhere': {
    mutations: [applying("Object{data: {'x': 'y'}}")],
    bindings: [{ matchResources: { namespaceSelector: labelled({ 'kubernetes.io/metadata.name': 'nowhere' }) } }],
  },
  'two-bindings': {
    mutations: [applying("Object{data: {'x': object.data.?x.orValue('') + 'y'}}")],
    bindings: [{}, {}],
  },
  params: {
    mutations: [applying("Object{data: {'x': params.data.given}}")],
    spec: { paramKind: { apiVersion: 'v1', kind: 'ConfigMap' } },
    bindings: [{ paramRef: { name: 'given', parameterNotFoundAction: 'Deny' } }],
  },
  'params-missing': {
    mutations: [applying("Object{data: {'x': params.data.given}}")],
    spec: { paramKind: { apiVersion: 'v1', kind: 'ConfigMap' } },
    bindings: [{ paramRef: { name: 'missing', parameterNotFoundAction: 'Deny' } }],
  },
  'params-missing-allowed': {
    mutations: [applying("Object{data: {'x': params.data.given}}")],
    spec: { paramKind: { apiVersion: 'v1', kind: 'ConfigMap' } },
    bindings: [{ paramRef: { name: 'missing', parameterNotFoundAction: 'Allow' } }],
  },
  'params-unknown': {
    mutations: [applying("Object{data: {'x': 'y'}}")],
    spec: { paramKind: { apiVersion: 'nowhere.example.com/v1', kind: 'Unheard' } },
    bindings: [{ paramRef: { name: 'missing', parameterNotFoundAction: 'Allow' } }],
  },
};

const mapCase = (): Case => {
  const id = 'maps';
  return {
    name: 'mutating policies: config maps',
    steps: [
      post('given', configMaps, configMap('given', {}, { given: 'params' })),
      ...Object.entries(ofMaps).flatMap(([name, parts]) => policySteps(id, name, parts)),
      ...effective(id),
    ],
    independent: Object.keys(ofMaps).map((name) =>
      post(name, `${configMaps}?dryRun=All`, configMap(name, { case: id, policy: name })),
    ),
  };
};

const ofDeployments: Readonly<Record<string, PolicyParts>> = {
  replicas: { mutations: [applying('Object{spec: Object.spec{replicas: 3, paused: true}}')] },
  container: {
    mutations: [
      applying(
        "Object{spec: Object.spec{template: Object.spec.template{spec: Object.spec.template.spec{containers: [Object.spec.template.spec.containers{name: 'side', image: 'registry.example.com/side:1', env: [Object.spec.template.spec.containers.env{name: 'A', value: 'b'}]}]}}}}",
      ),
    ],
  },
  'container-changed': {
    mutations: [
      applying(
        "Object{spec: Object.spec{template: Object.spec.template{spec: Object.spec.template.spec{containers: object.spec.template.spec.containers.map(c, Object.spec.template.spec.containers{name: c.name, imagePullPolicy: 'Always', resources: Object.spec.template.spec.containers.resources{limits: {'cpu': '1'}}})}}}}",
      ),
    ],
  },
  'init-container': {
    mutations: [
      patching(
        "[JSONPatch{op: 'add', path: '/spec/template/spec/initContainers', value: [Object.spec.template.spec.initContainers{name: 'first', image: 'registry.example.com/first:1', restartPolicy: 'Always'}]}]",
      ),
    ],
  },
  'atomic-list': {
    mutations: [
      applying(
        "Object{spec: Object.spec{template: Object.spec.template{spec: Object.spec.template.spec{containers: [Object.spec.template.spec.containers{name: 'main', args: ['a']}]}}}}",
      ),
    ],
  },
  selector: {
    mutations: [applying("Object{spec: Object.spec{selector: Object.spec.selector{matchLabels: {'more': 'x'}}}}")],
  },
  'without-key': {
    mutations: [
      applying(
        "Object{spec: Object.spec{template: Object.spec.template{spec: Object.spec.template.spec{containers: [Object.spec.template.spec.containers{image: 'x'}]}}}}",
      ),
    ],
  },
  'wrong-names': {
    mutations: [
      applying('Object{spec: Object.spec{template: Object.spec.wrong{spec: Object.spec.worse{hostNetwork: true}}}}'),
    ],
  },
  'wrong-name-in-patch': {
    mutations: [
      patching(
        "[JSONPatch{op: 'add', path: '/spec/strategy', value: Object.spec.strategy{rollingUpdate: Object.wrong{maxSurge: 1}}}]",
      ),
    ],
  },
  'text-for-number': { mutations: [applying("Object{spec: Object.spec{replicas: 'three'}}")] },
  'number-in-patch': { mutations: [patching("[JSONPatch{op: 'replace', path: '/spec/replicas', value: 2 + 2}]")] },
  'fraction-in-patch': { mutations: [patching("[JSONPatch{op: 'replace', path: '/spec/replicas', value: 2.5}]")] },
  'null-in-patch': { mutations: [patching("[JSONPatch{op: 'add', path: '/spec/replicas', value: null}]")] },
};

const deploymentCase = (): Case => {
  const id = 'works';
  return {
    name: 'mutating policies: deployments',
    steps: [
      ...Object.entries(ofDeployments).flatMap(([name, parts]) => policySteps(id, name, parts)),
      ...effective(id),
    ],
    independent: Object.keys(ofDeployments).map((name) =>
      post(name, `${deployments}?dryRun=All`, deployment(name, { case: id, policy: name })),
    ),
  };
};

/** Words are added one after the other; those that want it come again when a later policy has changed something. */
const orderCase = (): Case => {
  const id = 'again';
  const word = (its: string): JsonObject =>
    applying(`Object{data: {'trail': object.data.?trail.orValue('') + '${its}'}}`);
  const all = { matchConstraints: { objectSelector: labelled({ case: id, policy: 'all' }) } };
  const again = { ...all, reinvocationPolicy: 'IfNeeded' };
  return {
    name: 'mutating policies: reinvocation',
    steps: [
      ...policySteps(id, 'once', { mutations: [word('a')], spec: all }),
      ...policySteps(id, 'update', {
        mutations: [applying("Object{data: {'operation': request.operation, 'old': string(oldObject != null)}}")],
      }),
      ...policySteps(id, 'repeated', {
        mutations: [word('r')],
        spec: { ...again, matchConstraints: { objectSelector: labelled({ case: id, policy: 'repeated' }) } },
      }),
      ...policySteps(id, 'settled', {
        mutations: [applying("Object{data: {'settled': 'yes'}}")],
        spec: { ...again, matchConstraints: { objectSelector: labelled({ case: id, policy: 'settled' }) } },
      }),
      ...effective(id),
      ...['all', 'repeated', 'settled'].map((policy) =>
        post(policy, `${configMaps}?dryRun=All`, configMap('again', { case: id, policy }, {})),
      ),
      post('make', configMaps, configMap('updated', { case: id, policy: 'update' })),
      patch('merge', 'update', `${configMaps}/updated`, { data: { a: 'c' } }),
    ],
  };
};

/** Webhooks come after policies, and a change by one has those policies come again that want it. */
const webhookCase = (): Case => {
  const id = 'beside';
  const labels = { case: id, policy: 'beside' };
  return {
    name: 'mutating policies: beside webhooks',
    steps: [
      ...policySteps(id, 'beside', {
        mutations: [applying("Object{data: {'trail': object.data.?trail.orValue('') + 'p'}}")],
        spec: { reinvocationPolicy: 'IfNeeded' },
      }),
      post('webhook', `${group}/mutatingwebhookconfigurations`, {
        metadata: { name: 'corpus-beside' },
        webhooks: [
          {
            name: 'beside.example.com',
            clientConfig: { url: '{webhook}/append/trail/w', caBundle: '{webhook-ca}' },
            rules: [{ operations: ['*'], apiGroups: [''], apiVersions: ['v1'], resources: ['configmaps'] }],
            sideEffects: 'None',
            admissionReviewVersions: ['v1'],
            objectSelector: labelled(labels),
            reinvocationPolicy: 'IfNeeded',
          },
        ],
      }),
      ...effective(id),
      post('both', `${configMaps}?dryRun=All`, configMap('beside', labels, {}), {
        until: (body) => /w/.test(JSON.stringify((body as { data?: object } | null)?.data ?? {})),
      }),
    ],
  };
};

export const mutatingPolicyCases: readonly Case[] = [mapCase(), deploymentCase(), orderCase(), webhookCase()];
