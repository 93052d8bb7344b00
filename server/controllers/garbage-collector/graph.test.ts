import test from 'ava';
import fc from 'fast-check';
import type { ObjectMeta, OwnerReference } from '../../apimachinery/meta/object.ts';
import { configMaps } from '../../client/resource-types.ts';
import { decide, type OwnerState } from './decide.ts';
import { DependencyGraph } from './graph.ts';

const ref = (uid: string, more: Partial<OwnerReference> = {}): OwnerReference => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  name: uid,
  uid,
  ...more,
});
const meta = (uid: string, owners: OwnerReference[] = [], more: ObjectMeta = {}): ObjectMeta => ({
  name: uid,
  namespace: 'n',
  uid,
  ownerReferences: owners,
  ...more,
});

function newGraph() {
  const due: string[] = [];
  const graph = new DependencyGraph({
    attempt: (uid) => due.push(uid),
    orphan: (uid) => due.push(`orphan ${uid}`),
    invalidNamespace: ({ uid }) => due.push(`invalid ${uid}`),
  });
  return {
    graph,
    set: (metadata: ObjectMeta) => graph.set(configMaps, metadata),
    due: () => due.splice(0),
  };
}

test('a dependent of an owner that is known is not looked at, of one that is not it is', (t) => {
  const { set, due } = newGraph();
  set(meta('owner'));
  set(meta('child', [ref('owner')]));
  t.deepEqual(due(), []);
  set(meta('lost', [ref('nobody')]));
  t.deepEqual(due(), ['lost']);
});

test('all dependents are looked at when their owner goes', (t) => {
  const { graph, set, due } = newGraph();
  set(meta('owner'));
  set(meta('a', [ref('owner')]));
  set(meta('b', [ref('owner')]));
  graph.delete('owner');
  t.deepEqual(due(), ['a', 'b']);
});

test('an owner in the foreground is looked at when a dependent goes, or does not block it any more', (t) => {
  const { graph, set, due } = newGraph();
  const going = { deletionTimestamp: 'now', finalizers: ['foregroundDeletion'] };
  set(meta('owner'));
  set(meta('a', [ref('owner', { blockOwnerDeletion: true })]));
  set(meta('b', [ref('owner', { blockOwnerDeletion: true })]));
  set(meta('owner', [], going));
  t.deepEqual(due(), ['a', 'b', 'owner']);
  t.is(graph.blockingDependentsOf('owner').length, 2);
  set(meta('a', [ref('owner', { blockOwnerDeletion: false })]));
  t.deepEqual(due(), ['owner']);
  graph.delete('b');
  t.deepEqual(due(), ['owner']);
  t.is(graph.blockingDependentsOf('owner').length, 0);
});

test('a reference with another name than its owner has is verified, whoever came first', (t) => {
  const { set, due } = newGraph();
  set(meta('owner'));
  set(meta('late', [ref('owner', { name: 'other' })]));
  t.deepEqual(due(), ['late']);
  set(meta('early', [ref('second', { kind: 'Secret' })]));
  due();
  set(meta('second'));
  t.deepEqual(due(), ['early']);
});

test('an owner of another namespace is reported', (t) => {
  const { set, due } = newGraph();
  set({ ...meta('owner'), namespace: 'elsewhere' });
  set(meta('child', [ref('owner')]));
  t.deepEqual(due(), ['invalid child', 'child']);
});

test('whatever the order of events, the dependents of an owner are those that name it', (t) => {
  const uid = fc.constantFrom('a', 'b', 'c', 'd');
  const step = fc.record({ uid, owners: fc.uniqueArray(uid, { maxLength: 3 }), gone: fc.boolean() });
  fc.assert(
    fc.property(fc.array(step, { maxLength: 40 }), (steps) => {
      const { graph, set } = newGraph();
      const model = new Map<string, string[]>();
      for (const { uid: name, owners, gone } of steps) {
        if (gone) graph.delete(name);
        else
          set(
            meta(
              name,
              owners.map((owner) => ref(owner)),
            ),
          );
        if (gone) model.delete(name);
        else model.set(name, owners);
      }
      for (const owner of ['a', 'b', 'c', 'd']) {
        const expected = [...model].filter(([, owners]) => owners.includes(owner)).map(([name]) => name);
        const found = graph.dependentsOf(owner).map((node) => node.uid);
        if (found.toSorted().join() !== expected.toSorted().join()) return false;
      }
      return true;
    }),
  );
  t.pass();
});

const cases: ReadonlyArray<{
  readonly claim: string;
  readonly states: readonly OwnerState[];
  readonly finalizers?: string[];
  readonly dependents?: 'some' | 'waiting';
  readonly expected: string;
}> = [
  { claim: 'no owners: kept', states: [], expected: 'keep' },
  { claim: 'one owner is there: kept', states: ['solid'], expected: 'keep' },
  { claim: 'one is there, one has gone: let go by it', states: ['solid', 'absent'], expected: 'release o0' },
  {
    claim: 'one is there, one waits: let go, or it would wait for ever',
    states: ['waiting', 'solid'],
    expected: 'release o1',
  },
  { claim: 'all have gone: deleted', states: ['absent', 'absent'], expected: 'delete Background' },
  { claim: 'an orphan finalizer is honoured', states: ['absent'], finalizers: ['orphan'], expected: 'delete Orphan' },
  {
    claim: 'a foreground finalizer is honoured',
    states: ['absent'],
    finalizers: ['foregroundDeletion'],
    expected: 'delete Foreground',
  },
  { claim: 'the owner waits, and it has no dependents', states: ['waiting'], expected: 'delete Background' },
  {
    claim: 'the owner waits, and it has dependents',
    states: ['waiting'],
    dependents: 'some',
    expected: 'delete Foreground',
  },
  {
    claim: 'a circle is opened',
    states: ['waiting'],
    dependents: 'waiting',
    expected: 'delete Foreground unblocked',
  },
];

for (const { claim, states, finalizers, dependents, expected } of cases) {
  test(`decision: ${claim}`, (t) => {
    const owners = states.map((_, index) => ref(`o${index}`));
    const decision = decide({
      metadata: meta('x', owners, finalizers === undefined ? {} : { finalizers }),
      stateOf: (reference) => states[owners.findIndex(({ uid }) => uid === reference.uid)] ?? 'absent',
      hasDependents: dependents !== undefined,
      dependentWaits: dependents === 'waiting',
    });
    const words: string[] = [decision.do];
    if (decision.do === 'release') words.push(...decision.owners.map(({ uid }) => uid));
    if (decision.do === 'delete') words.push(decision.propagationPolicy);
    if (decision.do === 'delete' && decision.unblocked !== undefined) words.push('unblocked');
    t.is(words.join(' '), expected);
  });
}
