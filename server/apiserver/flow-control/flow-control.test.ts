import test from 'ava';
import type { JsonObject } from '../../apimachinery/json.ts';
import type { KubeObject } from '../../apimachinery/meta/object.ts';
import type { RequestInfo } from '../../apimachinery/request/request-info.ts';
import type { UserInfo } from '../../apimachinery/request/user-info.ts';
import { ManualClock } from '../cacher/cacher-harness.ts';
import type { ObjectObserver } from '../cacher/parsed-objects.ts';
import { parseRequestInfo } from '../request-info-parser.ts';
import { mandatoryLevels, mandatorySchemas, suggestedLevels, suggestedSchemas } from './bootstrap/bootstrap-objects.ts';
import { dealHand, FairQueues } from './fair-queues.ts';
import { FlowControl } from './flow-control.ts';
import { DroppedRequests } from './dropped-requests.ts';
import { type Flow, Stay } from './stay.ts';

/** Objects that a test changes. */
class Objects {
  readonly #observers: ObjectObserver[] = [];
  #objects: readonly KubeObject[] = [];

  observe(observer: ObjectObserver): void {
    this.#observers.push(observer);
    for (const object of this.#objects) observer.present(object);
  }

  set(objects: readonly KubeObject[]): void {
    this.#objects = objects;
    for (const observer of this.#observers) {
      observer.all();
      for (const object of objects) observer.present(object);
    }
  }
}

const ofGroups = (name: string, ...groups: string[]): UserInfo => ({ name, uid: '', groups, extra: {} });
const people = (name: string) => ofGroups(name, 'system:authenticated');
const asks = (method: string, path: string) => parseRequestInfo(method, path, undefined);
const pods = asks('GET', '/api/v1/namespaces/x/pods/p');
const never = () => new AbortController().signal;

function start({
  levels,
  schemas,
  seats = 600,
}: {
  levels: readonly KubeObject[];
  schemas: readonly KubeObject[];
  seats?: number;
}) {
  const clock = new ManualClock();
  const [flowSchemas, priorityLevels] = [new Objects(), new Objects()];
  flowSchemas.set(schemas);
  priorityLevels.set(levels);
  const control = new FlowControl({ clock, seats, waitLimit: 15_000, flowSchemas, priorityLevels });
  const classify = (user: UserInfo, info: RequestInfo) => {
    const flow = control.classify(user, info);
    if (flow === undefined) throw new Error('nothing is configured');
    return flow;
  };
  const enter = (user: UserInfo, { width = 1, info = pods, signal = never } = {}) => {
    const stay = new Stay(classify(user, info), { user, info, width, signal });
    return { flow: stay.flow, outcome: control.enter(stay), leave: () => control.leave(stay) };
  };
  return { clock, control, classify, enter, flowSchemas, priorityLevels };
}

const bootstrap = {
  levels: [...mandatoryLevels, ...suggestedLevels],
  schemas: [...mandatorySchemas, ...suggestedSchemas],
};

const level = (name: string, limited: JsonObject, generation = 1): KubeObject => ({
  metadata: { name, uid: name, generation },
  spec: { type: 'Limited', limited },
});
const schema = (name: string, levelName: string, more: JsonObject = {}): KubeObject => ({
  metadata: { name, uid: name },
  spec: {
    priorityLevelConfiguration: { name: levelName },
    matchingPrecedence: 100,
    distinguisherMethod: { type: 'ByUser' },
    rules: [
      {
        subjects: [{ kind: 'Group', group: { name: '*' } }],
        resourceRules: [{ verbs: ['*'], apiGroups: ['*'], resources: ['*'], namespaces: ['*'], clusterScope: true }],
      },
    ],
    ...more,
  },
});
const queuing = { type: 'Queue', queuing: { queues: 8, handSize: 2, queueLengthLimit: 2 } };

test('requests of a new cluster are classified as upstream classifies them', (t) => {
  const { classify } = start(bootstrap);
  const authenticated = 'system:authenticated';
  const account = (namespace: string) =>
    ofGroups(
      `system:serviceaccount:${namespace}:a`,
      'system:serviceaccounts',
      `system:serviceaccounts:${namespace}`,
      authenticated,
    );
  const node = ofGroups('system:node:n', 'system:nodes', authenticated);
  const manager = ofGroups('system:kube-controller-manager', authenticated);
  const lease = (method: string) => asks(method, '/apis/coordination.k8s.io/v1/namespaces/kube-system/leases/l');
  const expected: ReadonlyArray<readonly [UserInfo, RequestInfo, string, string]> = [
    [ofGroups('admin', 'system:masters', authenticated), pods, 'exempt', 'exempt'],
    [people('ann'), pods, 'global-default', 'global-default'],
    [ofGroups('system:anonymous', 'system:unauthenticated'), asks('GET', '/healthz'), 'probes', 'exempt'],
    [
      ofGroups('system:anonymous', 'system:unauthenticated'),
      asks('GET', '/healthz/ping'),
      'global-default',
      'global-default',
    ],
    [account('default'), pods, 'service-accounts', 'workload-low'],
    [account('kube-system'), pods, 'kube-system-service-accounts', 'workload-high'],
    [account('kube-system'), lease('PUT'), 'system-leader-election', 'leader-election'],
    [account('kube-system'), lease('DELETE'), 'kube-system-service-accounts', 'workload-high'],
    [manager, lease('PUT'), 'system-leader-election', 'leader-election'],
    [manager, pods, 'kube-controller-manager', 'workload-high'],
    [ofGroups('system:kube-scheduler', authenticated), pods, 'kube-scheduler', 'workload-high'],
    [node, asks('PATCH', '/api/v1/nodes/n/status'), 'system-node-high', 'node-high'],
    [node, lease('PUT'), 'system-node-high', 'node-high'],
    [node, pods, 'system-nodes', 'system'],
    [ofGroups('nobody'), pods, 'catch-all', 'catch-all'],
  ];
  for (const [user, info, schemaName, levelName] of expected) {
    const flow = classify(user, info);
    t.deepEqual([flow.schema.name, flow.level.name], [schemaName, levelName], `${user.name} ${info.verb} ${info.path}`);
  }
});

test('seats are shared as upstream shares them', (t) => {
  const { control, classify } = start(bootstrap);
  classify(people('ann'), pods);
  const text = control.render();
  // Of 600 and 245 shares.
  const seats = {
    system: 74,
    'node-high': 98,
    'leader-election': 25,
    'workload-high': 98,
    'workload-low': 245,
    'global-default': 49,
    'catch-all': 13,
    exempt: 0,
  };
  for (const [name, count] of Object.entries(seats)) {
    t.true(text.includes(`apiserver_flowcontrol_nominal_limit_seats{priority_level="${name}"} ${count}\n`), name);
  }
});

test('the schema that comes first in precedence, then by name, takes the request', (t) => {
  const levels = [level('one', { nominalConcurrencyShares: 1, limitResponse: { type: 'Reject' } })];
  const schemas = [schema('b', 'one'), schema('a', 'one'), schema('late', 'one', { matchingPrecedence: 101 })];
  const { classify, flowSchemas } = start({ levels, schemas });
  t.is(classify(people('ann'), pods).schema.name, 'a');
  flowSchemas.set([
    ...schemas,
    schema('early', 'one', { matchingPrecedence: 1 }),
    schema('lost', 'nowhere', { matchingPrecedence: 0 }),
  ]);
  t.is(classify(people('ann'), pods).schema.name, 'early', 'a schema without its level takes nothing');
});

test('a full level that does not queue refuses, and goes on when a seat is free', (t) => {
  const limited = { nominalConcurrencyShares: 1, limitResponse: { type: 'Reject' } };
  const { enter, control } = start({ levels: [level('one', limited)], schemas: [schema('all', 'one')], seats: 2 });
  const [first, second, third] = [enter(people('a')), enter(people('b')), enter(people('c'))];
  t.deepEqual([first.outcome, second.outcome, third.outcome], [true, true, 'concurrency-limit']);
  first.leave();
  t.is(enter(people('c')).outcome, true);
  t.true(
    control
      .render()
      .includes('rejected_requests_total{flow_schema="all",priority_level="one",reason="concurrency-limit"} 1'),
  );
});

test('who waits is seated in turn, one flow that floods does not keep others out, and no wait is for ever', async (t) => {
  const limited = {
    nominalConcurrencyShares: 1,
    limitResponse: { type: 'Queue', queuing: { queues: 64, handSize: 1, queueLengthLimit: 50 } },
  };
  const { enter, clock } = start({ levels: [level('one', limited)], schemas: [schema('all', 'one')], seats: 1 });
  const flood = Array.from({ length: 10 }, () => enter(people('flood')));
  const other = enter(people('other'));
  const seated: string[] = [];
  const note = (name: string, { outcome }: { outcome: unknown }) =>
    outcome instanceof Promise ? void outcome.then((how) => seated.push(`${name} ${String(how)}`)) : undefined;
  flood.forEach((each, index) => note(`flood ${index}`, each));
  note('other', other);
  const turn = () => new Promise((resolve) => setImmediate(resolve));
  flood[0]?.leave();
  await turn();
  // Whoever it was, it gives its seat back.
  flood[1]?.leave();
  await turn();
  t.deepEqual(seated.toSorted(), ['flood 1 true', 'other true']);
  const gone = new AbortController();
  const impatient = enter(people('gone'), { signal: () => gone.signal });
  gone.abort();
  t.is(await impatient.outcome, 'cancelled');
  clock.advance(15_001);
  await turn();
  t.true(seated.includes('flood 9 time-out'));
});

test('a queue that is full refuses', (t) => {
  const limited = { nominalConcurrencyShares: 1, limitResponse: queuing };
  const { enter } = start({ levels: [level('one', limited)], schemas: [schema('all', 'one')], seats: 1 });
  const outcomes = Array.from({ length: 7 }, () => enter(people('flood')).outcome);
  t.deepEqual(
    outcomes.map((outcome) => (outcome instanceof Promise ? 'waits' : outcome)),
    [true, 'waits', 'waits', 'waits', 'waits', 'queue-full', 'queue-full'],
  );
});

test('what a level lends others take, and it keeps the rest', (t) => {
  const reject = { type: 'Reject' };
  const levels = [
    level('lends', { nominalConcurrencyShares: 1, lendablePercent: 50, limitResponse: reject }),
    level('borrows', { nominalConcurrencyShares: 1, limitResponse: reject }),
    level('modest', { nominalConcurrencyShares: 1, borrowingLimitPercent: 0, limitResponse: reject }),
  ];
  const takes = (name: string) => ({
    rules: [
      {
        subjects: [{ kind: 'User', user: { name } }],
        resourceRules: [{ verbs: ['*'], apiGroups: ['*'], resources: ['*'], namespaces: ['*'] }],
      },
    ],
  });
  const schemas = ['lends', 'borrows', 'modest'].map((name) => schema(name, name, takes(name)));
  const { enter } = start({ levels, schemas, seats: 12 });
  const count = (name: string) => {
    let seated = 0;
    while (enter(people(name)).outcome === true) seated++;
    return seated;
  };
  t.is(count('modest'), 4);
  t.is(count('borrows'), 6);
  t.is(count('lends'), 2);
});

test('a wide request is seated alone where it would not fit otherwise', (t) => {
  const limited = { nominalConcurrencyShares: 1, limitResponse: { type: 'Reject' } };
  const { enter } = start({ levels: [level('one', limited)], schemas: [schema('all', 'one')], seats: 2 });
  const wide = enter(people('a'), { width: 10 });
  t.is(wide.outcome, true);
  t.is(enter(people('b')).outcome, 'concurrency-limit');
  wide.leave();
  t.is(enter(people('b')).outcome, true);
  t.is(enter(people('a'), { width: 10 }).outcome, 'concurrency-limit');
});

test('a level that changes keeps nobody waiting, and its status is no change', async (t) => {
  const limited = { nominalConcurrencyShares: 1, limitResponse: queuing };
  const { enter, classify, priorityLevels } = start({
    levels: [level('one', limited)],
    schemas: [schema('all', 'one')],
    seats: 1,
  });
  enter(people('a'));
  const waits = enter(people('b'));
  const before: Flow = classify(people('a'), pods);
  priorityLevels.set([{ ...level('one', limited), status: {} }]);
  t.is(classify(people('a'), pods).level, before.level);
  priorityLevels.set([level('one', limited, 2)]);
  t.not(classify(people('a'), pods).level, before.level);
  t.is(await waits.outcome, 'concurrency-limit');
});

test('a hand has different queues, the same for the same flow', (t) => {
  const settings = { queues: 128, handSize: 6, queueLengthLimit: 1 };
  const hands = new Set<string>();
  for (let flow = 0; flow < 200; flow++) {
    const hand = dealHand(`flow-${flow}`, settings);
    t.is(new Set(hand).size, 6);
    t.true(hand.every((card) => card >= 0 && card < 128));
    t.deepEqual(dealHand(`flow-${flow}`, settings), hand);
    hands.add(hand.join());
  }
  t.is(hands.size, 200);
  t.is(dealHand('few', { queues: 3, handSize: 8, queueLengthLimit: 1 }).length, 3);
});

test('queues share by width', (t) => {
  const queues = new FairQueues<{ width: number; flow: string }>({ queues: 64, handSize: 1, queueLengthLimit: 100 });
  for (let turn = 0; turn < 8; turn++) {
    queues.add('wide', { width: 4, flow: 'wide' });
    queues.add('slim', { width: 1, flow: 'slim' });
  }
  const first = Array.from({ length: 10 }, () => queues.take()?.flow);
  t.true(first.filter((flow) => flow === 'slim').length >= 7);
  t.is(queues.size, 6);
});

test('clients are asked to stay away for longer while many are refused, and for less when few are', (t) => {
  const dropped = new DroppedRequests();
  const second = (now: number, requests: number) => {
    for (let request = 0; request < requests; request++) dropped.record(now * 1000);
    return dropped.retryAfter;
  };
  t.is(second(100, 2), 1);
  t.is(second(101, 3), 1, 'two in the second before were not too many');
  t.is(second(102, 10), 2);
  t.is(second(103, 10), 2, 'it was raised a second ago');
  t.is(second(104, 10), 4);
  t.is(second(120, 1), 3, 'nobody was refused in the last seconds');
  for (let now = 200; now < 300; now++) second(now, 200);
  t.is(dropped.retryAfter, 32, 'the most');
});

test('who waits and who sits is shown, with counts that agree', async (t) => {
  const limited = { nominalConcurrencyShares: 1, limitResponse: queuing };
  const { enter, control, clock } = start({
    levels: [level('one', limited)],
    schemas: [schema('all', 'one')],
    seats: 1,
  });
  const first = enter(people('ann'));
  const waits = enter(people('bob'));
  const cells = (page: string, withDetails = false) =>
    (control.dump(page, { withDetails }) ?? '')
      .trimEnd()
      .split('\n')
      .map((line) => line.split(/, */));
  t.deepEqual(cells('dump_priority_levels')[1], ['one', '1', 'false', 'false', '1', '1', '1', '0', '0', '0']);
  const queues = cells('dump_queues');
  t.is(queues.length, 9);
  t.is(queues.filter(([, , pending]) => pending === '1').length, 1);
  const [, sits, second] = cells('dump_requests', true);
  t.like(sits, { 1: 'all', 2: '-1', 3: '-1', 4: 'ann', 10: 'ann', 11: 'get', 16: 'pods' });
  t.like(second, { 3: '0', 4: 'bob', 9: '0001-01-01T00:00:00Z' });
  first.leave();
  t.is(await waits.outcome, true);
  waits.leave();
  t.is(cells('dump_requests').length, 1);
  t.deepEqual(cells('dump_priority_levels')[1], ['one', '0', 'true', 'false', '0', '0', '2', '0', '0', '0']);
  t.is(control.dump('dump_nothing', { withDetails: false }), undefined);
  t.regex(
    control.render(),
    /request_execution_seconds_count\{type="regular",flow_schema="all",priority_level="one"\} 2/,
  );
  clock.advance(1);
});
