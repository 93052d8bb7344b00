/** Fields of pods that belong to features off by default in 1.36: dropped, unless the old pod or template has them in use. */
import { asObject, asObjects, isSet } from '../../apimachinery/json-access.ts';
import { isJsonObject, type JsonObject, type JsonValue } from '../../apimachinery/json.ts';
import type { KubeObject } from '../../apimachinery/meta/object.ts';
import { allContainers } from './validation/security-context.ts';

const projections = ['clusterTrustBundle', 'podCertificate'] as const;

/** Of objects with a template at spec.template. Mutates the workload. */
export function dropWorkloadFieldsOffByDefault(workload: KubeObject, old?: KubeObject): void {
  dropTemplateFieldsOffByDefault(asObject(workload.spec).template, asObject(old?.spec).template);
}

/** Mutates the template. */
export function dropTemplateFieldsOffByDefault(template: JsonValue | undefined, old: JsonValue | undefined): void {
  dropPodFieldsOffByDefault(asObject(template).spec, asObject(old).spec);
}

/** Mutates the pod spec. */
export function dropPodFieldsOffByDefault(spec: JsonValue | undefined, old: JsonValue | undefined): void {
  if (!isJsonObject(spec)) return;
  const before = asObject(old);
  if (!isSet(before.schedulingGroup)) delete spec.schedulingGroup;
  for (const projection of projections) {
    if (sourcesOf(before).some((source) => isSet(source[projection]))) continue;
    for (const source of sourcesOf(spec)) delete source[projection];
  }
  if (allContainers(before, '').some(([container]) => isSet(asObject(container.lifecycle).stopSignal))) return;
  for (const [container] of allContainers(spec, '')) dropStopSignal(container);
}

/** Mutates the status of a pod. */
export function dropStatusFieldsOffByDefault(status: JsonValue | undefined, old: JsonValue | undefined): void {
  if (!isJsonObject(status)) return;
  const before = asObject(old);
  if (!isSet(before.nodeAllocatableResourceClaimStatuses)) delete status.nodeAllocatableResourceClaimStatuses;
  if (volumeStatusesOf(before).some(({ volumeStatus }) => isSet(volumeStatus))) return;
  for (const mount of volumeStatusesOf(status)) delete mount.volumeStatus;
}

const containerStatuses = ['containerStatuses', 'initContainerStatuses', 'ephemeralContainerStatuses'] as const;

function volumeStatusesOf(status: JsonObject): readonly JsonObject[] {
  return containerStatuses.flatMap((list) => asObjects(status[list])).flatMap((one) => asObjects(one.volumeMounts));
}

function sourcesOf(spec: JsonObject): readonly JsonObject[] {
  return asObjects(spec.volumes).flatMap(({ projected }) => asObjects(asObject(projected).sources));
}

function dropStopSignal(container: JsonObject): void {
  const { lifecycle } = container;
  if (!isJsonObject(lifecycle) || !isSet(lifecycle.stopSignal)) return;
  delete lifecycle.stopSignal;
  if (!isSet(lifecycle.postStart) && !isSet(lifecycle.preStop)) delete container.lifecycle;
}
