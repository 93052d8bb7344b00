/** Changes of a running pod through its subresources: new ephemeral containers, and a resize of cpu and memory. */
import { forbidden, goQuote, invalid } from '../../../apimachinery/errors/field-error.ts';
import { asObject, asObjects, asText, isSet } from '../../../apimachinery/json-access.ts';
import type { JsonObject, JsonValue } from '../../../apimachinery/json.ts';
import type { KubeObject } from '../../../apimachinery/meta/object.ts';
import { semanticallyEqual } from '../../../apimachinery/validation/immutable-field.ts';
import type { Errors } from '../../validation/checks.ts';
import { specDiff } from '../../validation/spec-diff.ts';
import { podQosClass } from '../pod-qos.ts';
import { validateMetadataAndSpec } from './pod.ts';
import { checkPodAnnotationUpdates, mirrorPodAnnotation } from './pod-annotations.ts';

const resizable = ['cpu', 'memory'] as const;

export function validateEphemeralContainersUpdate(pod: KubeObject, old: KubeObject): Errors {
  if (isMirror(old)) return [forbidden('', 'static pods do not support ephemeral containers')];
  const errors = validateMetadataAndSpec(pod);
  const oldAnnotations = old.metadata.annotations ?? {};
  checkPodAnnotationUpdates(pod.metadata.annotations ?? {}, oldAnnotations, 'metadata.annotations', errors);
  const path = 'spec.ephemeralContainers';
  const present = asObjects(asObject(pod.spec).ephemeralContainers);
  for (const before of asObjects(asObject(old.spec).ephemeralContainers)) {
    const name = goQuote(asText(before.name));
    const now = present.findLast((container) => container.name === before.name);
    if (now === undefined) errors.push(forbidden(path, `existing ephemeral containers ${name} may not be removed\n`));
    else if (!semanticallyEqual(now, before)) {
      const detail = `existing ephemeral containers ${name} may not be changed\n${specDiff('core.EphemeralContainer', before, now)}`;
      errors.push(forbidden(path, detail));
    }
  }
  return errors;
}

export function validatePodResize(pod: KubeObject, old: KubeObject): Errors {
  if (isMirror(old)) return [forbidden('', 'static pods cannot be resized')];
  const spec = asObject(pod.spec);
  const before = asObject(old.spec);
  if (asObject(before.os).name === 'windows') return [forbidden('', 'windows pods cannot be resized')];
  const errors = validateMetadataAndSpec(pod);
  const oldClass = asText(asObject(old.status).qosClass) || podQosClass(before);
  if (oldClass !== podQosClass(spec)) {
    const detail = 'Pod QOS Class may not change as a result of resizing';
    errors.push(invalid('spec', asText(asObject(pod.status).qosClass), detail));
  }
  if (!isResizeSupported(old)) errors.push(forbidden('spec', 'Pod running on node without support for resize'));
  checkPodLevel(spec, before, errors);
  if (!checkOrder(spec, before, errors)) return errors;
  for (const list of ['initContainers', 'containers'] as const) checkContainers(spec, before, list, errors);
  return errors;
}

function isMirror(pod: KubeObject): boolean {
  return Object.hasOwn(pod.metadata.annotations ?? {}, mirrorPodAnnotation);
}

/** Kubelets that can resize report the resources of running containers. */
function isResizeSupported(pod: KubeObject): boolean {
  const running = asObjects(asObject(pod.status).containerStatuses).find((status) =>
    isSet(asObject(status.state).running),
  );
  return running === undefined || isSet(running.resources);
}

function checkPodLevel(spec: JsonObject, before: JsonObject, errors: Errors): void {
  const path = 'spec.resources';
  if (isSet(before.resources) && !isSet(spec.resources)) {
    errors.push(forbidden(path, 'pod-level resources cannot be removed'));
    return;
  }
  const now = asObject(spec.resources);
  const old = asObject(before.resources);
  if (isRemoved(now.requests, old.requests)) {
    errors.push(forbidden(`${path}.requests`, 'pod-level resource requests cannot be removed'));
  }
  if (isRemoved(now.limits, old.limits)) {
    errors.push(forbidden(`${path}.limits`, 'pod-level resource limits cannot be removed'));
  }
  if (!semanticallyEqual(fixedPart(now), fixedPart(old))) {
    errors.push(forbidden('spec', 'only cpu and memory resources are mutable at pod-level'));
  }
}

function checkOrder(spec: JsonObject, before: JsonObject, errors: Errors): boolean {
  const found = errors.length;
  for (const list of ['containers', 'initContainers'] as const) {
    const old = asObjects(before[list]);
    const now = asObjects(spec[list]);
    if (now.length !== old.length) {
      errors.push(forbidden(`spec.${list}`, `${list} may not be added or removed on resize`));
      continue;
    }
    old.forEach(({ name }, index) => {
      if (now[index]?.name === name) return;
      errors.push(forbidden(`spec.${list}[${index}].name`, `${list} may not be renamed or reordered on resize`));
    });
  }
  return errors.length === found;
}

function checkContainers(
  spec: JsonObject,
  before: JsonObject,
  list: 'containers' | 'initContainers',
  errors: Errors,
): void {
  const now = asObjects(spec[list]);
  asObjects(before[list]).forEach((old, index) => {
    const container = asObject(now[index]);
    const path = `spec.${list}[${index}]`;
    const resources = asObject(container.resources);
    const oldResources = asObject(old.resources);
    if (isRemoved(resources.requests, oldResources.requests)) {
      errors.push(forbidden(`${path}.resources.requests`, 'resource requests cannot be removed'));
    }
    if (isRemoved(resources.limits, oldResources.limits)) {
      errors.push(forbidden(`${path}.resources.limits`, 'resource limits cannot be removed'));
    }
    const fixed = { ...container, resources: fixedPart(resources) };
    if (!semanticallyEqual(fixed, { ...old, resources: fixedPart(oldResources) })) {
      errors.push(
        list === 'containers'
          ? forbidden('spec', 'only cpu and memory resources are mutable')
          : forbidden(path, 'only cpu and memory resources for init or sidecar containers are mutable'),
      );
    }
    if (list === 'initContainers') checkInitPolicy(container, old, path, errors);
  });
}

function checkInitPolicy(container: JsonObject, old: JsonObject, path: string, errors: Errors): void {
  if (container.restartPolicy === 'Always' || semanticallyEqual(container, old)) return;
  const restarts = asObjects(container.resizePolicy).filter((policy) => policy.restartPolicy === 'RestartContainer');
  for (const _policy of restarts) {
    const detail = 'non-sidecar init containers with a resize policy of RestartContainer cannot be resized';
    errors.push(forbidden(path, detail));
  }
}

function isRemoved(list: JsonValue | undefined, old: JsonValue | undefined): boolean {
  const now = asObject(list);
  return Object.keys(asObject(old)).some((name) => !Object.hasOwn(now, name));
}

/** Limits and requests but for cpu and memory. */
function fixedPart(resources: JsonObject): JsonObject {
  const without = (list: JsonValue | undefined): JsonObject => {
    const entries = Object.entries(asObject(list)).filter(([name]) => !resizable.some((known) => known === name));
    return Object.fromEntries(entries);
  };
  return { limits: without(resources.limits), requests: without(resources.requests) };
}
