import test from 'ava';
import type { Node, Pod } from '../client/api-types.ts';
import { allControllers } from './all-controllers.ts';
import { chooseControllers } from './choose-controllers.ts';
import type { Controller } from './controller.ts';
import { missingNodes, surplusOf, terminatingOutOfService, unscheduledTerminating } from './pod-gc/choose.ts';
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
  chooseControllers(three, list)
    .map(({ name }) => name[0])
    .join('');

test('--controllers: a star is those on by default, a name adds one, a minus takes one away', (t) => {
  t.is(chosen('*'), 'ab');
  t.is(chosen('*,c-controller'), 'abc');
  t.is(chosen('*,-a'), 'b');
  t.is(chosen('b-controller'), 'b');
  t.is(chosen(''), '');
  t.throws(() => chosen('*,d'), { message: /no controller "d"/ });
});

test('controllers have names of their own', (t) => {
  const names = allControllers.flatMap(({ name, alias }) => (alias === undefined ? [name] : [name, alias]));
  t.is(new Set(names).size, names.length);
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
