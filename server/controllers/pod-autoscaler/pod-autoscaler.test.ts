import test from 'ava';
import type { Pod } from '../../client/api-types.ts';
import { type History, limitedReplicas } from './behavior.ts';
import { groupPods, replicasFor, replicasForTotal } from './usage.ts';

const now = Date.parse('2026-01-01T01:00:00Z');
const pod = (name: string, more: { phase?: string; ready?: string; started?: string } = {}): Pod => ({
  metadata: { name },
  status: {
    phase: more.phase ?? 'Running',
    startTime: more.started ?? '2026-01-01T00:00:00Z',
    conditions: [{ type: 'Ready', status: more.ready ?? 'True', lastTransitionTime: '2026-01-01T00:00:10Z' }],
  },
});
const replicas = (used: Record<string, number>, target: number, pods: Pod[], isCpu = true) => {
  const figures = new Map(Object.entries(used).map(([name, value]) => [name, { value, at: now, window: 60_000 }]));
  const groups = groupPods(pods, figures, { isCpu, now });
  const figureOf = ({ metadata }: Pod) => used[metadata.name ?? ''] ?? 0;
  return replicasFor({
    current: pods.length,
    groups,
    figureOf,
    baseOf: () => target,
    ratioOf: (use, base) => use / base,
    fullOf: () => target,
    tolerance,
  }).replicas;
};
const tolerance = { down: 0.1, up: 0.1 };
const [a, b, c] = [pod('a'), pod('b'), pod('c')];

test('replicas follow the ratio of use to target, and a tenth is no reason', (t) => {
  t.is(replicas({ a: 200, b: 200 }, 100, [a, b]), 4);
  t.is(replicas({ a: 30, b: 30 }, 100, [a, b]), 1);
  t.is(replicas({ a: 109, b: 109 }, 100, [a, b]), 2);
  t.is(replicas({ a: 250, b: 50 }, 100, [a, b]), 3);
});

test('pods without figures count against any change', (t) => {
  t.is(replicas({ a: 200, b: 200 }, 100, [a, b, c]), 4);
  t.is(replicas({ a: 10, b: 10 }, 100, [a, b, c]), 2);
  t.is(replicas({ a: 140, b: 140 }, 100, [a, b, c]), 3);
});

test('pods that have just begun count as idle where more are called for', (t) => {
  const young = pod('c', { ready: 'False', started: '2026-01-01T00:59:30Z' });
  t.is(replicas({ a: 300, b: 300, c: 900 }, 100, [a, b, young]), 6);
  t.is(replicas({ a: 300, b: 300 }, 100, [a, b, pod('c', { phase: 'Pending' })]), 6);
});

test('where no figure counts nothing is called for, rather than as little as can be', (t) => {
  const message = 'did not receive metrics for targeted pods (pods might be unready)';
  t.throws(() => replicas({ a: 5 }, 100, [pod('a', { ready: 'False', started: '2026-01-01T00:59:30Z' })]), { message });
  t.throws(() => replicas({}, 100, [a, b]), { message });
});

test('a figure of the whole is shared by all replicas', (t) => {
  const total = (use: number, more: { current?: number; ready?: number; perReplica?: boolean; up?: number }) => {
    const { current = 2, perReplica = true, up = 0.1 } = more;
    const { ready = current } = more;
    return replicasForTotal(use, 100, { current, present: current, ready, perReplica, tolerance: { down: 0.1, up } });
  };
  t.is(total(500, {}), 5);
  t.is(total(205, {}), 2);
  t.is(total(205, { up: 0.01 }), 3);
  t.is(total(200, { current: 3, perReplica: false }), 6);
  t.is(total(200, { current: 3, ready: 1, perReplica: false }), 2);
  t.is(total(200, { current: 0, perReplica: false }), 2);
});

const limited = (
  spec: object,
  {
    desired,
    current,
    history = { recommendations: [], changes: [] },
    at = 1_000_000,
  }: { desired: number; current: number; history?: History; at?: number },
) =>
  limitedReplicas(
    { maxReplicas: 100, scaleTargetRef: { kind: 'Deployment', name: 'd' }, ...spec },
    { desired, current, history, now: at },
  );

test('it grows by four pods or to the double, whichever is more, and never beyond the most', (t) => {
  t.is(limited({}, { desired: 90, current: 1 }).replicas, 5);
  t.is(limited({}, { desired: 90, current: 10 }).replicas, 20);
  t.is(limited({}, { desired: 90, current: 10 }).limit?.reason, 'ScaleUpLimit');
  t.is(limited({ maxReplicas: 12 }, { desired: 90, current: 10 }).replicas, 12);
  t.is(limited({ maxReplicas: 12 }, { desired: 90, current: 10 }).limit?.reason, 'TooManyReplicas');
});

test('it shrinks only to the most that was wanted in the last five minutes', (t) => {
  const history: History = {
    recommendations: [
      { at: 900_000, replicas: 8 },
      { at: 600_000, replicas: 20 },
    ],
    changes: [],
  };
  const result = limited({}, { desired: 2, current: 10, history });
  t.is(result.replicas, 8);
  t.is(result.stabilized?.reason, 'ScaleDownStabilized');
  t.is(limited({}, { desired: 2, current: 10, history, at: 2_000_000 }).replicas, 2);
});

test('what has changed within the period of a policy counts', (t) => {
  const behavior = { scaleUp: { policies: [{ type: 'Pods', value: 3, periodSeconds: 60 }] } };
  const history: History = { recommendations: [], changes: [{ at: 990_000, change: 2 }] };
  t.is(limited({ behavior }, { desired: 50, current: 10, history }).replicas, 11);
  const down = {
    scaleDown: { stabilizationWindowSeconds: 0, policies: [{ type: 'Percent', value: 50, periodSeconds: 60 }] },
  };
  t.is(limited({ behavior: down }, { desired: 1, current: 10 }).replicas, 5);
  t.is(
    limited(
      { behavior: { scaleDown: { stabilizationWindowSeconds: 0, selectPolicy: 'Disabled' } } },
      { desired: 1, current: 10 },
    ).replicas,
    10,
  );
});
