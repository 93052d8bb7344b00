/** The revisions of a daemon set: which one holds the present template, and what has to be written so that one does. */
import type { ControllerRevision, DaemonSet, Pod } from '../../client/api-types.ts';
import { daemonSets } from '../../client/resource-types.ts';
import { newControllerReference } from '../workload/owner-reference.ts';
import { hashPodTemplate } from '../workload/pod-template-hash.ts';
import { byRevision, holdsTemplate, newestRevision, templatePatch } from '../workload/revision-history.ts';
import { hashLabel } from './daemon-pod.ts';

export interface HistoryPlan {
  /** To be made where none holds the template. */
  readonly create: ControllerRevision | undefined;
  readonly updates: readonly ControllerRevision[];
  /** Others with the same template. */
  readonly duplicates: readonly ControllerRevision[];
  readonly hash: string;
  readonly old: readonly ControllerRevision[];
}

export function planHistory(owner: DaemonSet, revisions: readonly ControllerRevision[]): HistoryPlan {
  const { template } = owner.spec ?? {};
  const updates: ControllerRevision[] = [];
  const labelled = revisions.map((revision) => {
    const { labels = {}, name = '' } = revision.metadata;
    if (labels[hashLabel] !== undefined) return revision;
    const updated = { ...revision, metadata: { ...revision.metadata, labels: { ...labels, [hashLabel]: name } } };
    updates.push(updated);
    return updated;
  });
  const current = labelled.filter((revision) => holdsTemplate(revision, template));
  const old = labelled.filter((revision) => !holdsTemplate(revision, template));
  const number = newestRevision(old) + 1;
  const kept = current.toSorted(byRevision).at(-1);
  if (kept === undefined) {
    const create = newRevision(owner, number);
    return { create, updates, duplicates: [], hash: create.metadata.labels?.[hashLabel] ?? '', old };
  }
  if (kept.revision < number) updates.push({ ...kept, revision: number });
  const hash = kept.metadata.labels?.[hashLabel] ?? '';
  return { create: undefined, updates, duplicates: current.filter((each) => each !== kept), hash, old };
}

function newRevision(owner: DaemonSet, revision: number): ControllerRevision {
  const { name = '', namespace = '', annotations } = owner.metadata;
  const { template } = owner.spec ?? {};
  const hash = hashPodTemplate(template ?? {}, owner.status?.collisionCount);
  return {
    metadata: {
      name: `${name}-${hash}`,
      namespace,
      labels: { ...template?.metadata?.labels, [hashLabel]: hash },
      ...(annotations === undefined ? {} : { annotations }),
      ownerReferences: [newControllerReference(owner, daemonSets)],
    },
    data: templatePatch(template),
    revision,
  };
}

/** Beyond the limit the lowest go, but none of which pods are still there. */
export function revisionsToDrop(
  { spec }: DaemonSet,
  { old, pods }: { old: readonly ControllerRevision[]; pods: readonly Pod[] },
): ControllerRevision[] {
  const surplus = old.length - (spec?.revisionHistoryLimit ?? 10);
  if (surplus <= 0) return [];
  const live = new Set(pods.map(({ metadata }) => metadata.labels?.[hashLabel]));
  const droppable = old.filter(({ metadata }) => !live.has(metadata.labels?.[hashLabel]));
  return droppable.toSorted(byRevision).slice(0, surplus);
}
