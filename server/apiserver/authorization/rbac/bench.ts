/** What a decision costs at 10,000 bindings: `node server/apiserver/authorization/rbac/bench.ts`; the lowest of several rounds. */
import { paths, rule } from './bootstrap/rule.ts';
import { asks, binding, newTestPolicy, role, userNamed } from './rbac-harness.ts';
import { RbacAuthorizer } from './rbac-authorizer.ts';

const BINDINGS = 10_000;
const NAMESPACES = 500;
const DECISIONS = 200_000;
const ROUNDS = 5;

const policy = newTestPolicy();
const rules = Array.from({ length: 20 }, (_, index) => rule('get list watch', `group${index}`, `things${index} pods`));
policy.clusterRoles.set(role('view', '', ...rules, rule('get list watch', 'core', 'pods'), paths('get', '/version')));
for (let index = 0; index < BINDINGS; index++) {
  const namespace = `ns-${index % NAMESPACES}`;
  const subjects = [
    { kind: 'User', name: `user-${index}` },
    { kind: 'ServiceAccount', name: `account-${index}` },
  ];
  const { roleRef, ...rest } = binding(`binding-${index}`, namespace, 'ClusterRole', ...subjects);
  policy.roleBindings.set({ ...rest, roleRef: { ...(roleRef as object), name: 'view' } });
}
const building = process.hrtime.bigint();
const authorizer = new RbacAuthorizer(policy);
console.log(`index of ${BINDINGS} bindings   ${Number(process.hrtime.bigint() - building) / 1e6} ms`);

const groups = ['system:authenticated', 'team-a', 'team-b', 'team-c'];
const questions = {
  'allowed through a role of 22 rules': asks(userNamed('user-4242', ...groups), 'list', {
    namespace: `ns-${4242 % NAMESPACES}`,
    resource: 'pods',
  }),
  'no opinion': asks(userNamed('user-4242', ...groups), 'delete', {
    namespace: `ns-${4242 % NAMESPACES}`,
    resource: 'pods',
    name: 'x',
  }),
  'nobody knows the user': asks(userNamed('nobody', ...groups), 'get', { namespace: 'ns-1', resource: 'pods' }),
  'a service account': asks(userNamed('system:serviceaccount:ns-7:account-507'), 'get', {
    namespace: 'ns-7',
    resource: 'pods',
    subresource: 'log',
  }),
};
for (const [name, question] of Object.entries(questions)) {
  let best = Number.POSITIVE_INFINITY;
  for (let round = 0; round < ROUNDS; round++) {
    const start = process.hrtime.bigint();
    for (let index = 0; index < DECISIONS; index++) authorizer.authorize(question);
    best = Math.min(best, Number(process.hrtime.bigint() - start) / DECISIONS);
  }
  console.log(`${name.padEnd(36)} ${(best / 1000).toFixed(3)} µs`);
}
