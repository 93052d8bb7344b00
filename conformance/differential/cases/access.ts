/** Who may do what: decisions, refusals, reviews, impersonation, escalation. */
import { type Case, get, type JsonObject, patch, post, put, remove, type Seen, type Step, TABLE } from '../case.ts';
import { configMap, configMaps, pod, pods } from './objects.ts';

const rbac = '/apis/rbac.authorization.k8s.io/v1';
const authorization = '/apis/authorization.k8s.io/v1';
const authentication = '/apis/authentication.k8s.io/v1';
const apiVersion = 'rbac.authorization.k8s.io/v1';
const namespaced = `${rbac}/namespaces/{ns}`;

/** Headers that make the administrator somebody else. */
export function as(user: string, ...groups: readonly string[]): Record<string, string | readonly string[]> {
  return { 'Impersonate-User': user, ...(groups.length === 0 ? {} : { 'Impersonate-Group': groups }) };
}

const role = (name: string, rules: JsonObject[], kind = 'Role'): JsonObject => ({
  apiVersion,
  kind,
  metadata: { name },
  rules,
});
const binding = (
  name: string,
  subjects: JsonObject[],
  { kind = 'RoleBinding', roleKind = 'Role', to = name } = {},
): JsonObject => ({
  apiVersion,
  kind,
  metadata: { name },
  roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: roleKind, name: to },
  subjects,
});
const user = (name: string): JsonObject => ({ kind: 'User', apiGroup: 'rbac.authorization.k8s.io', name });
const group = (name: string): JsonObject => ({ kind: 'Group', apiGroup: 'rbac.authorization.k8s.io', name });
const readPods = { apiGroups: [''], resources: ['pods'], verbs: ['get', 'list'] };

interface Subject {
  readonly user: string;
  readonly groups: readonly string[];
}

const subjects: readonly Subject[] = [
  { user: 'ann', groups: [] },
  { user: 'ann', groups: ['system:authenticated'] },
  { user: 'system:anonymous', groups: ['system:unauthenticated'] },
  { user: 'root', groups: ['system:masters'] },
  { user: 'system:kube-controller-manager', groups: ['system:authenticated'] },
  { user: 'system:kube-scheduler', groups: [] },
  { user: 'system:kube-proxy', groups: [] },
  { user: 'probe', groups: ['system:monitoring'] },
  { user: 'system:serviceaccount:kube-system:deployment-controller', groups: ['system:serviceaccounts'] },
  { user: 'system:serviceaccount:kube-system:namespace-controller', groups: [] },
  { user: 'system:serviceaccount:kube-system:generic-garbage-collector', groups: [] },
  { user: 'system:serviceaccount:default:deployment-controller', groups: [] },
  { user: 'system:serviceaccount:kube-system:token-cleaner', groups: [] },
  { user: 'system:serviceaccount:kube-system:cronjob-controller', groups: [] },
];

const action = (verb: string, resource: string, more: JsonObject = {}): JsonObject => {
  const [name, subresource] = resource.split('/');
  return {
    resourceAttributes: { verb, resource: name, ...(subresource === undefined ? {} : { subresource }), ...more },
  };
};
const path = (verb: string, at: string): JsonObject => ({ nonResourceAttributes: { verb, path: at } });

const actions: readonly JsonObject[] = [
  action('get', 'pods', { namespace: 'default', name: 'x' }),
  action('list', 'pods'),
  action('watch', 'secrets', { namespace: 'kube-system' }),
  action('delete', 'secrets', { namespace: 'kube-system', name: 'x' }),
  action('delete', 'secrets', { namespace: 'default', name: 'x' }),
  action('create', 'events', { namespace: 'default' }),
  action('create', 'events', { group: 'events.k8s.io', namespace: 'default' }),
  action('update', 'deployments/status', { group: 'apps', namespace: 'default' }),
  action('update', 'deployments/scale', { group: 'apps', namespace: 'default' }),
  action('create', 'replicasets', { group: 'apps', namespace: 'default' }),
  action('create', 'pods/binding', { namespace: 'default' }),
  action('create', 'pods/eviction', { namespace: 'default' }),
  action('patch', 'pods/status', { namespace: 'default' }),
  action('update', 'leases', { group: 'coordination.k8s.io', namespace: 'kube-system', name: 'kube-scheduler' }),
  action('get', 'leases', { group: 'coordination.k8s.io', namespace: 'default' }),
  action('get', 'configmaps', { namespace: 'kube-system', name: 'extension-apiserver-authentication' }),
  action('get', 'configmaps', { namespace: 'kube-system', name: 'other' }),
  action('delete', 'widgets', { group: 'example.com', namespace: 'default' }),
  action('get', 'scale', { group: 'example.com' }),
  action('create', 'subjectaccessreviews', { group: 'authorization.k8s.io' }),
  action('create', 'selfsubjectaccessreviews', { group: 'authorization.k8s.io' }),
  action('create', 'tokenreviews', { group: 'authentication.k8s.io' }),
  action('impersonate', 'users', { name: 'ann' }),
  action('escalate', 'clusterroles', { group: 'rbac.authorization.k8s.io' }),
  action('*', '*', { group: '*' }),
  action('list', 'nodes'),
  action('patch', 'nodes/status', { name: 'x' }),
  action('list', 'endpointslices', { group: 'discovery.k8s.io' }),
  action('', ''),
  path('get', '/metrics'),
  path('get', '/api/v1'),
  path('get', '/logs'),
  path('post', '/api'),
  path('get', ''),
];

const decisions: readonly Case[] = subjects.map(({ user: name, groups }) => ({
  name: `access: decisions for ${name} of [${groups.join(' ')}]`,
  steps: actions.map((spec) =>
    post(JSON.stringify(spec), `${authorization}/subjectaccessreviews`, {
      apiVersion: 'authorization.k8s.io/v1',
      kind: 'SubjectAccessReview',
      spec: { user: name, ...(groups.length === 0 ? {} : { groups: [...groups] }), ...spec },
    }),
  ),
}));

const review = (spec: JsonObject): JsonObject => ({ spec });
const sar = `${authorization}/subjectaccessreviews`;
const local = `${authorization}/namespaces/{ns}/localsubjectaccessreviews`;
const self = `${authorization}/selfsubjectaccessreviews`;

const accounts = '/api/v1/namespaces/{ns}/serviceaccounts';
const secrets = '/api/v1/namespaces/{ns}/secrets';
const whoAmI = `${authentication}/selfsubjectreviews`;
const tokenReviews = `${authentication}/tokenreviews`;
const tokenRequest = (spec: JsonObject): JsonObject => ({ spec });
const tokenOf = (seen: Seen, step: string): string => String((seen.body(step).status as JsonObject | undefined)?.token);
const bearer = (step: string) => (seen: Seen) => ({ Authorization: `Bearer ${tokenOf(seen, step)}` });
const withoutSignature = (token: string): string => token.slice(0, token.lastIndexOf('.'));

const claims = '/api/v1/namespaces/{ns}/persistentvolumeclaims';
const claim = (name: string, spec: JsonObject): JsonObject => ({
  metadata: { name },
  spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1Gi' } }, ...spec },
});
const asNode = as('system:node:corpus-nowhere', 'system:nodes');
const here = { namespace: '{ns}' };
const narrowed = (field: string, value: string): JsonObject => ({
  fieldSelector: { rawSelector: `${field}=${value}` },
});
const dra = { group: 'resource.k8s.io' };
const storage = { group: 'storage.k8s.io' };
const leases = { group: 'coordination.k8s.io', namespace: 'kube-node-lease' };

const nodeQuestions: readonly JsonObject[] = [
  ...['pull', 'env', 'volume', 'of-the-volume', 'of-the-controller', 'other', ''].map((name) =>
    action('get', 'secrets', { ...here, name }),
  ),
  ...['env', 'projected', 'other'].map((name) => action('watch', 'configmaps', { ...here, name })),
  action('get', 'secrets', { name: 'env' }),
  action('get', 'secrets/x', { ...here, name: 'env' }),
  action('update', 'secrets', { ...here, name: 'env' }),
  action('get', 'persistentvolumeclaims', { ...here, name: 'used' }),
  action('get', 'persistentvolumeclaims', { ...here, name: 'other' }),
  action('list', 'persistentvolumeclaims', { ...here, name: 'used' }),
  action('patch', 'persistentvolumeclaims/status', { ...here, name: 'used' }),
  action('get', 'persistentvolumeclaims/status', { ...here, name: 'used' }),
  action('get', 'persistentvolumes', { name: 'corpus-access' }),
  action('get', 'persistentvolumes', { name: 'other' }),
  action('get', 'persistentvolumes/x', { name: 'corpus-access' }),
  action('get', 'serviceaccounts', { ...here, name: 'sa' }),
  action('get', 'serviceaccounts', { ...here, name: 'default' }),
  action('create', 'serviceaccounts/token', { ...here, name: 'sa' }),
  action('create', 'serviceaccounts/token', { ...here, name: 'default' }),
  action('create', 'serviceaccounts', { ...here, name: 'sa' }),
  action('delete', 'serviceaccounts', { ...here, name: 'sa' }),
  action('get', 'resourceclaims', { ...here, ...dra, name: 'x' }),
  action('get', 'volumeattachments', { ...storage, name: 'x' }),
  action('create', 'resourceslices', dra),
  action('get', 'resourceslices', { ...dra, name: 'x' }),
  action('list', 'resourceslices', dra),
  action('list', 'resourceslices', { ...dra, ...narrowed('spec.nodeName', 'corpus-nowhere') }),
  action('approve', 'resourceslices', dra),
  action('get', 'leases', { ...leases, name: 'corpus-nowhere' }),
  action('get', 'leases', { ...leases, name: 'other' }),
  action('create', 'leases', leases),
  action('list', 'leases', leases),
  action('get', 'leases', { ...leases, namespace: 'default', name: 'corpus-nowhere' }),
  action('update', 'csinodes', { ...storage, name: 'corpus-nowhere' }),
  action('update', 'csinodes', { ...storage, name: 'other' }),
  action('list', 'csinodes', storage),
  action('get', 'csinodes/x', { ...storage, name: 'corpus-nowhere' }),
  action('get', 'nodes', { name: 'corpus-nowhere' }),
  action('get', 'nodes', { name: 'other' }),
  action('list', 'nodes'),
  action('create', 'nodes'),
  action('delete', 'nodes', { name: 'corpus-nowhere' }),
  action('patch', 'nodes/status', { name: 'other' }),
  action('get', 'nodes/status', { name: 'corpus-nowhere' }),
  action('get', 'nodes/proxy', { name: 'corpus-nowhere' }),
  action('get', 'pods', { ...here, name: 'here' }),
  action('get', 'pods', { ...here, name: 'there' }),
  action('list', 'pods', { ...here, ...narrowed('spec.nodeName', 'corpus-nowhere') }),
  action('list', 'pods', { ...here, ...narrowed('spec.nodeName', 'other') }),
  action('list', 'pods', here),
  action('watch', 'pods', { ...here, name: 'here' }),
  action('watch', 'pods', { ...here, name: 'there' }),
  action('create', 'pods', here),
  action('delete', 'pods', { ...here, name: 'there' }),
  action('update', 'pods', { ...here, name: 'here' }),
  action('update', 'pods/status', { ...here, name: 'here' }),
  action('get', 'pods/status', { ...here, name: 'here' }),
  action('create', 'pods/eviction', { ...here, name: 'here' }),
  action('get', 'pods/log', { ...here, name: 'here' }),
  action('list', 'services'),
  action('create', 'events', here),
  action('create', 'podcertificaterequests', { ...here, group: 'certificates.k8s.io' }),
  action('create', 'certificatesigningrequests', { group: 'certificates.k8s.io' }),
  action('get', 'widgets', { group: 'example.com' }),
  path('get', '/healthz'),
];

/** What the differential client may ask for, so that upstream's informers have their time before the first decision. */
const meanwhile: readonly Step[] = Array.from({ length: 12 }, (_, index) => get(`meanwhile ${index}`, '/version'));

export const accessCases: readonly Case[] = [
  ...decisions,
  {
    name: 'access: refusals',
    steps: [
      get('list', pods, { headers: as('ann') }),
      get('list everywhere', '/api/v1/pods', { headers: as('ann') }),
      get('get', `${pods}/x`, { headers: as('ann') }),
      get('subresource', `${pods}/x/log`, { headers: as('ann') }),
      get('watch', `${pods}?watch=1`, { headers: as('ann') }),
      get('by name in a selector', `${pods}?fieldSelector=metadata.name=x`, { headers: as('ann') }),
      post('create', pods, {}, { headers: as('ann') }),
      put('update', `${pods}/x`, {}, { headers: as('ann') }),
      patch('merge', 'patch', `${pods}/x`, {}, { headers: as('ann') }),
      remove('delete', `${pods}/x`, undefined, { headers: as('ann') }),
      remove('delete all', pods, undefined, { headers: as('ann') }),
      get('another group', '/apis/apps/v1/namespaces/{ns}/deployments/x', { headers: as('ann') }),
      get('nothing there', '/apis/example.com/v1/namespaces/x/widgets', { headers: as('ann') }),
      get('markup', '/api/v1/namespaces/x/pods/%3Cb%3E&', { headers: as('<ann>') }),
      get('as table', pods, { headers: as('ann'), accept: TABLE }),
      get('path', '/metrics', { headers: as('ann') }),
      get('discovery', '/apis/apps/v1', { headers: as('ann') }),
      get('version', '/version', { headers: as('ann') }),
      get('api anonymous', '/api', { headers: { Authorization: '' } }),
      get('pods anonymous', pods, { headers: { Authorization: '' } }),
      get('version anonymous', '/version', { headers: { Authorization: '' } }),
      get('wrong token', '/version', { headers: { Authorization: 'Bearer wrong' } }),
      get('another scheme', '/api', { headers: { Authorization: 'Basic YTpi' } }),
      get('no token', '/api', { headers: { Authorization: 'Bearer ' } }),
    ],
  },
  {
    name: 'access: impersonation',
    steps: [
      post('somebody', `${authentication}/selfsubjectreviews`, {}, { headers: as('ann') }),
      post('groups', `${authentication}/selfsubjectreviews`, {}, { headers: as('ann', 'b', 'a') }),
      post('masters', `${authentication}/selfsubjectreviews`, {}, { headers: as('ann', 'system:masters') }),
      post('authenticated', `${authentication}/selfsubjectreviews`, {}, { headers: as('ann', 'system:authenticated') }),
      post(
        'unauthenticated',
        `${authentication}/selfsubjectreviews`,
        {},
        { headers: as('ann', 'system:unauthenticated', 'system:masters') },
      ),
      post(
        'anonymous',
        `${authentication}/selfsubjectreviews`,
        {},
        { headers: as('system:anonymous', 'system:masters') },
      ),
      post(
        'account',
        `${authentication}/selfsubjectreviews`,
        {},
        { headers: as('system:serviceaccount:x:y', 'system:masters') },
      ),
      post('account alone', `${authentication}/selfsubjectreviews`, {}, { headers: as('system:serviceaccount:x:y') }),
      post('odd account', `${authentication}/selfsubjectreviews`, {}, { headers: as('system:serviceaccount:x') }),
      post('node', `${authentication}/selfsubjectreviews`, {}, { headers: as('system:node:x') }),
      post('node in groups', `${authentication}/selfsubjectreviews`, {}, { headers: as('system:node:x', 'a') }),
      post(
        'uid and extra',
        `${authentication}/selfsubjectreviews`,
        {},
        {
          headers: { ...as('ann'), 'Impersonate-Uid': '7', 'Impersonate-Extra-Example.com%2fColour': ['Red', 'blue'] },
        },
      ),
      post(
        'extra without domain',
        `${authentication}/selfsubjectreviews`,
        {},
        { headers: { ...as('ann'), 'Impersonate-Extra-Colour': 'red' } },
      ),
      post('group alone', `${authentication}/selfsubjectreviews`, {}, { headers: { 'Impersonate-Group': ['a', 'b'] } }),
      post('uid alone', `${authentication}/selfsubjectreviews`, {}, { headers: { 'Impersonate-Uid': 'a' } }),
      post('extra alone', `${authentication}/selfsubjectreviews`, {}, { headers: { 'Impersonate-Extra-A': 'b' } }),
      post('may not', `${authentication}/selfsubjectreviews`, {}, { headers: { ...as('ann'), Authorization: '' } }),
      get('may not list', pods, { headers: { ...as('ann'), Authorization: '' } }),
      get('may not path', '/version', { headers: { ...as('system:node:x'), Authorization: '' } }),
      get('may not account', '/version', { headers: { ...as('system:serviceaccount:x:y', 'a'), Authorization: '' } }),
    ],
  },
  {
    name: 'access: reviews',
    steps: [
      post('nothing', sar, {}),
      post('named', sar, { metadata: { name: 'x' }, spec: {} }),
      post('both', sar, review({ user: 'a', ...action('get', 'pods'), ...path('get', '/x') })),
      post('no user', sar, review(action('get', 'pods'))),
      post('by group', sar, review({ groups: ['system:masters'], ...action('get', 'pods') })),
      post('extra', sar, review({ user: 'a', extra: { a: ['b'] }, uid: '1', ...action('get', 'pods') })),
      post('dry run', `${sar}?dryRun=All`, review({ user: 'a', ...action('get', 'pods') })),
      post('unknown field', `${sar}?fieldValidation=Strict`, review({ usr: 'a' })),
      post('another kind', sar, configMap('x')),
      post(
        'two selectors',
        sar,
        review({
          user: 'a',
          ...action('list', 'pods', {
            fieldSelector: { rawSelector: 'a=b', requirements: [{ key: 'x', operator: 'In', values: ['y'] }] },
            labelSelector: {},
          }),
        }),
      ),
      post(
        'odd requirements',
        sar,
        review({
          user: 'a',
          ...action('list', 'pods', {
            fieldSelector: {
              requirements: [
                { key: 'x', operator: 'In', values: [] },
                { key: '', operator: 'Exists', values: ['a'] },
              ],
            },
            labelSelector: {
              requirements: [
                { key: '-', operator: 'In', values: ['-'] },
                { key: 'a', operator: 'Exists', values: ['b'] },
              ],
            },
          }),
        }),
      ),
      post(
        'unreadable selectors',
        sar,
        review({
          user: 'a',
          ...action('list', 'pods', {
            fieldSelector: {
              requirements: [
                { key: 'x', operator: 'In', values: ['y', 'z'] },
                { key: 'a', operator: 'In', values: ['b'] },
              ],
            },
            labelSelector: { rawSelector: 'a in (b' },
          }),
        }),
      ),
      post(
        'unknown operators',
        sar,
        review({
          user: 'a',
          ...action('list', 'pods', {
            fieldSelector: { requirements: [{ key: 'x', operator: 'Like' }] },
            labelSelector: {
              requirements: [
                { key: 'x', operator: 'Like' },
                { key: 'y', operator: 'Exists' },
              ],
            },
          }),
        }),
      ),
      post('local', local, review({ user: 'a', ...action('list', 'pods', { namespace: '{ns}' }) })),
      post('local elsewhere', local, review({ user: 'a', ...action('list', 'pods', { namespace: 'x' }) })),
      post('local without', local, review({ user: 'a', ...action('list', 'pods') })),
      post('local path', local, review({ user: 'a', ...path('get', '/x') })),
      post('local in another', local, { metadata: { namespace: 'x' }, spec: { user: 'a' } }),
      post('self', self, review(action('list', 'pods'))),
      post('self empty', self, {}),
      post('self for somebody', self, review(action('create', 'selfsubjectaccessreviews')), { headers: as('ann') }),
      post('self path', self, review(path('get', '/openapi/v2')), { headers: as('ann') }),
      post('rules', `${authorization}/selfsubjectrulesreviews`, review({ namespace: '{ns}' })),
      post('rules for somebody', `${authorization}/selfsubjectrulesreviews`, review({ namespace: 'x' }), {
        headers: as('system:kube-scheduler'),
      }),
      post('rules without', `${authorization}/selfsubjectrulesreviews`, {}),
      post('who am I', `${authentication}/selfsubjectreviews`, {}),
      post('who', `${authentication}/selfsubjectreviews`, { metadata: { name: 'x' } }),
      post('token', `${authentication}/tokenreviews`, review({ token: 'wrong' })),
      post('no token', `${authentication}/tokenreviews`, {}),
      post('audience', `${authentication}/tokenreviews`, review({ token: 'wrong', audiences: ['x'] })),
      get('list', sar),
      get('get', `${sar}/x`),
    ],
  },
  {
    name: 'access: roles',
    steps: [
      post('role', `${namespaced}/roles`, role('reader', [readPods])),
      post(
        'binding',
        `${namespaced}/rolebindings`,
        binding('reader', [user('ann'), { kind: 'ServiceAccount', name: 'sa' }]),
      ),
      post(
        'named only',
        `${namespaced}/roles`,
        role('named', [{ apiGroups: [''], resources: ['configmaps'], resourceNames: ['a'], verbs: ['*'] }]),
      ),
      post('bind named', `${namespaced}/rolebindings`, binding('named', [group('crew')])),
      post('bind what is not there', `${namespaced}/rolebindings`, binding('nothing', [user('bob')])),
      post(
        'bind what is nowhere',
        `${namespaced}/rolebindings`,
        binding('nowhere', [user('joe')], { roleKind: 'ClusterRole' }),
      ),
      post(
        'bind cluster role',
        `${namespaced}/rolebindings`,
        binding('sched', [user('eve')], { roleKind: 'ClusterRole', to: 'system:discovery' }),
      ),
      ...meanwhile,
      post('ann lists', sar, review({ user: 'ann', ...action('list', 'pods', { namespace: '{ns}' }) })),
      post('ann lists elsewhere', sar, review({ user: 'ann', ...action('list', 'pods', { namespace: 'default' }) })),
      post('ann lists everywhere', sar, review({ user: 'ann', ...action('list', 'pods') })),
      post('ann deletes', sar, review({ user: 'ann', ...action('delete', 'pods', { namespace: '{ns}' }) })),
      post(
        'account',
        sar,
        review({ user: 'system:serviceaccount:{ns}:sa', ...action('get', 'pods', { namespace: '{ns}' }) }),
      ),
      post(
        'other account',
        sar,
        review({ user: 'system:serviceaccount:x:sa', ...action('get', 'pods', { namespace: '{ns}' }) }),
      ),
      post(
        'crew gets a',
        sar,
        review({ groups: ['crew'], ...action('get', 'configmaps', { namespace: '{ns}', name: 'a' }) }),
      ),
      post(
        'crew gets b',
        sar,
        review({ groups: ['crew'], ...action('get', 'configmaps', { namespace: '{ns}', name: 'b' }) }),
      ),
      post('crew lists', sar, review({ groups: ['crew'], ...action('list', 'configmaps', { namespace: '{ns}' }) })),
      post('bob', sar, review({ user: 'bob', ...action('get', 'pods', { namespace: '{ns}' }) })),
      get('bob asks', pods, { headers: as('bob') }),
      get('joe asks', pods, { headers: as('joe') }),
      get('eve lists', pods, { headers: as('eve') }),
      get('eve discovers', '/apis', { headers: as('eve', 'x') }),
      get('ann may', `${pods}?limit=1`, { headers: as('ann') }),
      get('crew may', `${configMaps}?fieldSelector=metadata.name%3Da`, { headers: as('x', 'crew') }),
      get('crew may not', configMaps, { headers: as('x', 'crew') }),
      post('rules of bob', `${authorization}/selfsubjectrulesreviews`, review({ namespace: '{ns}' }), {
        headers: as('bob', 'system:unauthenticated'),
      }),
    ],
  },
  {
    name: 'access: escalation',
    steps: [
      post(
        'may write roles',
        `${namespaced}/roles`,
        role('writer', [
          { apiGroups: ['rbac.authorization.k8s.io'], resources: ['*'], verbs: ['create', 'get', 'update', 'patch'] },
          readPods,
        ]),
      ),
      post('bind', `${namespaced}/rolebindings`, binding('writer', [user('ann')])),
      post(
        'may bind discovery',
        `${namespaced}/roles`,
        role('binder', [
          {
            apiGroups: ['rbac.authorization.k8s.io'],
            resources: ['clusterroles'],
            resourceNames: ['system:discovery'],
            verbs: ['bind'],
          },
        ]),
      ),
      post('bind binder', `${namespaced}/rolebindings`, binding('binder', [user('ann')])),
      post(
        'for escalation',
        `${namespaced}/roles`,
        role('escalator', [
          { apiGroups: ['rbac.authorization.k8s.io'], resources: ['roles'], verbs: ['escalate', 'create', 'update'] },
        ]),
      ),
      post('bind escalator', `${namespaced}/rolebindings`, binding('escalator', [user('eve')])),
      ...meanwhile,
      post('what she has', `${namespaced}/roles`, role('same', [readPods]), { headers: as('ann') }),
      post(
        'less than she has',
        `${namespaced}/roles`,
        role('less', [{ ...readPods, resourceNames: ['a'], verbs: ['get'] }]),
        { headers: as('ann') },
      ),
      post(
        'more than she has',
        `${namespaced}/roles`,
        role('more', [{ ...readPods, verbs: ['get', 'delete', 'watch'] }]),
        { headers: as('ann', 'crew') },
      ),
      post(
        'much more',
        `${namespaced}/roles`,
        role('much', [
          { apiGroups: ['', 'apps'], resources: ['pods', 'pods/log'], verbs: ['get', '*'] },
          { apiGroups: ['x'], resources: ['y'], resourceNames: ['b', 'a'], verbs: ['z'] },
        ]),
        { headers: as('ann') },
      ),
      post(
        'invalid and more',
        `${namespaced}/roles`,
        role('odd', [{ apiGroups: ['x'], resources: ['y'], verbs: [] }]),
        { headers: as('ann') },
      ),
      post(
        'generated',
        `${namespaced}/roles`,
        { ...role('', [{ ...readPods, verbs: ['x'] }]), metadata: { generateName: 'g-' } },
        { headers: as('ann') },
      ),
      put('update', `${namespaced}/roles/same`, role('same', [{ ...readPods, verbs: ['patch'] }]), {
        headers: as('ann'),
      }),
      put('create by update', `${namespaced}/roles/fresh`, role('fresh', [{ ...readPods, verbs: ['patch'] }]), {
        headers: as('ann'),
      }),
      patch(
        'json',
        'patch',
        `${namespaced}/roles/same`,
        [{ op: 'replace', path: '/rules/0/verbs', value: ['patch'] }],
        { headers: as('ann') },
      ),
      patch(
        'merge',
        'patch labels',
        `${namespaced}/roles/same`,
        { metadata: { labels: { a: 'b' } } },
        { headers: as('ann') },
      ),
      patch(
        'merge',
        'patch finalizers of what is beyond her',
        `${namespaced}/roles/escalator`,
        { metadata: { finalizers: [] } },
        { headers: as('ann') },
      ),
      patch(
        'merge',
        'patch labels of what is beyond her',
        `${namespaced}/roles/escalator`,
        { metadata: { labels: { a: 'b' } } },
        { headers: as('ann') },
      ),
      post('bind what she has', `${namespaced}/rolebindings`, binding('b1', [user('x')], { to: 'same' }), {
        headers: as('ann'),
      }),
      post('bind what she has not', `${namespaced}/rolebindings`, binding('b2', [user('x')], { to: 'escalator' }), {
        headers: as('ann'),
      }),
      post('bind what is not there', `${namespaced}/rolebindings`, binding('b3', [user('x')], { to: 'nothing' }), {
        headers: as('ann'),
      }),
      post(
        'bind a cluster role that is not there',
        `${namespaced}/rolebindings`,
        binding('b3', [user('x')], { to: 'nothing', roleKind: 'ClusterRole' }),
        { headers: as('ann') },
      ),
      post(
        'bind what she may bind',
        `${namespaced}/rolebindings`,
        binding('b4', [user('x')], { to: 'system:discovery', roleKind: 'ClusterRole' }),
        { headers: as('ann') },
      ),
      post(
        'bind cluster-admin',
        `${namespaced}/rolebindings`,
        binding('b5', [user('x')], { to: 'cluster-admin', roleKind: 'ClusterRole' }),
        { headers: as('ann') },
      ),
      post('bind nonsense', `${namespaced}/rolebindings`, binding('b6', [user('x')], { to: 'x', roleKind: 'Foo' }), {
        headers: as('ann'),
      }),
      patch(
        'merge',
        'add a subject',
        `${namespaced}/rolebindings/escalator`,
        { subjects: [user('ann')] },
        { headers: as('ann') },
      ),
      post('cluster role', `${rbac}/clusterroles`, role('corpus-x', [readPods], 'ClusterRole'), { headers: as('ann') }),
      post('escalate', `${namespaced}/roles`, role('beyond', [{ apiGroups: ['x'], resources: ['y'], verbs: ['z'] }]), {
        headers: as('eve'),
      }),
      post(
        'escalate dry',
        `${namespaced}/roles?dryRun=All`,
        role('beyond2', [{ apiGroups: ['x'], resources: ['y'], verbs: ['z'] }]),
        { headers: as('ann') },
      ),
    ],
  },
  {
    name: 'access: aggregation',
    steps: [
      post(
        'may write cluster roles',
        `${rbac}/clusterroles`,
        role(
          'corpus-writer',
          [{ apiGroups: ['rbac.authorization.k8s.io'], resources: ['clusterroles'], verbs: ['create', 'update'] }],
          'ClusterRole',
        ),
      ),
      post(
        'bind',
        `${rbac}/clusterrolebindings`,
        binding('corpus-writer', [user('corpus-ann')], { kind: 'ClusterRoleBinding', roleKind: 'ClusterRole' }),
      ),
      ...meanwhile,
      post(
        'aggregated',
        `${rbac}/clusterroles`,
        {
          ...role('corpus-aggregated', [], 'ClusterRole'),
          aggregationRule: { clusterRoleSelectors: [{ matchLabels: { a: 'b' } }] },
        },
        { headers: as('corpus-ann') },
      ),
      post('plain', `${rbac}/clusterroles`, role('corpus-plain', [], 'ClusterRole'), { headers: as('corpus-ann') }),
      put(
        'become aggregated',
        `${rbac}/clusterroles/corpus-plain`,
        {
          ...role('corpus-plain', [], 'ClusterRole'),
          aggregationRule: { clusterRoleSelectors: [{ matchLabels: { a: 'b' } }] },
        },
        { headers: as('corpus-ann') },
      ),
    ],
  },
  {
    name: 'access: tokens',
    steps: [
      post('account', accounts, { metadata: { name: 'sa' } }),
      post('pod', pods, pod('bound', { serviceAccountName: 'sa', nodeName: 'corpus-nowhere' })),
      post('other pod', pods, pod('other')),
      post('secret', secrets, { metadata: { name: 'bound' } }),
      post('token', `${accounts}/sa/token`, {}),
      post('who', whoAmI, {}, { headers: bearer('token') }),
      get('may not', pods, { headers: bearer('token') }),
      post('review', tokenReviews, (seen) => ({ spec: { token: tokenOf(seen, 'token') } })),
      post('review broken', tokenReviews, (seen) => ({
        spec: { token: `${tokenOf(seen, 'token').slice(0, -4)}AAAA` },
      })),
      post('review unsigned', tokenReviews, (seen) => ({
        spec: { token: `${withoutSignature(tokenOf(seen, 'token'))}.` },
      })),
      post('review for others', tokenReviews, (seen) => ({
        spec: { token: tokenOf(seen, 'token'), audiences: ['x', 'y'] },
      })),
      post('for others', `${accounts}/sa/token`, tokenRequest({ audiences: ['x', 'y'] })),
      get('not for this server', '/api', { headers: bearer('for others') }),
      post('review for one of them', tokenReviews, (seen) => ({
        spec: { token: tokenOf(seen, 'for others'), audiences: ['y', 'z'] },
      })),
      post('review for this server', tokenReviews, (seen) => ({ spec: { token: tokenOf(seen, 'for others') } })),
      post(
        'to the pod',
        `${accounts}/sa/token`,
        tokenRequest({ boundObjectRef: { apiVersion: 'v1', kind: 'Pod', name: 'bound' } }),
      ),
      post('who in the pod', whoAmI, {}, { headers: bearer('to the pod') }),
      post(
        'node of the pod',
        whoAmI,
        {},
        { headers: (seen) => ({ ...bearer('to the pod')(seen), ...as('system:node:corpus-nowhere') }) },
      ),
      post(
        'another node',
        whoAmI,
        {},
        { headers: (seen) => ({ ...bearer('to the pod')(seen), ...as('system:node:elsewhere') }) },
      ),
      post(
        'for an hour and more',
        `${accounts}/sa/token`,
        tokenRequest({ expirationSeconds: 3607, boundObjectRef: { apiVersion: 'v1', kind: 'Pod', name: 'bound' } }),
      ),
      post(
        'to the other pod',
        `${accounts}/sa/token`,
        tokenRequest({ boundObjectRef: { apiVersion: 'v1', kind: 'Pod', name: 'other' } }),
      ),
      post(
        'to the wrong pod',
        `${accounts}/sa/token`,
        tokenRequest({ boundObjectRef: { apiVersion: 'v1', kind: 'Pod', name: 'bound', uid: 'x' } }),
      ),
      post(
        'to the secret',
        `${accounts}/sa/token`,
        tokenRequest({ boundObjectRef: { apiVersion: 'v1', kind: 'Secret', name: 'bound' } }),
      ),
      post(
        'to a node',
        `${accounts}/sa/token`,
        tokenRequest({ boundObjectRef: { apiVersion: 'v1', kind: 'Node', name: 'corpus-none' } }),
      ),
      post(
        'to another group',
        `${accounts}/sa/token`,
        tokenRequest({ boundObjectRef: { apiVersion: 'apps/v1', kind: 'Pod', name: 'bound' } }),
      ),
      remove('delete the secret', `${secrets}/bound`),
      ...meanwhile,
      post('review of the secret', tokenReviews, (seen) => ({
        spec: { token: tokenOf(seen, 'to the secret'), audiences: [] },
      })),
      post('another name', `${accounts}/sa/token`, { metadata: { name: 'x' }, spec: {} }),
      post('another namespace', `${accounts}/sa/token`, { metadata: { namespace: 'x' }, spec: {} }),
      post('another uid', `${accounts}/sa/token`, { metadata: { uid: 'x' }, spec: {} }),
      post('own uid', `${accounts}/sa/token`, (seen) => ({
        metadata: { uid: (seen.body('account').metadata as JsonObject).uid, name: 'sa' },
        spec: {},
      })),
      post('as table', `${accounts}/sa/token`, {}, { accept: TABLE }),
      get('get', `${accounts}/sa/token`),
      remove('delete the account', `${accounts}/sa`),
      post('review of the account', tokenReviews, (seen) => ({
        spec: { token: tokenOf(seen, 'for an hour and more') },
      })),
    ],
  },
  {
    name: 'access: nodes',
    steps: [
      post('account', accounts, { metadata: { name: 'sa' } }),
      post('claim', claims, claim('used', { volumeName: 'corpus-access' })),
      post('volume', '/api/v1/persistentvolumes', {
        metadata: { name: 'corpus-access' },
        spec: {
          capacity: { storage: '1Gi' },
          accessModes: ['ReadWriteOnce'],
          claimRef: { namespace: '{ns}', name: 'used' },
          csi: {
            driver: 'example.com',
            volumeHandle: 'x',
            nodePublishSecretRef: { namespace: '{ns}', name: 'of-the-volume' },
            controllerPublishSecretRef: { namespace: '{ns}', name: 'of-the-controller' },
          },
        },
      }),
      post(
        'pod',
        pods,
        pod('here', {
          nodeName: 'corpus-nowhere',
          serviceAccountName: 'sa',
          imagePullSecrets: [{ name: 'pull' }],
          containers: [
            {
              name: 'main',
              image: 'x',
              env: [{ name: 'A', valueFrom: { secretKeyRef: { name: 'env', key: 'k' } } }],
              envFrom: [{ configMapRef: { name: 'env' } }],
            },
          ],
          volumes: [
            { name: 'a', secret: { secretName: 'volume' } },
            { name: 'b', projected: { sources: [{ configMap: { name: 'projected' } }] } },
            { name: 'c', persistentVolumeClaim: { claimName: 'used' } },
          ],
        }),
      ),
      post('other pod', pods, pod('there', { nodeName: 'corpus-elsewhere' })),
      ...meanwhile,
      ...nodeQuestions.map((spec) =>
        post(JSON.stringify(spec), sar, {
          spec: { user: 'system:node:corpus-nowhere', groups: ['system:nodes'], ...spec },
        }),
      ),
      get('my pods', `${pods}?fieldSelector=spec.nodeName%3Dcorpus-nowhere`, { headers: asNode }),
      get('all pods', pods, { headers: asNode }),
      get('my pod', `${pods}/here`, { headers: asNode }),
      get('another pod', `${pods}/there`, { headers: asNode }),
      get('a secret', `${secrets}/other`, { headers: asNode }),
      get('nodes', '/api/v1/nodes', { headers: asNode }),
      post('token', `${accounts}/sa/token`, tokenRequest({}), { headers: asNode }),
      post('token of another', `${accounts}/default/token`, tokenRequest({}), { headers: asNode }),
      post('rules', `${authorization}/selfsubjectrulesreviews`, review({ namespace: 'x' }), { headers: asNode }),
      post('without a name', sar, {
        spec: { user: 'system:node:', groups: ['system:nodes'], ...action('get', 'pods') },
      }),
      post('without the group', sar, { spec: { user: 'system:node:corpus-nowhere', ...action('list', 'services') } }),
    ],
  },
  {
    name: 'access: bootstrap policy',
    steps: [
      ...[
        'clusterrolebindings',
        'namespaces/kube-system/roles',
        'namespaces/kube-system/rolebindings',
        'namespaces/kube-public/roles',
        'namespaces/kube-public/rolebindings',
      ].map((at) => get(at, `${rbac}/${at}?labelSelector=kubernetes.io/bootstrapping%3Drbac-defaults`)),
      get('clusterroles', `${rbac}/clusterroles?labelSelector=kubernetes.io/bootstrapping%3Drbac-defaults`),
    ],
  },
];
