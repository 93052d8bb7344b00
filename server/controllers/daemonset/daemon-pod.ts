/** The pods of a daemon set: made for one node each, bearing what that node may suffer. */
import type { DaemonSet, Pod, PodSpec } from '../../client/api-types.ts';
import { daemonSets } from '../../client/resource-types.ts';
import { podFromTemplate } from '../workload/pod-control.ts';

export const hashLabel = 'controller-revision-hash';
const generationLabel = 'pod-template-generation';
const generationAnnotation = 'deprecated.daemonset.template.generation';

type Toleration = NonNullable<PodSpec['tolerations']>[number];

const always: ReadonlyArray<readonly [string, string]> = [
  ['not-ready', 'NoExecute'],
  ['unreachable', 'NoExecute'],
  ['disk-pressure', 'NoSchedule'],
  ['memory-pressure', 'NoSchedule'],
  ['pid-pressure', 'NoSchedule'],
  ['unschedulable', 'NoSchedule'],
];
const onHostNetwork = ['network-unavailable', 'NoSchedule'] as const;

/** With those that each daemon has: it is there before its node is ready, and stays when that gets into trouble. */
export function daemonTolerations({ tolerations = [], hostNetwork }: PodSpec): Toleration[] {
  const all: Toleration[] = [...tolerations];
  for (const [name, effect] of hostNetwork === true ? [...always, onHostNetwork] : always) {
    const added = { key: `node.kubernetes.io/${name}`, operator: 'Exists', effect };
    const index = all.findIndex((each) => isSameToleration(each, added));
    if (index < 0) all.push(added);
    else all[index] = added;
  }
  return all;
}

function isSameToleration(a: Toleration, b: Toleration): boolean {
  return a.key === b.key && a.effect === b.effect && a.operator === b.operator && (a.value ?? '') === (b.value ?? '');
}

/** Of the template, as it was before there were hashes. */
export function templateGeneration({ metadata }: DaemonSet): string | undefined {
  const text = metadata.annotations?.[generationAnnotation];
  return text !== undefined && /^[+-]?[0-9]+$/.test(text) ? String(BigInt(text.replace(/^\+/, ''))) : undefined;
}

export function newDaemonPod(owner: DaemonSet, { node, hash }: { node: string; hash: string }): Pod {
  const pod = podFromTemplate(owner.spec?.template, { owner, ownerType: daemonSets });
  const generation = templateGeneration(owner);
  pod.metadata.labels = {
    ...pod.metadata.labels,
    ...(generation === undefined ? {} : { [generationLabel]: generation }),
    [hashLabel]: hash,
  };
  if (pod.spec === undefined) return pod;
  pod.spec.tolerations = daemonTolerations(pod.spec);
  const nodeSelectorTerms = [{ matchFields: [{ key: 'metadata.name', operator: 'In', values: [node] }] }];
  const { nodeAffinity } = pod.spec.affinity ?? {};
  const requiredDuringSchedulingIgnoredDuringExecution = { nodeSelectorTerms };
  pod.spec.affinity = {
    ...pod.spec.affinity,
    nodeAffinity: { ...nodeAffinity, requiredDuringSchedulingIgnoredDuringExecution },
  };
  return pod;
}

/** Where it is, or where it is meant to be. */
export function targetNode({ spec }: Pod): string | undefined {
  if ((spec?.nodeName ?? '') !== '') return spec?.nodeName;
  const { nodeSelectorTerms = [] } = spec?.affinity?.nodeAffinity?.requiredDuringSchedulingIgnoredDuringExecution ?? {};
  for (const { matchFields = [] } of nodeSelectorTerms) {
    const field = matchFields.find(({ key, operator }) => key === 'metadata.name' && operator === 'In');
    if (field !== undefined) return field.values?.length === 1 ? field.values[0] : undefined;
  }
  return undefined;
}

export function isUpdated({ metadata }: Pod, { owner, hash }: { owner: DaemonSet; hash: string }): boolean {
  const generation = templateGeneration(owner);
  const { labels = {} } = metadata;
  return labels[hashLabel] === hash || (generation !== undefined && labels[generationLabel] === generation);
}

/** Assigned ones first, then by age: the one that stays. */
export function bySeniority(a: Pod, b: Pod): number {
  const isAssigned = ({ spec }: Pod) => Number((spec?.nodeName ?? '') !== '');
  const ageOf = ({ metadata }: Pod) => `${metadata.creationTimestamp ?? ''}/${metadata.name ?? ''}`;
  return isAssigned(b) - isAssigned(a) || (ageOf(a) < ageOf(b) ? -1 : 1);
}
