/** Identities and permissions as clients meet them: who is believed, who may do what, and how refusals are worded. */
import test from 'ava';
import { type ApiUnderTest, configMap, type Json, pod, type Reply, startApiUnderTest } from './api-under-test.ts';

let api: ApiUnderTest;
let base: string;
let rbac: string;
test.before(async () => {
  api = await startApiUnderTest();
  base = `/api/v1/namespaces/${api.namespace}`;
  rbac = `/apis/rbac.authorization.k8s.io/v1/namespaces/${api.namespace}`;
});
test.after.always(() => api?.stop());

const as = (user: string, ...groups: readonly string[]) => ({
  headers: { 'Impersonate-User': user, ...(groups.length === 0 ? {} : { 'Impersonate-Group': groups }) },
});
const review = '/apis/authorization.k8s.io/v1/subjectaccessreviews';
const whoAmI = '/apis/authentication.k8s.io/v1/selfsubjectreviews';

/** Other servers may need a moment until a new role counts. */
async function eventually(allowed: boolean, user: string, attributes: Json): Promise<boolean> {
  for (let attempt = 0; attempt < 200; attempt++) {
    const { body } = await api.post(review, { spec: { user, resourceAttributes: attributes } });
    if ((body.status as { allowed: boolean }).allowed === allowed) return true;
  }
  return false;
}

async function grant(name: string, user: string, rules: Json): Promise<void> {
  await api.post(`${rbac}/roles`, { metadata: { name }, rules });
  await api.post(`${rbac}/rolebindings`, {
    metadata: { name },
    roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'Role', name },
    subjects: [{ kind: 'User', name: user }],
  });
}

async function tokenFor(account: string, spec: Json = {}): Promise<string> {
  await api.post(`${base}/serviceaccounts`, { metadata: { name: account } });
  const { body } = await api.post(`${base}/serviceaccounts/${account}/token`, { spec });
  return (body.status as { token: string }).token;
}

const userOf = ({ body }: Reply): Record<string, unknown> =>
  (body.status as { userInfo: Record<string, unknown> }).userInfo;

test('without a credential one is anonymous, with a wrong one nobody', async (t) => {
  t.is((await api.get('/version', { token: '' })).status, 200);
  const refused = await api.get(api.pods, { token: '' });
  t.like(refused.body, { code: 403, reason: 'Forbidden' });
  t.is(refused.headers['x-content-type-options'], 'nosniff');
  t.regex(
    refused.body.message ?? '',
    /^pods is forbidden: User "system:anonymous" cannot list resource "pods" in API group ""/,
  );
  t.like((await api.get('/version', { token: 'wrong' })).body, { code: 401, reason: 'Unauthorized' });
});

test('a role counts at once on the server that wrote it, and no longer than its binding', async (t) => {
  await grant('counts', 'ida', [{ apiGroups: [''], resources: ['configmaps'], verbs: ['create'] }]);
  const attributes = { verb: 'create', resource: 'configmaps', namespace: api.namespace };
  t.true(await eventually(true, 'ida', attributes));
  t.is((await api.post(api.configMaps, configMap('of-ida'), as('ida'))).status, 201);
  await api.remove(`${rbac}/rolebindings/counts`);
  t.true(await eventually(false, 'ida', attributes));
  t.is((await api.post(api.configMaps, configMap('of-ida-too'), as('ida'))).status, 403);
});

test('nobody grants what they do not have', async (t) => {
  await grant('writer', 'mia', [
    { apiGroups: ['rbac.authorization.k8s.io'], resources: ['roles', 'rolebindings'], verbs: ['create', 'update'] },
  ]);
  t.true(
    await eventually(true, 'mia', {
      verb: 'create',
      group: 'rbac.authorization.k8s.io',
      resource: 'roles',
      namespace: api.namespace,
    }),
  );
  const rules = [{ apiGroups: [''], resources: ['secrets'], verbs: ['get'] }];
  const role = await api.post(`${rbac}/roles`, { metadata: { name: 'beyond' }, rules }, as('mia', 'crew'));
  t.is(role.status, 403);
  t.is(
    role.body.message,
    'roles.rbac.authorization.k8s.io "beyond" is forbidden: user "mia" (groups=["crew" "system:authenticated"]) is attempting to grant RBAC permissions not currently held:\n{APIGroups:[""], Resources:["secrets"], Verbs:["get"]}',
  );
  const roleRef = { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: 'cluster-admin' };
  const binding = await api.post(`${rbac}/rolebindings`, { metadata: { name: 'beyond' }, roleRef }, as('mia'));
  t.is(binding.status, 403);
});

test('a service account token is its account, and dies with the object that it is bound to', async (t) => {
  await api.post(`${base}/serviceaccounts`, { metadata: { name: 'bound' } });
  const created = await api.post(api.pods, pod('bound', { serviceAccountName: 'bound' }));
  const token = await tokenFor('bound', { boundObjectRef: { apiVersion: 'v1', kind: 'Pod', name: 'bound' } });
  const user = userOf(await api.post(whoAmI, {}, { token }));
  t.is(user.username, `system:serviceaccount:${api.namespace}:bound`);
  t.deepEqual(user.groups, [
    'system:serviceaccounts',
    `system:serviceaccounts:${api.namespace}`,
    'system:authenticated',
  ]);
  t.like(user.extra, { 'authentication.kubernetes.io/pod-uid': [created.body.metadata.uid] });
  const other = await tokenFor('bound', { boundObjectRef: { apiVersion: 'v1', kind: 'Pod', name: 'bound' } });
  await api.remove(`${api.pods}/bound?gracePeriodSeconds=0`);
  // A token that was never used before: upstream remembers the others for ten seconds.
  const asked = await api.post('/apis/authentication.k8s.io/v1/tokenreviews', { spec: { token: other } });
  t.regex(String((asked.body.status as { error?: string }).error), /service account token has been invalidated/);
});

test('a forged token is nobody: without a signature, with another one, for another account', async (t) => {
  const token = await tokenFor('forged');
  const [header = '', payload = '', signature = ''] = token.split('.');
  const encode = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');
  const claims = JSON.parse(Buffer.from(payload, 'base64url').toString()) as Record<string, unknown>;
  const root = encode({ ...claims, sub: 'system:serviceaccount:kube-system:root' });
  for (const wrong of [
    `${encode({ alg: 'none' })}.${payload}.`,
    `${header}.${payload}.`,
    `${header}.${root}.${signature}`,
    `${encode({ alg: 'HS256' })}.${payload}.${signature}`,
    `${header}.${payload}.${Buffer.from('x'.repeat(64)).toString('base64url')}`,
    `${header}.${payload}`,
  ]) {
    t.is((await api.get('/version', { token: wrong })).status, 401, wrong);
  }
  t.is((await api.get('/version', { token })).status, 200);
});

test('a token for others is not for this server', async (t) => {
  const token = await tokenFor('elsewhere', { audiences: ['elsewhere'] });
  t.is((await api.get('/version', { token })).status, 401);
  const asked = { spec: { token, audiences: ['elsewhere', 'nowhere'] } };
  const { body } = await api.post('/apis/authentication.k8s.io/v1/tokenreviews', asked);
  t.like(body.status, { authenticated: true, audiences: ['elsewhere'] });
});

test('a token of an account that was made anew is nobody', async (t) => {
  const token = await tokenFor('anew');
  await api.remove(`${base}/serviceaccounts/anew`);
  await api.post(`${base}/serviceaccounts`, { metadata: { name: 'anew' } });
  t.is((await api.get('/version', { token })).status, 401);
});

test('the documents of the issuer verify its tokens', async (t) => {
  const token = await tokenFor('verified');
  const { kid } = JSON.parse(Buffer.from(token.split('.')[0] ?? '', 'base64url').toString()) as { kid: string };
  const { bytes, headers } = await api.get('/openid/v1/jwks');
  t.is(headers['content-type'], 'application/jwk-set+json');
  const { keys } = JSON.parse(bytes.toString()) as { keys: Array<{ kid: string }> };
  t.true(keys.some((key) => key.kid === kid));
});

test('who may not impersonate does not', async (t) => {
  const token = await tokenFor('impostor');
  const { body } = await api.get(api.pods, { token, ...as('root', 'system:masters') });
  t.is(body.code, 403);
  t.regex(body.message ?? '', /cannot impersonate/);
});
