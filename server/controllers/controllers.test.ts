import { createHmac } from 'node:crypto';
import test from 'ava';
import type { CertificateSigningRequest, Node, Pod, PodDisruptionBudget, Secret } from '../client/api-types.ts';
import { absentControllers } from './absent-controllers.ts';
import { allControllers } from './all-controllers.ts';
import { signedData } from './bootstrap-tokens/signatures.ts';
import { signingToken } from './bootstrap-tokens/token-secret.ts';
import { isOutdated } from './certificates/rules.ts';
import { fateOf, invalidSinceLabel, lastUsedLabel } from './legacy-tokens/outdated.ts';
import { AddressBlocks } from './node-ipam/address-blocks.ts';
import { addressPool } from './service-lb/address-pool.ts';
import { chooseControllers } from './choose-controllers.ts';
import type { Controller } from './controller.ts';
import { budgetStatus } from './disruption/budget-status.ts';
import { executeTaints, nextHealth, scheduleTaints, unknownConditions } from './node-lifecycle/node-health.ts';
import { evictionRates } from './node-lifecycle/zones.ts';
import { missingNodes, surplusOf, terminatingOutOfService, unscheduledTerminating } from './pod-gc/choose.ts';
import { timeToStay } from './taint-eviction/tolerations.ts';
import { timeLeft } from './ttl-after-finished/controller.ts';
import { secondsOf, stepFor } from './ttl/time-to-live.ts';

const named = (name: string, more: Partial<Controller> = {}): Controller => ({
  name,
  account: name,
  run: () => Promise.resolve(),
  ...more,
});
const three = [
  named('a-controller', { alias: 'a' }),
  named('b-controller'),
  named('c-controller', { offByDefault: true }),
];
const chosen = (list: string) =>
  chooseControllers({ present: three, absent: [{ name: 'x-controller', alias: 'x', why: 'it is elsewhere' }] }, list)
    .map(({ name }) => name[0])
    .join('');

test('--controllers: a star is those on by default, a name adds one, a minus takes one away', (t) => {
  t.is(chosen('*'), 'ab');
  t.is(chosen('*,c-controller'), 'abc');
  t.is(chosen('*,-a'), 'b');
  t.is(chosen('b-controller'), 'b');
  t.is(chosen(''), '');
  t.throws(() => chosen('*,d'), { message: /no controller "d"/ });
  t.is(chosen('*,-x'), 'ab');
  t.throws(() => chosen('*,x'), { message: /x-controller is not here: it is elsewhere/ });
});

test('controllers have names of their own, and every name of upstream is known', (t) => {
  const known = [...allControllers, ...absentControllers];
  const names = known.flatMap(({ name, alias }) => (alias === undefined ? [name] : [name, alias]));
  t.is(new Set(names).size, names.length);
  t.is(known.length, 52);
});

test('the time that nodes trust what they read grows with the cluster, and does not change its mind at a border', (t) => {
  t.is(secondsOf(stepFor(100, 0)), 0);
  t.is(secondsOf(stepFor(101, 0)), 15);
  t.is(secondsOf(stepFor(95, 1)), 15);
  t.is(secondsOf(stepFor(89, 1)), 0);
  t.is(secondsOf(stepFor(20_000, 0)), 600);
  t.is(secondsOf(stepFor(3, 5)), 0);
});

const pod = (
  name: string,
  more: { phase?: string; reason?: string; nodeName?: string; deleted?: boolean; age?: number } = {},
): Pod => ({
  metadata: {
    name,
    creationTimestamp: `2026-01-0${more.age ?? 1}T00:00:00Z`,
    ...(more.deleted === true ? { deletionTimestamp: '2026-01-09T00:00:00Z' } : {}),
  },
  spec: { containers: [], nodeName: more.nodeName },
  status: { phase: more.phase ?? 'Running', reason: more.reason },
});
const names = (pods: Iterable<Pod>) => [...pods].map(({ metadata }) => metadata.name).join();

test('of too many pods that have ended the evicted go first, then the oldest', (t) => {
  const pods = [
    pod('young', { phase: 'Succeeded', age: 3 }),
    pod('old', { phase: 'Failed', age: 1 }),
    pod('evicted', { phase: 'Failed', reason: 'Evicted', age: 4 }),
    pod('running', { age: 1 }),
  ];
  t.is(names(surplusOf(pods, 1)), 'evicted,old');
  t.is(names(surplusOf(pods, 3)), '');
});

test('pods that no kubelet will end are found', (t) => {
  const node = (name: string, ready: string, taint?: string): Node => ({
    metadata: { name },
    spec: { taints: taint === undefined ? [] : [{ key: taint, effect: 'NoExecute' }] },
    status: { conditions: [{ type: 'Ready', status: ready }] },
  });
  const outOfService = 'node.kubernetes.io/out-of-service';
  const all = new Map([
    ['good', node('good', 'True', outOfService)],
    ['dead', node('dead', 'Unknown', outOfService)],
    ['quiet', node('quiet', 'Unknown')],
  ]);
  const nodeOf = (name: string) => all.get(name);
  const pods = [
    pod('nowhere', { deleted: true }),
    pod('on-good', { nodeName: 'good', deleted: true }),
    pod('on-dead', { nodeName: 'dead', deleted: true }),
    pod('on-quiet', { nodeName: 'quiet', deleted: true }),
    pod('on-gone', { nodeName: 'gone' }),
  ];
  t.is(names(unscheduledTerminating(pods)), 'nowhere');
  t.is(names(terminatingOutOfService(pods, nodeOf)), 'on-dead');
  t.deepEqual([...missingNodes(pods, nodeOf)], ['gone']);
});

test('a job has time left from the moment it finished', (t) => {
  const finished = { type: 'Complete', status: 'True', lastTransitionTime: '2026-01-01T00:00:00Z' };
  const job = { metadata: {}, spec: { template: {}, ttlSecondsAfterFinished: 10 }, status: { conditions: [finished] } };
  const now = Date.parse('2026-01-01T00:00:04Z');
  t.is(timeLeft(job, now), 6000);
  t.is(timeLeft({ ...job, status: {} }, now), undefined);
  t.is(timeLeft({ ...job, metadata: { deletionTimestamp: 'x' } }, now), undefined);
});

const readyPod = (name: string, more: { ready?: boolean; deleted?: boolean } = {}): Pod => ({
  ...pod(name, more),
  status: { conditions: [{ type: 'Ready', status: more.ready === false ? 'False' : 'True' }] },
});
const budget = (spec: PodDisruptionBudget['spec'], disrupted: Record<string, string> = {}): PodDisruptionBudget => ({
  metadata: { name: 'b', generation: 3 },
  spec,
  status: { disruptedPods: disrupted, currentHealthy: 0, desiredHealthy: 0, disruptionsAllowed: 0, expectedPods: 0 },
});
const at = Date.parse('2026-01-01T00:01:00Z');
const allowed = (spec: PodDisruptionBudget['spec'], pods: Pod[], expectedScale?: number) => {
  const { status } = budgetStatus({ budget: budget(spec), pods, expectedScale, now: at });
  return [status.disruptionsAllowed, status.currentHealthy, status.desiredHealthy, status.expectedPods].join();
};
const threePods = [readyPod('a'), readyPod('b'), readyPod('c', { ready: false })];

test('a budget allows as many disruptions as it has healthy pods beyond what it wants', (t) => {
  t.is(allowed({ minAvailable: 1 }, threePods), '1,2,1,3');
  t.is(allowed({ minAvailable: 3 }, threePods), '0,2,3,3');
  t.is(allowed({ minAvailable: '34%' }, threePods, 3), '0,2,2,3');
  t.is(allowed({ maxUnavailable: 2 }, threePods, 3), '1,2,1,3');
  t.is(allowed({ maxUnavailable: '50%' }, threePods, 4), '0,2,2,4');
  t.is(allowed({ minAvailable: 0 }, []), '0,0,0,0');
});

test('an evicted pod counts as gone until it is, or two minutes are over', (t) => {
  const recent = { a: '2026-01-01T00:00:30Z' };
  const of = (disrupted: Record<string, string>) =>
    budgetStatus({
      budget: budget({ minAvailable: 1 }, disrupted),
      pods: threePods,
      expectedScale: undefined,
      now: at,
    });
  t.is(of(recent).status.currentHealthy, 1);
  t.is(of(recent).recheckAfter, 90_000);
  t.is(of({ a: '2025-12-31T23:00:00Z' }).status.currentHealthy, 2);
  t.is(of({ a: '2025-12-31T23:00:00Z' }).status.disruptedPods, undefined);
});

test('a pod stays on a tainted node for as long as its tolerations say', (t) => {
  const taint = (key: string, value = '') => ({ key, value, effect: 'NoExecute' });
  t.is(timeToStay([], [taint('a')]), 0);
  t.is(timeToStay([{ operator: 'Exists' }], [taint('a'), taint('b')]), Infinity);
  t.is(timeToStay([{ key: 'a', operator: 'Exists', tolerationSeconds: 5 }], [taint('a')]), 5000);
  t.is(timeToStay([{ key: 'a', operator: 'Exists', tolerationSeconds: 5 }], [taint('a'), taint('b')]), 0);
  t.is(timeToStay([{ key: 'a', value: 'x' }], [taint('a', 'x')]), Infinity);
  t.is(timeToStay([{ key: 'a', value: 'x' }], [taint('a', 'y')]), 0);
  t.is(timeToStay([{ key: 'a', operator: 'Exists', effect: 'NoSchedule' }], [taint('a')]), 0);
  const both = [
    { key: 'a', operator: 'Exists', tolerationSeconds: 9 },
    { operator: 'Exists', tolerationSeconds: 4 },
  ];
  t.is(timeToStay(both, [taint('a')]), 4000);
});

const nodeWith = (conditions: Record<string, string>, spec: Node['spec'] = {}): Node => ({
  metadata: { name: 'node' },
  spec,
  status: { conditions: Object.entries(conditions).map(([type, status]) => ({ type, status })) },
});

test('a silent node is unknown in all that its kubelet would say, and nothing else', (t) => {
  const silent = unknownConditions(nodeWith({ Ready: 'True', Other: 'True' }), 'now') ?? [];
  t.deepEqual(
    silent.map(({ type, status, reason }) => `${type} ${status} ${reason ?? ''}`),
    [
      'Other True ',
      'Ready Unknown NodeStatusUnknown',
      'MemoryPressure Unknown NodeStatusNeverUpdated',
      'DiskPressure Unknown NodeStatusNeverUpdated',
      'PIDPressure Unknown NodeStatusNeverUpdated',
    ],
  );
  t.is(unknownConditions({ ...nodeWith({}), status: { conditions: silent } }, 'later'), undefined);
});

test('taints follow the conditions of a node, and those of others stay', (t) => {
  const keys = (taints: ReturnType<typeof scheduleTaints>) =>
    taints?.map(({ key }) => key.replace('node.kubernetes.io/', '')).join();
  const other = { key: 'other', effect: 'NoSchedule' };
  t.is(
    keys(scheduleTaints(nodeWith({ Ready: 'False', DiskPressure: 'True' }, { taints: [other] }))),
    'other,not-ready,disk-pressure',
  );
  const tainted = {
    taints: [{ key: 'node.kubernetes.io/not-ready', effect: 'NoSchedule' }, other],
    unschedulable: true,
  };
  t.is(keys(scheduleTaints(nodeWith({ Ready: 'True' }, tainted))), 'other,unschedulable');
  t.is(scheduleTaints(nodeWith({ Ready: 'True' })), undefined);
  t.is(keys(executeTaints(nodeWith({ Ready: 'Unknown' }))), 'unreachable');
  t.is(
    keys(
      executeTaints(
        nodeWith({ Ready: 'True' }, { taints: [{ key: 'node.kubernetes.io/unreachable', effect: 'NoExecute' }] }),
      ),
    ),
    '',
  );
});

test('a sign of life restarts the patience with a node', (t) => {
  const first = nextHealth(undefined, 'a', 10);
  t.is(nextHealth(first, 'a', 20), first);
  t.deepEqual(nextHealth(first, 'b', 20), { seenAt: 20, sign: 'b' });
});

test('nodes are emptied slowly where many are silent, and not at all where all are', (t) => {
  const zone = (name: string, states: string) =>
    [...states].map((state) => ({
      ...nodeWith({ Ready: state === '+' ? 'True' : 'Unknown' }),
      metadata: { labels: { 'topology.kubernetes.io/zone': name } },
    }));
  const rate = (...nodes: Node[]) => evictionRates(nodes);
  t.is(rate(...zone('a', '+++-')).get(':a'), 0.1);
  t.is(rate(...zone('a', '+---'), ...zone('b', '++')).get(':a'), 0);
  t.is(rate(...zone('a', `+${'-'.repeat(60)}`)).get(':a'), 0.01);
  t.is(rate(...zone('a', '----'), ...zone('b', '++')).get(':a'), 0.1);
  t.is(rate(...zone('a', '----'), ...zone('b', '--')).get(':a'), 0);
});

test('blocks of addresses are given once, and again when they are given back', (t) => {
  const blocks = new AddressBlocks('10.244.0.0/22', 24);
  t.true(blocks.take('10.244.1.0/24'));
  t.false(blocks.take('10.250.1.0/24'));
  t.deepEqual(
    [blocks.allocate(), blocks.allocate(), blocks.allocate(), blocks.allocate()],
    ['10.244.0.0/24', '10.244.2.0/24', '10.244.3.0/24', undefined],
  );
  blocks.release('10.244.2.0/24');
  t.is(blocks.allocate(), '10.244.2.0/24');
  const six = new AddressBlocks('fd00:1::/48', 64);
  t.deepEqual([six.allocate(), six.allocate()], ['fd00:1::/64', 'fd00:1:0:1::/64']);
  t.throws(() => new AddressBlocks('10.0.0.0/28', 24), { message: /cannot be cut into blocks of \/24/ });
});

test('a pool of addresses gives a service the same one again, and one that is free to the next', async (t) => {
  const pool = addressPool('192.0.2.0/30');
  const service = (uid: string, spec = {}) => ({ metadata: { uid }, spec });
  t.deepEqual(await pool.ensure(service('a'), []), [{ ip: '192.0.2.0', ipMode: 'VIP' }]);
  t.deepEqual(await pool.ensure(service('b', { loadBalancerIP: '192.0.2.2' }), []), [
    { ip: '192.0.2.2', ipMode: 'VIP' },
  ]);
  t.deepEqual(await pool.ensure(service('a'), []), [{ ip: '192.0.2.0', ipMode: 'VIP' }]);
  await pool.delete(service('b'));
  await pool.ensure(service('c'), []);
  t.deepEqual(await pool.ensure(service('d'), []), [{ ip: '192.0.2.2', ipMode: 'VIP' }]);
  await pool.ensure(service('e'), []);
  await t.throwsAsync(pool.ensure(service('f'), []), { message: 'no address of 192.0.2.0/30 is free' });
});

const secretOf = (data: Record<string, string>, name = 'bootstrap-token-abcdef'): Secret => ({
  metadata: { name, namespace: 'kube-system' },
  data: Object.fromEntries(Object.entries(data).map(([key, value]) => [key, Buffer.from(value).toString('base64')])),
});

test('a bootstrap token signs while it lives and is meant to', (t) => {
  const fields = { 'token-id': 'abcdef', 'token-secret': '0123456789abcdef', 'usage-bootstrap-signing': 'true' };
  const now = Date.parse('2026-01-01T00:00:00Z');
  t.deepEqual(signingToken(secretOf(fields), now), { id: 'abcdef', secret: '0123456789abcdef' });
  t.is(signingToken(secretOf({ ...fields, 'usage-bootstrap-signing': 'false' }), now), undefined);
  t.is(signingToken(secretOf({ ...fields, expiration: '2025-12-31T00:00:00Z' }), now), undefined);
  t.is(signingToken(secretOf(fields, 'other'), now), undefined);
});

test('published cluster information has a signature for each token, and none of tokens that are gone', (t) => {
  const data = signedData({ kubeconfig: 'text', 'jws-kubeconfig-gone': 'x', other: 'y' }, [
    { id: 'abcdef', secret: 'secret' },
  ]);
  t.deepEqual(Object.keys(data).toSorted(), ['jws-kubeconfig-abcdef', 'kubeconfig', 'other']);
  const [header = '', body, signature = ''] = (data['jws-kubeconfig-abcdef'] ?? '').split('.');
  t.is(body, '');
  t.deepEqual(JSON.parse(Buffer.from(header, 'base64url').toString()), { alg: 'HS256', kid: 'abcdef' });
  const signed = `${header}.${Buffer.from('text').toString('base64url')}`;
  t.is(signature, createHmac('sha256', 'secret').update(signed).digest('base64url'));
});

test('a token in a secret works for a year without use, and is there for one more', (t) => {
  const day = 24 * 3_600_000;
  const now = Date.parse('2026-06-01');
  const dayBefore = (days: number) => new Date(now - days * day).toISOString().slice(0, 10);
  const fate = (labels: Record<string, string>, more: Partial<Parameters<typeof fateOf>[0]> = {}) =>
    fateOf({
      secret: { metadata: { name: 'token', creationTimestamp: '2020-01-01T00:00:00Z', labels } },
      account: { metadata: {}, secrets: [{ name: 'token' }] },
      trackedSince: Date.parse('2021-01-01'),
      isMounted: false,
      now,
      period: 365 * day,
      ...more,
    });
  t.is(fate({ [lastUsedLabel]: dayBefore(10) }), 'keep');
  t.is(fate({ [lastUsedLabel]: dayBefore(400) }), 'invalidate');
  t.is(fate({}), 'invalidate');
  t.is(fate({}, { trackedSince: now - day }), 'keep');
  t.is(fate({}, { isMounted: true }), 'keep');
  t.is(fate({}, { account: { metadata: {} } }), 'keep');
  t.is(fate({ [lastUsedLabel]: dayBefore(800), [invalidSinceLabel]: dayBefore(100) }), 'keep');
  t.is(fate({ [lastUsedLabel]: dayBefore(800), [invalidSinceLabel]: dayBefore(366) }), 'delete');
});

test('certificate requests are kept for as long as somebody may look at them', (t) => {
  const now = Date.parse('2026-01-02T00:00:00Z');
  const hoursAgo = (hours: number) => new Date(now - hours * 3_600_000).toISOString();
  const request = (age: number, status: CertificateSigningRequest['status']): CertificateSigningRequest => ({
    metadata: { creationTimestamp: hoursAgo(age) },
    spec: { request: '', signerName: 's' },
    status,
  });
  const decided = (type: string, hours: number, certificate?: string) => ({
    conditions: [{ type, status: 'True', lastUpdateTime: hoursAgo(hours) }],
    certificate,
  });
  t.false(isOutdated(request(23, {}), now, undefined));
  t.true(isOutdated(request(25, {}), now, undefined));
  t.true(isOutdated(request(30, decided('Denied', 2)), now, undefined));
  t.false(isOutdated(request(30, decided('Approved', 2)), now, undefined));
  t.true(isOutdated(request(30, decided('Approved', 2, 'x')), now, undefined));
  t.true(isOutdated(request(30, decided('Approved', 0.5, 'x')), now, now - 1));
});
