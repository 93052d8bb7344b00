/** PodSecurity: pods are held to the level that their namespace's labels enforce; workloads are warned of pods that would not pass. */
import { joinErrors } from '../../apimachinery/errors/aggregate.ts';
import { newForbidden, newInvalid } from '../../apimachinery/errors/status-error.ts';
import { asObject, asObjects, asText } from '../../apimachinery/json-access.ts';
import { isJsonObject, type JsonObject, type JsonValue } from '../../apimachinery/json.ts';
import type { KubeObject, ObjectMeta } from '../../apimachinery/meta/object.ts';
import type { AdmissionAttributes, AdmissionPlugin } from './admission.ts';
import type { ObjectReader } from './object-reader.ts';
import { type CheckedPod, checkedPod } from './pod-security/checked-pod.ts';
import { findingsOf, formatFindings } from './pod-security/checks.ts';
import { existingPodWarnings } from './pod-security/existing-pods.ts';
import {
  compareLevels,
  formatLevelVersion,
  labelPrefix,
  policyOf,
  type SecurityPolicy,
} from './pod-security/policy.ts';

const namespaces = { group: '', version: 'v1', resource: 'namespaces' };
const pods = { group: '', version: 'v1', resource: 'pods' };
/** Where each kind keeps its pod template. */
const templatePaths: Readonly<Record<string, readonly string[]>> = {
  podtemplates: ['template'],
  replicationcontrollers: ['spec', 'template'],
  'replicasets.apps': ['spec', 'template'],
  'deployments.apps': ['spec', 'template'],
  'statefulsets.apps': ['spec', 'template'],
  'daemonsets.apps': ['spec', 'template'],
  'jobs.batch': ['spec', 'template'],
  'cronjobs.batch': ['spec', 'jobTemplate', 'spec', 'template'],
};

export function podSecurity(objects: ObjectReader): AdmissionPlugin {
  return {
    name: 'PodSecurity',
    resources: ['namespaces', 'pods', 'pods/ephemeralcontainers', 'pods/resize', ...Object.keys(templatePaths)],
    operations: ['CREATE', 'UPDATE'],
    validate(attributes) {
      const { object, old, scope, namespace } = attributes;
      if (object === undefined) return;
      const { group, resource } = scope.definition;
      if (resource === 'namespaces') return validateNamespace(object, attributes, objects);
      const policy = policyOf(objects.get(namespaces, namespace)?.metadata.labels);
      if (resource === 'pods') {
        if (policy.errors.length === 0 && isOpen(policy)) return annotateEnforced(policy, attributes);
        if (old !== undefined && !hasNewImages(object, old)) return;
        return evaluate(checkedPod(object.metadata, asObject(object.spec)), policy, { attributes, enforce: true });
      }
      if (policy.errors.length === 0 && policy.warn.level === 'privileged' && policy.audit.level === 'privileged')
        return;
      const path = templatePaths[group === '' ? resource : `${resource}.${group}`] ?? [];
      const template = path.reduce<JsonValue | undefined>((value, field) => asObject(value)[field], object);
      if (!isJsonObject(template)) return;
      const metadata = asObject(template.metadata) as ObjectMeta;
      evaluate(checkedPod(metadata, asObject(template.spec)), policy, { attributes, enforce: false });
    },
  };
}

function validateNamespace(namespace: KubeObject, attributes: AdmissionAttributes, objects: ObjectReader): undefined {
  const { old } = attributes;
  const policy = policyOf(namespace.metadata.labels);
  const before = old === undefined ? undefined : policyOf(old.metadata.labels);
  const isNew = JSON.stringify(policy.errors) !== JSON.stringify(before?.errors ?? []);
  const name = namespace.metadata.name ?? '';
  if (policy.errors.length > 0 && isNew) throw newInvalid({ group: '', kind: 'Namespace' }, name, policy.errors);
  if (before === undefined) return;
  const { enforce } = policy;
  if (enforce.level === 'privileged') return;
  if (enforce.minor === before.enforce.minor && compareLevels(enforce.level, before.enforce.level) <= 0) return;
  for (const text of existingPodWarnings(name, enforce, objects.list(pods, name))) attributes.warn(text);
}

function evaluate(
  pod: CheckedPod,
  policy: SecurityPolicy,
  { attributes, enforce }: { readonly attributes: AdmissionAttributes; readonly enforce: boolean },
): undefined {
  const { scope, name, annotate, warn } = attributes;
  if (policy.errors.length > 0) {
    const errors = policy.errors.map(({ field, message }) => `${field}: ${message}`);
    annotate(`${labelPrefix}error`, `Failed to parse policy: ${joinErrors(errors)}`);
  }
  const audited = findingsOf(policy.audit, pod);
  if (audited.length > 0) {
    const text = `would violate PodSecurity "${formatLevelVersion(policy.audit)}": ${formatFindings(audited)}`;
    annotate(`${labelPrefix}audit-violations`, text);
  }
  if (enforce) {
    annotateEnforced(policy, attributes);
    const found = findingsOf(policy.enforce, pod);
    if (found.length > 0) {
      const detail = `violates PodSecurity "${formatLevelVersion(policy.enforce)}": ${formatFindings(found)}`;
      throw newForbidden(scope.groupResource, name, detail);
    }
  }
  const found = findingsOf(policy.warn, pod);
  if (found.length > 0) {
    warn(`would violate PodSecurity "${formatLevelVersion(policy.warn)}": ${formatFindings(found)}`);
  }
}

function annotateEnforced({ enforce }: SecurityPolicy, { annotate }: AdmissionAttributes): undefined {
  annotate(`${labelPrefix}enforce-policy`, formatLevelVersion(enforce));
}

function isOpen({ enforce, audit, warn }: SecurityPolicy): boolean {
  return [enforce, audit, warn].every(({ level }) => level === 'privileged');
}

/** Nothing else of a pod that could matter can change. */
function hasNewImages(pod: KubeObject, old: KubeObject): boolean {
  const [spec, before] = [asObject(pod.spec), asObject(old.spec)];
  const differ = (now: JsonObject | undefined, then: JsonObject | undefined) =>
    then === undefined || asText(now?.image) !== asText(then.image);
  for (const list of ['containers', 'initContainers'] as const) {
    const [now, then] = [asObjects(spec[list]), asObjects(before[list])];
    if (now.length !== then.length || now.some((container, index) => differ(container, then[index]))) return true;
  }
  const then = asObjects(before.ephemeralContainers);
  return asObjects(spec.ephemeralContainers).some((container) =>
    differ(
      container,
      then.find(({ name }) => name === container.name),
    ),
  );
}
