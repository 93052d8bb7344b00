/** PodSecurity: pods are held to the level that their namespace's labels enforce; workloads are warned of pods that would not pass. */
import { joinErrors } from '../../apimachinery/errors/aggregate.ts';
import { goQuote } from '../../apimachinery/errors/field-error.ts';
import { newForbidden, newInvalid } from '../../apimachinery/errors/status-error.ts';
import { asObject, asObjects, asText } from '../../apimachinery/json-access.ts';
import { isJsonObject, type JsonObject, type JsonValue } from '../../apimachinery/json.ts';
import type { KubeObject, ObjectMeta } from '../../apimachinery/meta/object.ts';
import type { AdmissionAttributes, AdmissionPlugin } from './admission.ts';
import type { ObjectReader } from './object-reader.ts';
import { type CheckedPod, checkedPod } from './pod-security/checked-pod.ts';
import { findingsOf, formatFindings } from './pod-security/checks.ts';
import { readConfiguration } from './pod-security/configuration.ts';
import { existingPodWarnings } from './pod-security/existing-pods.ts';
import {
  compareLevels,
  formatLevelVersion,
  labelPrefix,
  policyOf,
  type SecurityPolicy,
} from './pod-security/policy.ts';

const namespaces = { group: '', resource: 'namespaces' };
const pods = { group: '', resource: 'pods' };
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

/** @throws Error that says what is wrong with the configuration. */
export function podSecurity(objects: ObjectReader, configuration: JsonObject | undefined): AdmissionPlugin {
  const { defaults, exemptions } = readConfiguration(configuration);
  return {
    name: 'PodSecurity',
    resources: ['namespaces', 'pods', 'pods/ephemeralcontainers', 'pods/resize', ...Object.keys(templatePaths)],
    operations: ['CREATE', 'UPDATE'],
    validate(attributes) {
      const { object, old, scope, namespace } = attributes;
      if (object === undefined) return;
      const { group, resource } = scope.definition;
      if (resource === 'namespaces') {
        const policyFor = (labels: ObjectMeta['labels']) => policyOf(labels, defaults);
        return validateNamespace(object, attributes, { objects, policyFor, exempt: exemptions.namespaces });
      }
      if (exemptions.namespaces.has(namespace)) return annotateExempt('namespace', attributes);
      if (exemptions.usernames.has(attributes.user.name)) return annotateExempt('user', attributes);
      const policy = policyOf(objects.get(namespaces, namespace)?.metadata.labels, defaults);
      if (resource === 'pods') {
        if (policy.errors.length === 0 && isOpen(policy)) return annotateEnforced(policy, attributes);
        if (old !== undefined && !hasNewImages(object, old)) return;
        const pod = checkedPod(object.metadata, asObject(object.spec));
        if (exemptions.runtimeClasses.has(asText(pod.spec.runtimeClassName))) {
          return annotateExempt('runtimeClass', attributes);
        }
        return evaluate(pod, policy, { attributes, enforce: true });
      }
      if (policy.errors.length === 0 && policy.warn.level === 'privileged' && policy.audit.level === 'privileged')
        return;
      const path = templatePaths[group === '' ? resource : `${resource}.${group}`] ?? [];
      const template = path.reduce<JsonValue | undefined>((value, field) => asObject(value)[field], object);
      if (!isJsonObject(template)) return;
      const pod = checkedPod(asObject(template.metadata), asObject(template.spec));
      if (exemptions.runtimeClasses.has(asText(pod.spec.runtimeClassName))) {
        return annotateExempt('runtimeClass', attributes);
      }
      evaluate(pod, policy, { attributes, enforce: false });
    },
  };
}

interface NamespaceParts {
  readonly objects: ObjectReader;
  readonly policyFor: (labels: ObjectMeta['labels']) => SecurityPolicy;
  readonly exempt: ReadonlySet<string>;
}

function validateNamespace(namespace: KubeObject, attributes: AdmissionAttributes, parts: NamespaceParts): undefined {
  const { old } = attributes;
  const { name = '', labels } = namespace.metadata;
  const policy = parts.policyFor(labels);
  const before = old === undefined ? undefined : parts.policyFor(old.metadata.labels);
  const isNew = JSON.stringify(policy.errors) !== JSON.stringify(before?.errors ?? []);
  if (policy.errors.length > 0 && isNew) throw newInvalid({ group: '', kind: 'Namespace' }, name, policy.errors);
  const { enforce } = policy;
  if (before !== undefined) {
    if (enforce.level === 'privileged') return;
    if (enforce.minor === before.enforce.minor && compareLevels(enforce.level, before.enforce.level) <= 0) return;
  }
  if (parts.exempt.has(name)) warnOfExemption(policy, attributes);
  else if (before !== undefined) {
    for (const text of existingPodWarnings(name, enforce, parts.objects.list(pods, name))) attributes.warn(text);
  }
}

function warnOfExemption(policy: SecurityPolicy, { object, warn }: AdmissionAttributes): void {
  const { name = '', labels = {} } = object?.metadata ?? {};
  const asked = (['enforce', 'audit', 'warn'] as const).filter((mode) => {
    const isStated = [mode, `${mode}-version`].some((label) => Object.hasOwn(labels, labelPrefix + label));
    return isStated && policy[mode].level !== 'privileged';
  });
  if (asked.length === 0) return;
  const text = asked.map((mode) => `${mode}=${formatLevelVersion(policy[mode])}`).join(', ');
  warn(`namespace ${goQuote(name)} is exempt from Pod Security, and the policy (${text}) will be ignored`);
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

function annotateExempt(reason: 'user' | 'namespace' | 'runtimeClass', { annotate }: AdmissionAttributes): undefined {
  annotate(`${labelPrefix}exempt`, reason);
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
