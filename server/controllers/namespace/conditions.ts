/** What a namespace that goes away says of its progress. */
import type { Namespace, Wire } from '../../client/api-types.ts';
import type { V1NamespaceCondition } from '@kubernetes/client-node';

type NamespaceCondition = Wire<V1NamespaceCondition>;

/** What a round of deletion found. */
export interface Progress {
  /** Of discovery: what could not be asked. */
  readonly undiscovered: string | undefined;
  readonly failures: readonly string[];
  /** "pods." → 3: resource and group. */
  readonly remaining: ReadonlyMap<string, number>;
  /** By finalizer. */
  readonly finalizers: ReadonlyMap<string, number>;
}

interface Finding {
  readonly type: string;
  readonly bad: { readonly reason: string; readonly message: (progress: Progress) => string | undefined };
  readonly good: { readonly reason: string; readonly message: string };
}

const findings: readonly Finding[] = [
  {
    type: 'NamespaceDeletionDiscoveryFailure',
    bad: { reason: 'DiscoveryFailed', message: ({ undiscovered }) => undiscovered },
    good: { reason: 'ResourcesDiscovered', message: 'All resources successfully discovered' },
  },
  {
    type: 'NamespaceDeletionGroupVersionParsingFailure',
    bad: { reason: 'GroupVersionParsingFailed', message: () => undefined },
    good: { reason: 'ParsedGroupVersions', message: 'All legacy kube types successfully parsed' },
  },
  {
    type: 'NamespaceDeletionContentFailure',
    bad: {
      reason: 'ContentDeletionFailed',
      message: ({ failures }) =>
        failures.length === 0
          ? undefined
          : `Failed to delete all resource types, ${failures.length} remaining: ${failures.toSorted().join(', ')}`,
    },
    good: {
      reason: 'ContentDeleted',
      message: 'All content successfully deleted, may be waiting on finalization',
    },
  },
  {
    type: 'NamespaceContentRemaining',
    bad: {
      reason: 'SomeResourcesRemain',
      message: ({ remaining }) => listed('Some resources are remaining: ', remaining, 'has # resource instances'),
    },
    good: { reason: 'ContentRemoved', message: 'All content successfully removed' },
  },
  {
    type: 'NamespaceFinalizersRemaining',
    bad: {
      reason: 'SomeFinalizersRemain',
      message: ({ finalizers }) =>
        listed('Some content in the namespace has finalizers remaining: ', finalizers, 'in # resource instances'),
    },
    good: { reason: 'ContentHasNoFinalizers', message: 'All content-preserving finalizers finished' },
  },
];

/** Undefined: nothing is to be written. */
export function conditionsAfter(
  namespace: Namespace,
  progress: Progress,
  now: string,
): NamespaceCondition[] | undefined {
  const before = namespace.status?.conditions ?? [];
  const known = new Set(findings.map(({ type }) => type));
  let changed = false;
  const ours = findings.map(({ type, bad, good }) => {
    const message = bad.message(progress);
    const status = message === undefined ? 'False' : 'True';
    const wanted = message === undefined ? good : { reason: bad.reason, message };
    const old = before.find((condition) => condition.type === type);
    if (old?.status === status && old.reason === wanted.reason && old.message === wanted.message) return old;
    changed = true;
    const lastTransitionTime = old?.status === status ? old.lastTransitionTime : now;
    return { type, status, lastTransitionTime, reason: wanted.reason, message: wanted.message };
  });
  if (!changed) return undefined;
  return [...before.filter(({ type }) => !known.has(type)), ...ours];
}

function listed(head: string, counts: ReadonlyMap<string, number>, form: string): string | undefined {
  if (counts.size === 0) return undefined;
  const parts = [...counts].map(([name, count]) => `${name} ${form.replace('#', String(count))}`);
  return head + parts.toSorted().join(', ');
}
