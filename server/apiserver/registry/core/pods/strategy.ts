/** Writes of Pods: a pod starts Pending with its QoS class; its spec may hardly change, and not at all through /status. */
import {
  dropPodFieldsOffByDefault,
  dropStatusFieldsOffByDefault,
} from '../../../../apis/core/fields-off-by-default.ts';
import { ipWarnings } from '../../../../apis/validation/ip.ts';
import { copyAppArmorAnnotations } from '../../../../apis/core/app-armor.ts';
import { podWarnings } from '../../../../apis/core/warnings/pods.ts';
import { validatePodStatusUpdate } from '../../../../apis/core/validation/pod-status.ts';
import { validatePod, validatePodUpdate } from '../../../../apis/core/validation/pod.ts';
import { validateEphemeralContainersUpdate, validatePodResize } from '../../../../apis/core/validation/pod-changes.ts';
import { podQosClass } from '../../../../apis/core/pod-qos.ts';
import { asNumber, asObject, asObjects, asText, isSet } from '../../../../apimachinery/json-access.ts';
import { isJsonObject, type JsonObject } from '../../../../apimachinery/json.ts';
import type { KubeObject } from '../../../../apimachinery/meta/object.ts';
import { formatTime } from '../../../../apimachinery/meta/time.ts';
import { bumpGeneration, specChanged, startGeneration } from '../../generic/generation.ts';
import type { Strategy, StrategyContext, UpdateStrategy } from '../../generic/resource-definition.ts';
import { keepAllBut, keepField, keepMetadata, newStatusStrategy } from '../../generic/status-strategy.ts';
import { mergeLabelKeysIntoSelectors } from './match-label-keys.ts';

export const strategy: Strategy = {
  returnDeletedObject: true,
  // A new pod's status is made below.
  resetStatus: false,
  prepareForCreate(pod, context) {
    startGeneration(pod);
    settlePeriod(pod);
    dropPodFieldsOffByDefault(pod.spec, undefined);
    const spec = asObject(pod.spec);
    // Upstream takes a class that the client names.
    const qosClass = asText(asObject(pod.status).qosClass) || podQosClass(spec);
    const status: JsonObject = { phase: 'Pending', qosClass };
    if (asObjects(spec.schedulingGates).length > 0) status.conditions = [schedulingGatedCondition(context)];
    pod.status = status;
    mergeLabelKeysIntoSelectors(pod);
    copyAppArmorAnnotations(pod);
  },
  prepareForUpdate(pod, old) {
    keepField(pod, old, 'status');
    settlePeriod(pod);
    dropPodFieldsOffByDefault(pod.spec, old.spec);
    bumpGenerationOnSpecChange(pod, old);
  },
  checkGracefulDelete: gracePeriodSeconds,
  validate: validatePod,
  validateUpdate: validatePodUpdate,
  // Upstream has none for updates: people hardly ever update pods, programs often do.
  warningsOnCreate: podWarnings,
};

export const statusStrategy: UpdateStrategy = newStatusStrategy({
  keepMetadata: ['ownerReferences'],
  prepare(pod, old) {
    const status = asObject(pod.status);
    const before = asObject(old.status);
    dropStatusFieldsOffByDefault(status, before);
    if (asText(status.qosClass) === '') keepField(status, before, 'qosClass');
    // Writers that do not know the field must not erase what others observed.
    if (asNumber(status.observedGeneration) === 0) keepField(status, before, 'observedGeneration');
    keepObservedGenerationsOfConditions(status, before);
  },
  validateUpdate: validatePodStatusUpdate,
  warningsOnUpdate: podStatusWarnings,
});

/** Only spec.ephemeralContainers passes. */
export const ephemeralContainersStrategy: UpdateStrategy = {
  metadataOnUpdate: ['change', 'object'],
  validateUpdate: validateEphemeralContainersUpdate,
  prepareForUpdate(pod, old) {
    const { ephemeralContainers } = asObject(pod.spec);
    keepAllBut(pod, old, 'metadata');
    keepMetadata(pod, old);
    const spec = { ...asObject(old.spec) };
    if (ephemeralContainers === undefined) delete spec.ephemeralContainers;
    else spec.ephemeralContainers = ephemeralContainers;
    pod.spec = spec;
    bumpGenerationOnSpecChange(pod, old);
  },
};

/** Only resources (of the pod and of its containers) and resize policies pass. */
export const resizeStrategy: UpdateStrategy = {
  metadataOnUpdate: ['change', 'object'],
  validateUpdate: validatePodResize,
  prepareForUpdate(pod, old) {
    const spec = asObject(pod.spec);
    const before = asObject(old.spec);
    // Validation refuses a resize that adds, removes or reorders containers: it needs to see them.
    if (sameLength(spec, before, 'containers') && sameLength(spec, before, 'initContainers')) {
      const resized: JsonObject = { ...before };
      keepField(resized, spec, 'resources');
      for (const list of ['containers', 'initContainers'] as const) {
        if (isSet(before[list])) resized[list] = withResourcesOf(asObjects(spec[list]), asObjects(before[list]));
      }
      keepAllBut(pod, old, 'metadata');
      keepMetadata(pod, old);
      pod.spec = resized;
    }
    bumpGenerationOnSpecChange(pod, old);
  },
};

function bumpGenerationOnSpecChange(pod: KubeObject, old: KubeObject): void {
  if (specChanged(pod, old)) bumpGeneration(pod, old);
}

/** A pod whose period is negative gets the shortest one; in templates it stays. */
function settlePeriod(pod: KubeObject): void {
  if (isJsonObject(pod.spec) && asNumber(pod.spec.terminationGracePeriodSeconds) < 0) {
    pod.spec.terminationGracePeriodSeconds = 1;
  }
}

/** Nobody runs a pod without a node, nor one that has ended: it goes at once. A negative period means the shortest. */
function gracePeriodSeconds(pod: KubeObject, options: { gracePeriodSeconds?: number }): number {
  const spec = asObject(pod.spec);
  const phase = asText(asObject(pod.status).phase);
  let period = options.gracePeriodSeconds ?? asNumber(spec.terminationGracePeriodSeconds);
  if (asText(spec.nodeName) === '' || phase === 'Failed' || phase === 'Succeeded') period = 0;
  if (period < 0) period = 1;
  options.gracePeriodSeconds = period;
  return period;
}

function schedulingGatedCondition(context: StrategyContext): JsonObject {
  return {
    type: 'PodScheduled',
    status: 'False',
    lastProbeTime: null,
    lastTransitionTime: formatTime(context.clock.now()),
    reason: 'SchedulingGated',
    message: 'Scheduling is blocked due to non-empty scheduling gates',
  };
}

function keepObservedGenerationsOfConditions(status: JsonObject, before: JsonObject): void {
  const left = [...asObjects(before.conditions)];
  for (const condition of asObjects(status.conditions)) {
    const index = left.findIndex((old) => old.type === condition.type);
    const old = index < 0 ? undefined : left.splice(index, 1)[0];
    if (asNumber(condition.observedGeneration) === 0 && old !== undefined) {
      keepField(condition, old, 'observedGeneration');
    }
  }
}

function sameLength(spec: JsonObject, before: JsonObject, list: 'containers' | 'initContainers'): boolean {
  return asObjects(spec[list]).length === asObjects(before[list]).length;
}

function withResourcesOf(containers: readonly JsonObject[], before: readonly JsonObject[]): JsonObject[] {
  const renamed = containers.some((container, index) => container.name !== before[index]?.name);
  if (renamed) return [...containers];
  return before.map((old, index) => {
    const merged: JsonObject = { ...old };
    keepField(merged, containers[index] ?? {}, 'resources');
    keepField(merged, containers[index] ?? {}, 'resizePolicy');
    return merged;
  });
}

function podStatusWarnings(pod: KubeObject): string[] {
  const { podIPs, hostIPs } = asObject(pod.status);
  return [
    ...asObjects(podIPs).flatMap(({ ip }, index) => ipWarnings(asText(ip), `status.podIPs[${index}].ip`)),
    ...asObjects(hostIPs).flatMap(({ ip }, index) => ipWarnings(asText(ip), `status.hostIPs[${index}].ip`)),
  ];
}
