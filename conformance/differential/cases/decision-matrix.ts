/** A matrix of decisions: users, verbs, resources with their subresources and names, namespaces and paths, each with each, under roles of its own. */
import { type Case, type JsonObject, post, type Step } from '../case.ts';

const rbac = '/apis/rbac.authorization.k8s.io/v1';
const reviews = '/apis/authorization.k8s.io/v1/subjectaccessreviews';
const apiGroup = 'rbac.authorization.k8s.io';
const apiVersion = `${apiGroup}/v1`;

interface Grant {
  readonly name: string;
  readonly rules: JsonObject[];
  readonly subjects: JsonObject[];
  /** In the namespace of the run; else everywhere. */
  readonly isNamespaced?: true;
}

const subject = (kind: string, name: string): JsonObject =>
  kind === 'ServiceAccount' ? { kind, name, namespace: '{ns}' } : { kind, name, apiGroup };
const rule = (verbs: string[], apiGroups: string[], resources: string[], more: JsonObject = {}): JsonObject => ({
  verbs,
  apiGroups,
  resources,
  ...more,
});

const grants: readonly Grant[] = [
  {
    name: 'reader',
    rules: [rule(['get', 'list', 'watch'], ['', 'apps'], ['*'])],
    subjects: [subject('User', 'matrix-reader')],
  },
  {
    name: 'anything',
    rules: [rule(['*'], ['*'], ['*'])],
    subjects: [subject('Group', 'matrix-rulers')],
    isNamespaced: true,
  },
  {
    name: 'named',
    rules: [
      rule(['get', 'update', 'delete'], [''], ['configmaps', 'secrets'], { resourceNames: ['one', 'two'] }),
      rule(['list'], [''], ['configmaps'], { resourceNames: ['one'] }),
    ],
    subjects: [subject('User', 'matrix-named')],
    isNamespaced: true,
  },
  {
    name: 'parts',
    rules: [
      rule(['get', 'update'], ['*'], ['*/status', 'deployments/scale']),
      rule(['create'], [''], ['pods/exec', 'pods/eviction']),
      rule(['get'], [''], ['pods/*']),
    ],
    subjects: [subject('User', 'matrix-parts')],
  },
  {
    name: 'paths',
    rules: [
      { verbs: ['get'], nonResourceURLs: ['/metrics', '/logs/*'] },
      { verbs: ['*'], nonResourceURLs: ['/matrix*'] },
    ],
    subjects: [subject('User', 'matrix-paths')],
  },
  {
    name: 'account',
    rules: [rule(['*'], ['apps'], ['deployments'])],
    subjects: [subject('ServiceAccount', 'matrix')],
    isNamespaced: true,
  },
];

const made: readonly Step[] = grants.flatMap(({ name, rules, subjects, isNamespaced }) => {
  const at = isNamespaced === true ? `${rbac}/namespaces/{ns}/` : `${rbac}/cluster`;
  const kind = isNamespaced === true ? 'Role' : 'ClusterRole';
  const full = `matrix-{ns}-${name}`;
  const roleRef = { apiGroup, kind, name: full };
  return [
    post(`role ${name}`, `${at}roles`, { apiVersion, kind, metadata: { name: full }, rules }),
    post(`binding ${name}`, `${at}rolebindings`, {
      apiVersion,
      kind: `${kind}Binding`,
      metadata: { name: full },
      roleRef,
      subjects,
    }),
  ];
});

const users: readonly JsonObject[] = [
  { user: 'matrix-reader' },
  { user: 'somebody', groups: ['matrix-rulers'] },
  { user: 'matrix-named' },
  { user: 'matrix-parts', groups: ['system:authenticated'] },
  { user: 'matrix-paths' },
  { user: 'system:serviceaccount:{ns}:matrix', groups: ['system:serviceaccounts'] },
  { user: 'system:serviceaccount:other:matrix', groups: ['system:serviceaccounts'] },
  { user: 'nobody' },
];
const verbs = ['get', 'list', 'create', 'update', 'delete', '*'];
const targets: ReadonlyArray<readonly [group: string, resource: string, subresource: string, name: string]> = [
  ['', 'pods', '', ''],
  ['', 'pods', 'exec', 'p'],
  ['', 'pods', 'status', 'p'],
  ['', 'configmaps', '', ''],
  ['', 'configmaps', '', 'one'],
  ['', 'configmaps', '', 'three'],
  ['', 'secrets', '', 'two'],
  ['', 'nodes', '', ''],
  ['apps', 'deployments', '', ''],
  ['apps', 'deployments', 'scale', 'd'],
  ['*', '*', '', ''],
  ['matrix.example.com', 'widgets', 'status', 'w'],
];
const namespaces = ['{ns}', 'other', ''];
const paths = ['/metrics', '/metrics/x', '/logs', '/logs/x', '/matrix', '/matrix/x', '/matri', '/healthz', '/'];

const wanted: readonly JsonObject[] = [
  ...verbs.flatMap((verb) =>
    targets.flatMap(([group, resource, subresource, name]) =>
      namespaces.map((namespace) => ({
        resourceAttributes: { verb, group, resource, subresource, name, namespace },
      })),
    ),
  ),
  ...['get', 'post', '*'].flatMap((verb) => paths.map((path) => ({ nonResourceAttributes: { verb, path } }))),
];

export const decisionMatrixCases: readonly Case[] = [
  {
    name: 'access: decision matrix',
    steps: made,
    independent: users.flatMap((user) =>
      wanted.map((attributes) =>
        post(JSON.stringify([user, attributes]), reviews, {
          apiVersion: 'authorization.k8s.io/v1',
          kind: 'SubjectAccessReview',
          spec: { ...user, ...attributes },
        }),
      ),
    ),
  },
];
