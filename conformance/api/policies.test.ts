/** Admission policies as their authors meet them. */
import test from 'ava';
import { type ApiUnderTest, configMap, type Json, type Reply, startApiUnderTest } from './api-under-test.ts';

const group = '/apis/admissionregistration.k8s.io/v1';
let api: ApiUnderTest;
test.before(async () => {
  api = await startApiUnderTest();
});
test.after.always(() => api?.stop());

type Fields = { readonly [key: string]: Json };

/** Asks until the answer is as expected: other servers may follow policies with a delay. */
async function eventually(ask: () => Promise<Reply>, isAsExpected: (reply: Reply) => boolean): Promise<Reply> {
  for (let attempt = 1; ; attempt++) {
    const reply = await ask();
    if (isAsExpected(reply) || attempt > 500) return reply;
    if (attempt > 1) await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

async function make(
  kind: 'validating' | 'mutating',
  name: string,
  parts: { spec: Fields; binding: Fields },
): Promise<void> {
  const own = `${api.namespace}-${name}`;
  const matchConstraints = {
    resourceRules: [{ operations: ['*'], apiGroups: ['*'], apiVersions: ['*'], resources: ['configmaps'] }],
    objectSelector: { matchLabels: { policy: own } },
    ...(parts.spec.matchConstraints as Fields | undefined),
  };
  const policy = await api.post(`${group}/${kind}admissionpolicies`, {
    metadata: { name: own },
    spec: { ...parts.spec, matchConstraints },
  });
  const binding = await api.post(`${group}/${kind}admissionpolicybindings`, {
    metadata: { name: own },
    spec: { policyName: own, ...parts.binding },
  });
  for (const { status, body } of [policy, binding]) if (status !== 201) throw new Error(body.message);
}

async function unmake(kind: 'validating' | 'mutating', name: string): Promise<void> {
  for (const what of ['policybindings', 'policies']) {
    await api.remove(`${group}/${kind}admission${what}/${api.namespace}-${name}`);
  }
}

const post = (policy: string, name: string, data: Json = { a: 'b' }): Promise<Reply> =>
  api.post(`${api.configMaps}?dryRun=All`, configMap(name, { labels: { policy: `${api.namespace}-${policy}` } }, data));

test('a policy refuses what does not hold, with its reason and its own words', async (t) => {
  await make('validating', 'words', {
    spec: {
      variables: [{ name: 'length', expression: 'size(object.data.a)' }],
      validations: [
        {
          expression: 'variables.length < 3',
          messageExpression: "object.metadata.name + ' has ' + string(variables.length)",
          reason: 'Forbidden',
        },
      ],
    },
    binding: { validationActions: ['Deny'] },
  });
  const refused = await eventually(
    () => post('words', 'wordy', { a: 'much' }),
    ({ status }) => status !== 201,
  );
  t.like(refused.body, { code: 403, reason: 'Forbidden' });
  t.regex(refused.body.message ?? '', /^configmaps "wordy" is forbidden: .* denied request: wordy has 4$/);
  t.is((await post('words', 'brief', { a: 'so' })).status, 201);
  await unmake('validating', 'words');
  t.is(
    (
      await eventually(
        () => post('words', 'free', { a: 'much' }),
        ({ status }) => status === 201,
      )
    ).status,
    201,
  );
});

test('an expression that is far too expensive is refused by its cost, and not evaluated to its end', async (t) => {
  await make('validating', 'bomb', {
    spec: {
      variables: [
        { name: 'one', expression: '[0,1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16,17,18,19]' },
        {
          name: 'bomb',
          expression:
            'variables.one.all(a, variables.one.all(b, variables.one.all(c, variables.one.all(d, variables.one.all(e, a + b + c + d + e >= 0)))))',
        },
      ],
      validations: [{ expression: 'variables.bomb' }],
    },
    binding: { validationActions: ['Deny'] },
  });
  const refused = await eventually(
    () => post('bomb', 'bomb'),
    ({ status }) => status !== 201,
  );
  t.regex(refused.body.message ?? '', /operation cancelled: actual cost limit exceeded$/);
  await unmake('validating', 'bomb');
});

test('a binding gives parameters, and a policy without what it needs denies', async (t) => {
  await make('validating', 'params', {
    spec: {
      paramKind: { apiVersion: 'v1', kind: 'ConfigMap' },
      validations: [{ expression: 'object.data.a in params.data.allowed.split(",")' }],
    },
    binding: {
      validationActions: ['Deny'],
      paramRef: { name: 'allowed', namespace: api.namespace, parameterNotFoundAction: 'Deny' },
    },
  });
  const missing = await eventually(
    () => post('params', 'early'),
    ({ status }) => status !== 201,
  );
  t.regex(missing.body.message ?? '', /no params found for policy binding with `Deny` parameterNotFoundAction$/);
  await api.post(api.configMaps, configMap('allowed', {}, { allowed: 'a,b' }));
  t.is(
    (
      await eventually(
        () => post('params', 'listed'),
        ({ status }) => status === 201,
      )
    ).status,
    201,
  );
  t.is((await post('params', 'unlisted', { a: 'c' })).status, 422);
  await unmake('validating', 'params');
});

test('a policy that only warns or audits lets everything in', async (t) => {
  await make('validating', 'warns', {
    spec: { validations: [{ expression: 'false', message: 'think twice' }] },
    binding: { validationActions: ['Warn', 'Audit'] },
  });
  const warned = await eventually(
    () => post('warns', 'warned'),
    ({ headers }) => headers.warning !== undefined,
  );
  t.is(warned.status, 201);
  t.regex(String(warned.headers.warning), /^299 - "Validation failed for ValidatingAdmissionPolicy .*: think twice"$/);
  await unmake('validating', 'warns');
});

test('a mutating policy applies a configuration, and another one patches what it has left', async (t) => {
  const selector = { matchConstraints: { objectSelector: { matchLabels: { policy: `${api.namespace}-mutated` } } } };
  const reinvocationPolicy = 'Never';
  await make('mutating', 'mutated-a', {
    spec: {
      ...selector,
      reinvocationPolicy,
      mutations: [
        {
          patchType: 'ApplyConfiguration',
          applyConfiguration: { expression: "Object{data: {'applied': object.data.a + 'c'}}" },
        },
      ],
    },
    binding: {},
  });
  await make('mutating', 'mutated-b', {
    spec: {
      ...selector,
      reinvocationPolicy,
      mutations: [
        {
          patchType: 'JSONPatch',
          jsonPatch: { expression: "[JSONPatch{op: 'copy', from: '/data/a', path: '/data/copied'}]" },
        },
      ],
    },
    binding: {},
  });
  const made = await eventually(
    () => post('mutated', 'mutated'),
    ({ body }) => body.data?.copied !== undefined && body.data.applied !== undefined,
  );
  t.deepEqual(made.body.data, { a: 'b', applied: 'bc', copied: 'b' });
  await unmake('mutating', 'mutated-a');
  await unmake('mutating', 'mutated-b');
});

test('a configuration that would replace a whole list is refused, and nothing is made', async (t) => {
  await make('mutating', 'atomic', {
    spec: {
      reinvocationPolicy: 'Never',
      matchConstraints: {
        resourceRules: [{ operations: ['CREATE'], apiGroups: [''], apiVersions: ['v1'], resources: ['pods'] }],
      },
      mutations: [
        {
          patchType: 'ApplyConfiguration',
          applyConfiguration: {
            expression: "Object{spec: Object.spec{containers: [Object.spec.containers{name: 'main', args: ['one']}]}}",
          },
        },
      ],
    },
    binding: {},
  });
  const pod = {
    metadata: { name: 'atomic', labels: { policy: `${api.namespace}-atomic` } },
    spec: { containers: [{ name: 'main', image: 'registry.example.com/main:1' }] },
  };
  const refused = await eventually(
    () => api.post(`${api.pods}?dryRun=All`, pod),
    ({ status }) => status !== 201,
  );
  t.regex(refused.body.message ?? '', /may not mutate atomic arrays, maps or structs: \.spec\.containers\[0\]\.args$/);
  t.like(refused.body, { code: 403, reason: 'Invalid' });
  await unmake('mutating', 'atomic');
});
