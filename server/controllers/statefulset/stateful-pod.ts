/** A pod of a stateful set: its name, its place, and the claims that are its own. */
import type { ControllerRevision, Pod, PodTemplateSpec, StatefulSet } from '../../client/api-types.ts';
import { statefulSets } from '../../client/resource-types.ts';
import { podFromTemplate } from '../workload/pod-control.ts';
import { claimName } from './claims.ts';
import { ordinalOf, parsePodName, podName, startOrdinal } from './ordinals.ts';

export const revisionLabel = 'controller-revision-hash';
const nameLabel = 'statefulset.kubernetes.io/pod-name';
const indexLabel = 'apps.kubernetes.io/pod-index';

export interface Revisions {
  /** That of the pods that an update has not reached. */
  readonly current: ControllerRevision;
  /** That of the present template. */
  readonly update: ControllerRevision;
}

export function revisionOf({ metadata }: Pod): string {
  return metadata.labels?.[revisionLabel] ?? '';
}

/** The set as it was when the revision was made. */
export function atRevision(set: StatefulSet, { data }: ControllerRevision): StatefulSet {
  const { $patch: _, ...template } =
    (data as { spec?: { template?: PodTemplateSpec & { $patch?: string } } }).spec?.template ?? {};
  return { ...set, spec: { ...(set.spec as NonNullable<StatefulSet['spec']>), template } };
}

/** Below the partition pods keep the current revision. */
export function newStatefulPod(
  set: StatefulSet,
  { ordinal, revisions }: { ordinal: number; revisions: Revisions },
): Pod {
  const { type, rollingUpdate } = set.spec?.updateStrategy ?? {};
  const kept = rollingUpdate?.partition ?? (type === 'RollingUpdate' ? (set.status?.currentReplicas ?? 0) : 0);
  const revision = ordinal < startOrdinal(set) + kept ? revisions.current : revisions.update;
  const owner = atRevision(set, revision);
  const pod = podFromTemplate(owner.spec?.template, { owner, ownerType: statefulSets });
  const name = podName(set, ordinal);
  pod.metadata = { ...pod.metadata, name, namespace: set.metadata.namespace ?? '' };
  pod.metadata.labels = {
    ...pod.metadata.labels,
    ...identityLabels(name, ordinal),
    [revisionLabel]: revision.metadata.name ?? '',
  };
  if (pod.spec !== undefined) {
    pod.spec.hostname = name;
    if (set.spec?.serviceName !== undefined) pod.spec.subdomain = set.spec.serviceName;
  }
  return withStorage(set, pod);
}

function identityLabels(name: string, ordinal: number): Record<string, string> {
  return { [nameLabel]: name, [indexLabel]: String(ordinal) };
}

export function hasIdentity(set: StatefulSet, { metadata }: Pod): boolean {
  const { name = '', labels = {} } = metadata;
  return parsePodName(name)?.parent === set.metadata.name && labels[nameLabel] === name;
}

export function withIdentity(set: StatefulSet, pod: Pod): Pod {
  const ordinal = ordinalOf(pod);
  const labels = { ...pod.metadata.labels, ...identityLabels(podName(set, ordinal), ordinal) };
  return { ...pod, metadata: { ...pod.metadata, labels } };
}

export function hasStorage(set: StatefulSet, pod: Pod): boolean {
  return (set.spec?.volumeClaimTemplates ?? []).every((template) => {
    const volume = pod.spec?.volumes?.find(({ name }) => name === template.metadata?.name);
    return volume?.persistentVolumeClaim?.claimName === claimName(set, template, ordinalOf(pod));
  });
}

/** Volumes of the template that have the name of a claim give way to it. */
export function withStorage(set: StatefulSet, pod: Pod): Pod {
  const templates = set.spec?.volumeClaimTemplates ?? [];
  if (templates.length === 0 || pod.spec === undefined) return pod;
  const ordinal = ordinalOf(pod);
  const claimed = templates.map((template) => ({
    name: template.metadata?.name ?? '',
    persistentVolumeClaim: { claimName: claimName(set, template, ordinal) },
  }));
  const names = new Set(claimed.map(({ name }) => name));
  const others = (pod.spec.volumes ?? []).filter(({ name }) => !names.has(name));
  return { ...pod, spec: { ...pod.spec, volumes: [...claimed, ...others] } };
}
