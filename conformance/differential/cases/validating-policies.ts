/** ValidatingAdmissionPolicies: what they see, what they say, and what their bindings make of it. */
import { type Case, type JsonObject, patch, post, put, remove, type Step } from '../case.ts';

const group = '/apis/admissionregistration.k8s.io/v1';
const configMaps = '/api/v1/namespaces/{ns}/configmaps';

const labelled = (labels: JsonObject): JsonObject => ({ matchLabels: labels });

export interface PolicyParts {
  readonly spec: JsonObject;
  /** Of each binding; one that denies unless it says otherwise. */
  readonly bindings?: readonly JsonObject[];
}

const rule = (resources: readonly string[], more: JsonObject = {}): JsonObject => ({
  operations: ['*'],
  apiGroups: ['*'],
  apiVersions: ['*'],
  resources: [...resources],
  ...more,
});

/** The policy, which is only asked about objects of this case with its name, and its bindings. */
function policySteps(id: string, name: string, { spec, bindings = [{}] }: PolicyParts): Step[] {
  const own = `corpus-${id}-${name}`;
  const matchConstraints = {
    namespaceSelector: labelled({ 'kubernetes.io/metadata.name': '{ns}' }),
    objectSelector: labelled({ case: id, policy: name }),
    resourceRules: [rule(['configmaps'])],
    ...(spec.matchConstraints as JsonObject | undefined),
  };
  return [
    post(`policy ${name}`, `${group}/validatingadmissionpolicies`, {
      apiVersion: 'admissionregistration.k8s.io/v1',
      kind: 'ValidatingAdmissionPolicy',
      metadata: { name: own },
      spec: { ...spec, matchConstraints },
    }),
    ...bindings.map((binding, index) =>
      post(`binding ${index} of ${name}`, `${group}/validatingadmissionpolicybindings`, {
        apiVersion: 'admissionregistration.k8s.io/v1',
        kind: 'ValidatingAdmissionPolicyBinding',
        metadata: { name: `${own}-${index}` },
        spec: { policyName: own, validationActions: ['Deny'], ...binding },
      }),
    ),
  ];
}

/** All policies of a server become effective together; upstream looks for new ones once a second. */
function effective(id: string): Step[] {
  const labels = { case: id, policy: 'ready' };
  return [
    ...policySteps(id, 'ready', { spec: { validations: [{ expression: 'false' }] } }),
    post('effective', `${configMaps}?dryRun=All`, configMap('ready', labels), {
      until: (_body, status) => status !== 201,
    }),
  ];
}

function configMap(
  name: string,
  labels: JsonObject,
  data: JsonObject = { a: 'b', number: '7', zero: '0' },
): JsonObject {
  return { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name, labels }, data };
}

const validations = (...expressions: readonly (string | JsonObject)[]): PolicyParts => ({
  spec: { validations: expressions.map((its) => (typeof its === 'string' ? { expression: its } : its)) },
});

/** By name: the policy that a config map of that name and label meets. */
const meetings: Readonly<Record<string, PolicyParts>> = {
  holds: validations("object.data.a == 'b'"),
  fails: validations("object.data.a == 'c'"),
  'fails-second': validations('true', "object.data.a == 'c'", 'false'),
  'with-message': validations({ expression: 'false', message: ' as written ' }),
  'with-expression': validations({
    expression: 'false',
    message: 'not this',
    messageExpression: "'made of ' + object.data.a",
  }),
  'with-failing-expression': validations({
    expression: 'false',
    message: 'then this',
    messageExpression: "'made of ' + object.data.nothing",
  }),
  'with-empty-expression': validations({ expression: ' false ', messageExpression: "' '" }),
  'with-lines': validations({ expression: 'false', messageExpression: String.raw`'two\nlines'` }),
  'with-long-message': validations({
    expression: 'false',
    message: 'short',
    messageExpression: `'${'x'.repeat(5200)}'`,
  }),
  forbidden: validations({ expression: 'false', reason: 'Forbidden' }),
  'too-large': validations({ expression: 'false', reason: 'RequestEntityTooLarge', message: 'so large' }),
  invalid: validations({ expression: 'false', reason: 'Invalid' }),
  error: validations('object.data.nothing == 1'),
  'error-in-types': validations('object.data.a + 1 == 2'),
  'error-ignored': { spec: { failurePolicy: 'Ignore', validations: [{ expression: 'object.data.nothing == 1' }] } },
  'fails-though-ignored': { spec: { failurePolicy: 'Ignore', validations: [{ expression: 'false' }] } },
  'error-then-false': validations('object.data.nothing == 1', 'false'),
  variables: {
    spec: {
      variables: [
        { name: 'number', expression: 'int(object.data.number)' },
        { name: 'twice', expression: 'variables.number * 2' },
        { name: 'broken', expression: 'object.data.nothing' },
      ],
      validations: [
        { expression: 'variables.twice != 14', messageExpression: "'twice is ' + string(variables.twice)" },
      ],
    },
  },
  'broken-variable': {
    spec: {
      variables: [
        { name: 'broken', expression: 'object.data.nothing' },
        { name: 'on-it'.replace('-', ''), expression: 'variables.broken + 1' },
      ],
      validations: [{ expression: 'variables.onit == 1' }],
    },
  },
  'unused-variable': {
    spec: {
      variables: [{ name: 'broken', expression: '1 / int(object.data.zero)' }],
      validations: [{ expression: 'true || variables.broken == 1' }],
    },
  },
  'old-and-request': validations(
    "oldObject == null && request.operation == 'CREATE' && request.name == object.metadata.name && request.namespace == object.metadata.namespace && request.dryRun && request.userInfo.groups.exists(g, g == 'system:masters')",
    "request.kind.kind == 'ConfigMap' && request.requestKind.version == 'v1' && request.requestResource.resource == 'configmaps' && request.options.kind == 'CreateOptions'",
    'has(request.subResource)',
  ),
  'namespace-object': validations(
    {
      expression: "namespaceObject.metadata.name != request.namespace || namespaceObject.status.phase != 'Active'",
      messageExpression:
        "'phase ' + namespaceObject.status.phase + ', finalizers ' + namespaceObject.spec.finalizers.join('+')",
    },
    "'kubernetes.io/metadata.name' in namespaceObject.metadata.labels",
  ),
  'condition-false': {
    spec: { matchConditions: [{ name: 'no', expression: 'false' }], validations: [{ expression: 'false' }] },
  },
  'condition-true': {
    spec: {
      variables: [{ name: 'is', expression: "object.data.a == 'b'" }],
      matchConditions: [{ name: 'yes', expression: "object.data.a == 'b'" }],
      validations: [{ expression: '!variables.is' }],
    },
  },
  'condition-error': {
    spec: {
      matchConditions: [{ name: 'no', expression: 'object.nothing == 1' }],
      validations: [{ expression: 'true' }],
    },
  },
  'condition-error-ignored': {
    spec: {
      failurePolicy: 'Ignore',
      matchConditions: [{ name: 'no', expression: 'object.nothing == 1' }],
      validations: [{ expression: 'false' }],
    },
  },
  warns: { ...validations({ expression: 'false', message: 'so' }), bindings: [{ validationActions: ['Warn'] }] },
  'warns-twice': { ...validations('false', '1 == 2'), bindings: [{ validationActions: ['Warn', 'Audit'] }] },
  audits: { ...validations('false'), bindings: [{ validationActions: ['Audit'] }] },
  'two-bindings': {
    ...validations({ expression: 'false', message: 'so' }),
    bindings: [{ validationActions: ['Warn'] }, { validationActions: ['Warn'] }],
  },
  'denies-and-audits': { ...validations('false'), bindings: [{ validationActions: ['Deny', 'Audit'] }] },
  unbound: { ...validations('false'), bindings: [] },
  'bound-elsewhere': {
    ...validations('false'),
    bindings: [{ matchResources: { namespaceSelector: labelled({ 'kubernetes.io/metadata.name': 'nowhere' }) } }],
  },
  'bound-to-others': {
    ...validations('false'),
    bindings: [{ matchResources: { resourceRules: [rule(['secrets'])] } }],
  },
  'bound-by-name': {
    ...validations('false'),
    bindings: [{ matchResources: { resourceRules: [rule(['configmaps'], { resourceNames: ['bound-by-name'] })] } }],
  },
  excluded: {
    ...validations('false'),
    bindings: [{ matchResources: { excludeResourceRules: [rule(['configmaps'], { resourceNames: ['excluded'] })] } }],
  },
  'annotation-error': {
    spec: {
      validations: [{ expression: 'true' }],
      auditAnnotations: [
        { key: 'good', valueExpression: "'value of ' + object.data.a" },
        { key: 'none', valueExpression: 'null' },
        { key: 'broken', valueExpression: 'string(object.data.nothing)' },
      ],
    },
  },
  annotations: {
    spec: { auditAnnotations: [{ key: 'good', valueExpression: "'value of ' + object.data.a" }] },
  },
  'authorizer-allows': validations(
    "authorizer.group('').resource('pods').namespace('default').check('create').allowed() && authorizer.requestResource.check('delete').allowed()",
    {
      expression:
        "authorizer.serviceAccount('default', 'nobody').group('apps').resource('deployments').subresource('scale').name('x').check('update').allowed()",
      message: 'not nobody',
    },
  ),
  'authorizer-more': validations({
    expression:
      "authorizer.serviceAccount('default', 'nobody').path('/secret').check('get').allowed() || authorizer.serviceAccount('default', 'nobody').path('/secret').check('get').errored()",
    message: 'no way',
  }),
  'too-expensive': validations(
    "['a', 'b', 'c', 'd'].exists(verb, authorizer.serviceAccount('default', 'nobody').group('').resource('pods').check(verb).allowed())",
  ),
  'out-of-budget': {
    spec: {
      validations: Array.from({ length: 16 }, (_, index) => ({
        expression: `!authorizer.serviceAccount('default', 'nobody${index}').group('').resource('pods').check('a').allowed() && !authorizer.serviceAccount('default', 'other').group('').resource('pods').check('b').allowed()`,
      })),
    },
  },
  lists: validations(
    "object.data.map(key, key + '=' + object.data[key]).all(pair, pair.matches('^[a-z]+=[a-z0-9]$'))",
    {
      expression: "object.metadata.labels.all(key, key != 'policy')",
      messageExpression: "'has ' + string(size(object.metadata.labels))",
    },
  ),
  'optional-fields': validations(
    "object.?data.?nothing.orValue('none') == 'some'",
    "object.metadata.?annotations['x'].hasValue()",
  ),
  'managed-fields': validations("object.metadata.managedFields[0].manager == 'nobody'"),
};

const meetingCase = (): Case => {
  const id = 'meet';
  return {
    name: 'validating policies: config maps',
    steps: [...Object.entries(meetings).flatMap(([name, parts]) => policySteps(id, name, parts)), ...effective(id)],
    independent: Object.keys(meetings).map((name) =>
      post(name, `${configMaps}?dryRun=All`, configMap(name, { case: id, policy: name })),
    ),
  };
};

const paramsOf = (
  kind: string,
  more: JsonObject,
  expression = 'params.data.allowed == object.data.a',
): PolicyParts => ({
  spec: {
    paramKind: { apiVersion: 'v1', kind },
    validations: [
      {
        expression,
        messageExpression: "'params of ' + params.kind + ' ' + params.apiVersion + ' ' + params.metadata.name",
      },
    ],
  },
  bindings: [{ paramRef: { parameterNotFoundAction: 'Deny', ...more } }],
});

const parameters: Readonly<Record<string, PolicyParts>> = {
  'by-name': paramsOf('ConfigMap', { name: 'other-parameter' }),
  'by-name-allowing': paramsOf('ConfigMap', { name: 'parameter' }),
  'by-selector': paramsOf('ConfigMap', { selector: labelled({ parameter: 'yes' }) }),
  'by-selector-none': paramsOf('ConfigMap', { selector: labelled({ parameter: 'no' }) }),
  'by-selector-none-allowed': paramsOf('ConfigMap', {
    selector: labelled({ parameter: 'no' }),
    parameterNotFoundAction: 'Allow',
  }),
  missing: paramsOf('ConfigMap', { name: 'missing' }),
  'missing-allowed': paramsOf('ConfigMap', { name: 'missing', parameterNotFoundAction: 'Allow' }),
  'missing-ignored': {
    ...paramsOf('ConfigMap', { name: 'missing' }),
    spec: { ...paramsOf('ConfigMap', {}).spec, failurePolicy: 'Ignore' },
  },
  'of-namespace': paramsOf('ConfigMap', { name: 'nowhere', namespace: 'nowhere' }),
  'cluster-kind': paramsOf('Namespace', { name: '{ns}' }, "params.metadata.name == 'other'"),
  'cluster-kind-with-namespace': paramsOf('Namespace', { name: '{ns}', namespace: '{ns}' }, 'true'),
  unknown: {
    ...paramsOf('ConfigMap', { name: 'x' }, 'true'),
    spec: {
      ...paramsOf('ConfigMap', {}, 'true').spec,
      paramKind: { apiVersion: 'nowhere.example.com/v1', kind: 'Unheard' },
    },
  },
  'without-reference': {
    spec: { paramKind: { apiVersion: 'v1', kind: 'ConfigMap' }, validations: [{ expression: 'params != null' }] },
  },
  'reference-without-kind': {
    spec: { validations: [{ expression: 'false' }] },
    bindings: [{ paramRef: { name: 'x', parameterNotFoundAction: 'Deny' } }],
  },
};

const parameterCase = (): Case => {
  const id = 'params';
  return {
    name: 'validating policies: parameters',
    steps: [
      post('parameter', configMaps, configMap('parameter', { parameter: 'yes' }, { allowed: 'b' })),
      post('other parameter', configMaps, configMap('other-parameter', { parameter: 'yes' }, { allowed: 'c' })),
      ...Object.entries(parameters).flatMap(([name, parts]) => policySteps(id, name, parts)),
      ...effective(id),
    ],
    independent: Object.keys(parameters).map((name) =>
      post(name, `${configMaps}?dryRun=All`, configMap(name, { case: id, policy: name })),
    ),
  };
};

/** Parameters of a kind of one's own, which come and change. */
const customCase = (): Case => {
  const id = 'custom';
  const definition = 'limits.policies.example.com';
  const limits = '/apis/policies.example.com/v1/namespaces/{ns}/limits';
  const ask = (name: string, length: number): Step =>
    post(
      name,
      `${configMaps}?dryRun=All`,
      configMap('limited', { case: id, policy: 'limit' }, { a: 'x'.repeat(length) }),
    );
  return {
    name: 'validating policies: parameters of a custom kind',
    steps: [
      post('definition', '/apis/apiextensions.k8s.io/v1/customresourcedefinitions', {
        metadata: { name: definition },
        spec: {
          group: 'policies.example.com',
          names: { plural: 'limits', singular: 'limit', kind: 'Limit', listKind: 'LimitList' },
          scope: 'Namespaced',
          versions: [
            {
              name: 'v1',
              served: true,
              storage: true,
              schema: { openAPIV3Schema: { type: 'object', properties: { most: { type: 'integer' } } } },
            },
          ],
        },
      }),
      post(
        'limit',
        limits,
        { apiVersion: 'policies.example.com/v1', kind: 'Limit', metadata: { name: 'five' }, most: 5 },
        {
          until: (_body, status) => status === 201,
        },
      ),
      ...policySteps(id, 'limit', {
        spec: {
          paramKind: { apiVersion: 'policies.example.com/v1', kind: 'Limit' },
          validations: [
            {
              expression: 'size(object.data.a) <= params.most',
              messageExpression: "'at most ' + string(params.most)",
            },
          ],
        },
        bindings: [{ paramRef: { name: 'five', parameterNotFoundAction: 'Deny' } }],
      }),
      ...effective(id),
      post(
        'too long',
        `${configMaps}?dryRun=All`,
        configMap('limited', { case: id, policy: 'limit' }, { a: 'xxxxxx' }),
        {
          until: (body, status) =>
            status !== 201 && !/not (known|yet synced)|failed to find/.test(JSON.stringify(body)),
        },
      ),
      ask('short enough', 5),
      patch('merge', 'more', `${limits}/five`, { most: 9 }),
      post('longer', `${configMaps}?dryRun=All`, configMap('limited', { case: id, policy: 'limit' }, { a: 'xxxxxx' }), {
        until: (_body, status) => status === 201,
      }),
      remove('no limit', `${limits}/five`),
      post('without', `${configMaps}?dryRun=All`, configMap('limited', { case: id, policy: 'limit' }, { a: 'x' }), {
        until: (_body, status) => status !== 201,
      }),
    ],
  };
};

const operationCase = (): Case => {
  const id = 'operations';
  const labels = (policy: string): JsonObject => ({ case: id, policy });
  const deployments = '/apis/apps/v1/namespaces/{ns}/deployments';
  const tell = {
    expression: 'false',
    messageExpression:
      "request.operation + ' of ' + request.resource.resource + '/' + (has(request.subResource) ? request.subResource : '') + ' ' + request.kind.kind + ', old: ' + string(oldObject != null) + ', new: ' + string(object != null)",
  };
  const policy = (
    name: string,
    resources: readonly string[],
    operations: readonly string[],
    more: JsonObject = {},
  ): Step[] =>
    policySteps(id, name, {
      spec: {
        validations: [tell],
        matchConstraints: { resourceRules: [rule(resources, { operations: [...operations] })], ...more },
      },
    });
  const map = (name: string, data: JsonObject): JsonObject => configMap('operated', labels(name), data);
  return {
    name: 'validating policies: operations',
    steps: [
      ...policy('update', ['configmaps'], ['UPDATE']),
      ...policy('delete', ['configmaps'], ['DELETE']),
      ...policy('scale', ['deployments/scale'], ['UPDATE'], { objectSelector: {} }),
      ...policy('connect', ['pods/exec'], ['CONNECT'], { objectSelector: {} }),
      ...policy('reviews', ['*'], ['*'], {
        objectSelector: labelled(labels('reviews')),
        namespaceSelector: {},
      }),
      ...policy('equivalent', ['horizontalpodautoscalers'], ['CREATE'], {
        resourceRules: [rule(['horizontalpodautoscalers'], { apiVersions: ['v1'] })],
      }),
      ...policy('exact', ['horizontalpodautoscalers'], ['CREATE'], {
        resourceRules: [rule(['horizontalpodautoscalers'], { apiVersions: ['v1'] })],
        matchPolicy: 'Exact',
      }),
      ...effective(id),
      post('make', configMaps, map('update', { a: 'b' })),
      put('update', `${configMaps}/operated`, map('update', { a: 'c' })),
      patch('merge', 'patch', `${configMaps}/operated`, { data: { a: 'd' } }),
      remove('delete', `${configMaps}/operated`),
      post('make again', configMaps, map('delete', { a: 'b' })),
      remove('delete what is guarded', `${configMaps}/operated`),
      remove('delete a collection of what is guarded', `${configMaps}?labelSelector=policy=delete`),
      post('deployment', deployments, {
        metadata: { name: 'operated' },
        spec: {
          selector: { matchLabels: { app: 'x' } },
          template: { metadata: { labels: { app: 'x' } }, spec: { containers: [{ name: 'main', image: 'x' }] } },
        },
      }),
      patch('merge', 'scale', `${deployments}/operated/scale`, { spec: { replicas: 3 } }),
      post('exec', '/api/v1/namespaces/{ns}/pods/nobody/exec?command=ls', undefined),
      post('review', '/apis/authorization.k8s.io/v1/selfsubjectaccessreviews', {
        metadata: { labels: labels('reviews') },
        spec: { nonResourceAttributes: { path: '/x', verb: 'get' } },
      }),
      post('webhooks', `${group}/validatingwebhookconfigurations?dryRun=All`, {
        metadata: { name: 'corpus-reviewed', labels: labels('reviews') },
      }),
      post('policies', `${group}/validatingadmissionpolicybindings?dryRun=All`, {
        metadata: { name: 'corpus-reviewed', labels: labels('reviews') },
        spec: { policyName: 'x', validationActions: ['Deny'] },
      }),
      ...['equivalent', 'exact'].map((name) =>
        post(name, '/apis/autoscaling/v2/namespaces/{ns}/horizontalpodautoscalers?dryRun=All', {
          metadata: { name, labels: labels(name) },
          spec: { maxReplicas: 3, scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: 'x' } },
        }),
      ),
    ],
  };
};

export const validatingPolicyCases: readonly Case[] = [meetingCase(), parameterCase(), customCase(), operationCase()];
