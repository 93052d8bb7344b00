/** ServiceAccount: a pod runs as an account of its namespace, which must exist, and gets the account's token and pull secrets. */
import { goQuote } from '../../apimachinery/errors/field-error.ts';
import { failure } from '../../apimachinery/errors/status-error.ts';
import { asObject, asObjects, asText, ensureObject, isSet } from '../../apimachinery/json-access.ts';
import type { Clock } from '../../apimachinery/clock/clock.ts';
import type { Random } from '../../apimachinery/clock/random.ts';
import type { KubeObject } from '../../apimachinery/meta/object.ts';
import { mirrorPodAnnotation } from '../../apis/core/validation/pod-annotations.ts';
import { namesAnySecret } from '../../apis/core/pod-secrets.ts';
import type { AdmissionAttributes, AdmissionPlugin } from './admission.ts';
import type { ObjectReader } from './object-reader.ts';
import { refusal } from './refusal.ts';
import { ephemeralSecretProblem, secretProblem } from './service-account-secrets.ts';
import { mountServiceAccountToken } from './service-account-token-volume.ts';

const serviceAccounts = { group: '', resource: 'serviceaccounts' };
const defaultName = 'default';
/** The default account of a new namespace is somebody's next step: so often it is asked for before a pod is refused. */
const defaultAttempts = 10;
/** Milliseconds between two looks, at least and at most. */
const lookEvery = { least: 100, most: 200 };

export interface ServiceAccountParts {
  readonly objects: ObjectReader;
  readonly clock: Clock;
  readonly random: Random;
}

export function serviceAccount(parts: ServiceAccountParts): AdmissionPlugin {
  return {
    name: 'ServiceAccount',
    resources: ['pods', 'pods/ephemeralcontainers'],
    operations: ['CREATE', 'UPDATE'],
    async mutate(attributes) {
      const { object: pod, operation } = attributes;
      if (pod === undefined || operation !== 'CREATE') return;
      if (isMirror(pod)) return checkMirror(pod, attributes);
      const spec = ensureObject(pod, 'spec');
      if (asText(spec.serviceAccountName) === '') {
        spec.serviceAccountName = defaultName;
        // The old name of the field.
        spec.serviceAccount = defaultName;
      }
      const account = await accountOf(pod, attributes, parts);
      if (mountsToken(pod, account)) mountServiceAccountToken(spec, parts.random);
      if (asObjects(spec.imagePullSecrets).length === 0) {
        const secrets = asObjects(account.imagePullSecrets).map(({ name }) => ({ name: asText(name) }));
        if (secrets.length > 0) spec.imagePullSecrets = secrets;
      }
    },
    async validate(attributes) {
      const { object: pod, subresource, operation } = attributes;
      if (pod === undefined) return;
      const isEphemeral = subresource === 'ephemeralcontainers';
      if (!isEphemeral && operation !== 'CREATE') return;
      if (!isEphemeral && isMirror(pod)) return checkMirror(pod, attributes);
      if (asText(asObject(pod.spec).serviceAccountName) === '') {
        const name = `${attributes.namespace}/${pod.metadata.name ?? ''}`;
        throw refusal(attributes, `no service account specified for pod ${name}`);
      }
      const account = await accountOf(pod, attributes, parts);
      if (!limitsSecrets(account)) return;
      const problem = (isEphemeral ? ephemeralSecretProblem : secretProblem)(asObject(pod.spec), account);
      if (problem === undefined) return;
      // Upstream's answer for ephemeral containers is a bare error.
      throw isEphemeral ? failure({ code: 500, reason: '', message: problem }) : refusal(attributes, problem);
    },
  };
}

function isMirror(pod: KubeObject): boolean {
  return Object.hasOwn(pod.metadata.annotations ?? {}, mirrorPodAnnotation);
}

/** A mirror pod shows what a node runs of itself: it must not lead to anything in the API. */
function checkMirror(pod: KubeObject, attributes: AdmissionAttributes): undefined {
  const spec = asObject(pod.spec);
  if (asText(spec.serviceAccountName) !== '') {
    throw refusal(attributes, 'a mirror pod may not reference service accounts');
  }
  if (namesAnySecret(spec)) throw refusal(attributes, 'a mirror pod may not reference secrets');
  const sources = asObjects(spec.volumes).flatMap(({ projected }) => asObjects(asObject(projected).sources));
  if (sources.some((source) => isSet(source.serviceAccountToken))) {
    throw refusal(attributes, 'a mirror pod may not use ServiceAccountToken volume projections');
  }
}

async function accountOf(
  pod: KubeObject,
  attributes: AdmissionAttributes,
  { objects, clock, random }: ServiceAccountParts,
): Promise<KubeObject> {
  const { namespace } = attributes;
  const name = asText(asObject(pod.spec).serviceAccountName);
  const cached = objects.get(serviceAccounts, name, namespace);
  if (cached !== undefined) return cached;
  const pause = lookEvery.least + random.fraction() * (lookEvery.most - lookEvery.least);
  for (let left = name === defaultName ? defaultAttempts : 1; left > 0; left--) {
    const found = await objects.getFresh(serviceAccounts, name, namespace);
    if (found !== undefined) return found;
    if (left > 1) await new Promise<void>((resolve) => clock.after(pause, resolve));
  }
  const missing = `serviceaccount ${goQuote(name)} not found`;
  throw refusal(attributes, `error looking up service account ${namespace}/${name}: ${missing}`);
}

function mountsToken(pod: KubeObject, account: KubeObject): boolean {
  const own = asObject(pod.spec).automountServiceAccountToken;
  return (isSet(own) ? own : account.automountServiceAccountToken) !== false;
}

/** As Go's ParseBool reads it. */
function limitsSecrets(account: KubeObject): boolean {
  const annotation = account.metadata.annotations?.['kubernetes.io/enforce-mountable-secrets'] ?? '';
  return ['1', 't', 'T', 'true', 'TRUE', 'True'].includes(annotation);
}
