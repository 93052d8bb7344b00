/** The revisions of a stateful set: which one its template is, which one its pods are coming from. */
import type { ControllerRevision, StatefulSet } from '../../client/api-types.ts';
import { statefulSets } from '../../client/resource-types.ts';
import { newControllerReference } from '../workload/owner-reference.ts';
import { hashRevision, revisionName } from '../workload/revision-hash.ts';
import { byRevision, holdsTemplate, newestRevision, templatePatch } from '../workload/revision-history.ts';

const hashLabel = 'controller.kubernetes.io/hash';

export type RevisionPlan =
  /** It holds the template already, and is the newest. */
  | { readonly kind: 'keep'; readonly update: ControllerRevision }
  /** An older one holds it: under a new number it is the newest. */
  | { readonly kind: 'renumber'; readonly update: ControllerRevision }
  | { readonly kind: 'create'; readonly revision: number };

export function planRevision({ spec }: StatefulSet, revisions: readonly ControllerRevision[]): RevisionPlan {
  const ordered = revisions.toSorted(byRevision);
  const newest = ordered.at(-1);
  const revision = newestRevision(ordered) + 1;
  const equal = ordered.findLast((each) => holdsTemplate(each, spec?.template));
  if (equal === undefined) return { kind: 'create', revision };
  return equal === newest ? { kind: 'keep', update: equal } : { kind: 'renumber', update: { ...equal, revision } };
}

export function newRevision(
  set: StatefulSet,
  { revision, collisionCount }: { revision: number; collisionCount: number },
): ControllerRevision {
  const { name = '', namespace = '', annotations = {} } = set.metadata;
  const { template } = set.spec ?? {};
  const data = templatePatch(template);
  const hash = hashRevision(data, collisionCount);
  return {
    metadata: {
      name: revisionName(name, hash),
      namespace,
      labels: { ...template?.metadata?.labels, [hashLabel]: hash },
      annotations: { ...annotations },
      ownerReferences: [newControllerReference(set, statefulSets)],
    },
    data,
    revision,
  };
}

/** Beyond the limit the oldest go, but none that the set or a pod of it is at. */
export function revisionsToDrop(
  { spec }: StatefulSet,
  { revisions, live }: { revisions: readonly ControllerRevision[]; live: ReadonlySet<string> },
): ControllerRevision[] {
  const limit = spec?.revisionHistoryLimit ?? 10;
  const history = revisions.toSorted(byRevision).filter(({ metadata }) => !live.has(metadata.name ?? ''));
  return limit < 0 ? [] : history.slice(0, Math.max(0, history.length - limit));
}
