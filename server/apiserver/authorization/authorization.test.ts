import test from 'ava';
import type { UserInfo } from '../../apimachinery/request/user-info.ts';
import { alwaysAllow, alwaysDeny } from './always.ts';
import type { AuthorizationResult, Authorizer, RequestedAction } from './authorizer.ts';
import { noOpinion } from './authorizer.ts';
import { bootstrapPolicy } from './rbac/bootstrap/policy.ts';
import { paths, rule } from './rbac/bootstrap/rule.ts';
import { compactRules, describeRule, uncoveredRules } from './rbac/covers.ts';
import { rulesOf } from './rbac/policy-rule.ts';
import { RbacAuthorizer } from './rbac/rbac-authorizer.ts';
import { asks, binding, newTestPolicy, role, type TestPolicy, userNamed } from './rbac/rbac-harness.ts';
import { systemMastersAuthorizer } from './system-masters.ts';
import { unionAuthorizer } from './union.ts';

const ann = userNamed('ann', 'system:authenticated', 'crew');

function setUp(): {
  policy: TestPolicy;
  rbac: RbacAuthorizer;
  may: (verb: string, more: Partial<RequestedAction>, user?: UserInfo) => boolean;
} {
  const policy = newTestPolicy();
  const rbac = new RbacAuthorizer(policy);
  const may = (verb: string, more: Partial<RequestedAction>, user = ann) =>
    rbac.authorize(asks(user, verb, more)).decision === 'allow';
  return { policy, rbac, may };
}

test('a role gives nothing without a binding, and a binding nothing without its role', (t) => {
  const { policy, may } = setUp();
  const pods = { resource: 'pods', namespace: 'a' };
  policy.roles.set(role('reader', 'a', rule('get', 'core', 'pods')));
  t.false(may('get', pods));
  policy.roleBindings.set(binding('reader', 'a', 'Role', { kind: 'User', name: 'ann' }));
  t.true(may('get', pods));
  t.false(may('get', { ...pods, namespace: 'b' }));
  t.false(may('get', { resource: 'pods' }));
  policy.roles.delete(role('reader', 'a'));
  t.false(may('get', pods));
  policy.roles.set(role('reader', 'a', rule('list', 'core', 'pods')));
  t.false(may('get', pods));
  t.true(may('list', pods));
  policy.roleBindings.delete(binding('reader', 'a', 'Role'));
  t.false(may('list', pods));
});

test('a changed binding counts for its new subjects alone, and a cache that begins anew forgets all', (t) => {
  const { policy, may } = setUp();
  policy.clusterRoles.set(role('reader', '', rule('get', 'core', 'pods')));
  policy.clusterRoleBindings.set(binding('reader', '', 'ClusterRole', { kind: 'User', name: 'ann' }));
  t.true(may('get', { resource: 'pods' }));
  policy.clusterRoleBindings.set(binding('reader', '', 'ClusterRole', { kind: 'Group', name: 'others' }));
  t.false(may('get', { resource: 'pods' }));
  t.true(may('get', { resource: 'pods' }, userNamed('bob', 'others')));
  policy.clusterRoleBindings.replace([binding('reader', '', 'ClusterRole', { kind: 'Group', name: 'crew' })]);
  t.true(may('get', { resource: 'pods', namespace: 'anywhere' }));
  t.false(may('get', { resource: 'pods' }, userNamed('bob', 'others')));
  policy.clusterRoles.replace([]);
  t.false(may('get', { resource: 'pods' }));
});

test('rules match verbs, groups, resources, subresources and names, with their wildcards', (t) => {
  const { policy, may } = setUp();
  policy.clusterRoles.set(
    role(
      'r',
      '',
      rule('get', 'core', 'pods/log'),
      rule('*', 'apps', 'deployments', 'web'),
      rule('update', '*', '*/scale'),
      rule('list', 'example.com', '*'),
      paths('get', '/a /b/*'),
    ),
  );
  policy.clusterRoleBindings.set(binding('r', '', 'ClusterRole', { kind: 'Group', name: 'crew' }));
  t.true(may('get', { resource: 'pods', subresource: 'log' }));
  t.false(may('get', { resource: 'pods' }));
  t.true(may('anything', { group: 'apps', resource: 'deployments', name: 'web' }));
  t.false(may('list', { group: 'apps', resource: 'deployments' }));
  t.true(may('update', { group: 'apps', resource: 'statefulsets', subresource: 'scale', name: 'x' }));
  t.false(may('update', { group: 'apps', resource: 'scale' }));
  t.true(may('list', { group: 'example.com', resource: 'widgets', subresource: 'status' }));
  t.true(may('get', { path: '/a' }));
  t.false(may('get', { path: '/a/b' }));
  t.true(may('get', { path: '/b/c' }));
  t.false(may('get', { path: '/b' }));
});

test('a service account without a namespace is one of the binding, and of none where the binding has none', (t) => {
  const { policy, may } = setUp();
  const subject = { kind: 'ServiceAccount', name: 'sa' };
  const account = userNamed('system:serviceaccount:a:sa');
  policy.clusterRoles.set(role('r', '', rule('get', 'core', 'pods')));
  policy.clusterRoleBindings.set(binding('r', '', 'ClusterRole', subject));
  t.false(may('get', { resource: 'pods', namespace: 'a' }, account));
  policy.roleBindings.set(binding('r', 'a', 'ClusterRole', subject));
  t.true(may('get', { resource: 'pods', namespace: 'a' }, account));
});

test('reasons say which binding allowed what, and which roles are missing', (t) => {
  const { policy, rbac } = setUp();
  policy.roles.set(role('reader', 'a', rule('get', 'core', 'pods')));
  policy.roleBindings.set(
    binding('reader', 'a', 'Role', { kind: 'User', name: 'bob' }, { kind: 'Group', name: 'crew' }),
  );
  const { reason } = rbac.authorize(asks(ann, 'get', { resource: 'pods', namespace: 'a' }));
  t.is(reason, 'RBAC: allowed by RoleBinding "reader/a" of Role "reader" to Group "crew"');
  policy.roleBindings.set(binding('gone', 'a', 'ClusterRole', { kind: 'User', name: 'ann' }));
  const refused = rbac.authorize(asks(ann, 'delete', { resource: 'pods', namespace: 'a' }));
  t.like(refused, {
    decision: 'no opinion',
    reason: 'RBAC: clusterrole.rbac.authorization.k8s.io "gone" not found',
  });
  t.deepEqual(rbac.rulesFor(ann, 'a').errors, ['clusterrole.rbac.authorization.k8s.io "gone" not found']);
  t.is(rbac.rulesFor(ann, 'a').resourceRules.length, 1);
});

test('the first authorizer that allows or denies decides, and the reasons of the others are joined', async (t) => {
  const saying = (result: AuthorizationResult): Authorizer => ({ authorize: () => Promise.resolve(result) });
  const question = asks(ann, 'get', { resource: 'pods' });
  const undecided = unionAuthorizer([
    systemMastersAuthorizer,
    alwaysDeny,
    saying({ decision: 'no opinion', reason: 'late', error: 'broken' }),
  ]);
  t.deepEqual(await undecided.authorize(question), {
    decision: 'no opinion',
    reason: 'Everything is forbidden.\nlate',
    error: 'broken',
  });
  const denied = unionAuthorizer([saying({ decision: 'deny', reason: 'no' }), alwaysAllow]);
  t.like(await denied.authorize(question), { decision: 'deny', reason: 'no' });
  t.like(unionAuthorizer([alwaysDeny, alwaysAllow]).authorize(question), { decision: 'allow' });
  t.is(unionAuthorizer([systemMastersAuthorizer]).authorize(question), noOpinion);
  t.like(unionAuthorizer([systemMastersAuthorizer]).authorize(asks(userNamed('x', 'system:masters'), 'get')), {
    decision: 'allow',
  });
});

test('what rules do not cover is broken down and put together by resource', (t) => {
  const rules = (...list: ReturnType<typeof rule>[]) => rulesOf(role('r', '', ...list));
  const held = rules(rule('get list', 'core', 'pods'), rule('*', 'core', '*/status'), paths('get', '/a/*'));
  const wanted = rules(rule('get delete watch', 'core apps', 'pods pods/status'), paths('get put', '/a/b /c'));
  const missing = compactRules(uncoveredRules(held, wanted)).map(describeRule);
  t.deepEqual(missing, [
    '{NonResourceURLs:["/a/b"], Verbs:["put"]}',
    '{NonResourceURLs:["/c"], Verbs:["get"]}',
    '{NonResourceURLs:["/c"], Verbs:["put"]}',
    '{APIGroups:[""], Resources:["pods"], Verbs:["delete" "watch"]}',
    '{APIGroups:["apps"], Resources:["pods"], Verbs:["get" "delete" "watch"]}',
    '{APIGroups:["apps"], Resources:["pods/status"], Verbs:["get" "delete" "watch"]}',
  ]);
  t.deepEqual(uncoveredRules(rules(rule('*', '*', '*'), paths('*', '*')), wanted), []);
});

test('every bootstrap binding names a bootstrap role', (t) => {
  const policy = bootstrapPolicy();
  const clusterRoles = new Set(policy.clusterRoles.map(({ metadata }) => metadata.name));
  const roles = new Set(policy.roles.map(({ metadata }) => `${metadata.namespace}/${metadata.name}`));
  for (const { metadata, roleRef } of [...policy.clusterRoleBindings, ...policy.roleBindings]) {
    const { name } = roleRef as { name: string };
    t.true(metadata.namespace === undefined ? clusterRoles.has(name) : roles.has(`${metadata.namespace}/${name}`));
  }
  t.is(clusterRoles.size, policy.clusterRoles.length);
});
