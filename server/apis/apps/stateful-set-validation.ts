/** Validation of StatefulSets. */
import { forbidden, invalid, invalidTyped, required } from '../../apimachinery/errors/field-error.ts';
import { asObject, asObjects, asText, isSet } from '../../apimachinery/json-access.ts';
import type { JsonObject } from '../../apimachinery/json.ts';
import type { LabelSelector } from '../../apimachinery/labels/selector.ts';
import type { KubeObject } from '../../apimachinery/meta/object.ts';
import { semanticallyEqual } from '../../apimachinery/validation/immutable-field.ts';
import { validateObjectMetaUpdate } from '../../apimachinery/validation/object-meta.ts';
import { checkClaimSpec, newClaimTemplateRules } from '../core/validation/claim-spec.ts';
import { finalizerErrors } from '../core/validation/finalizers.ts';
import { checkPodTemplateSpec, checkPodTemplateMetadata, strictSelectors } from '../core/validation/pod-template.ts';
import { checkDnsLabel, checkEach, checkNonNegative, checkListed, type Errors } from '../validation/checks.ts';
import {
  checkAlwaysRestarts,
  checkCollisionCount,
  checkCounts,
  checkPartsOfReplicas,
  checkRequiredSelector,
  checkTemplateLabels,
} from './workload.ts';
import { asInternal } from '../validation/internal-value.ts';

const words = { emptySelectorOf: 'statefulset', invalidSelector: '' };
const updatable = [
  'replicas',
  'ordinals',
  'template',
  'updateStrategy',
  'revisionHistoryLimit',
  'persistentVolumeClaimRetentionPolicy',
  'minReadySeconds',
] as const;

/** What an update does not look at again: it cannot change, or was wrong already. */
interface StatefulSetRules {
  readonly checkServiceName: boolean;
  readonly checkClaims: boolean;
  readonly checkTemplate: boolean;
}

const onCreate: StatefulSetRules = { checkServiceName: true, checkClaims: true, checkTemplate: true };
const onUpdate: StatefulSetRules = { checkServiceName: false, checkClaims: false, checkTemplate: true };

export function validateStatefulSet(set: KubeObject): Errors {
  const errors = finalizerErrors(set);
  checkSpec(asObject(set.spec), onCreate, errors);
  return errors;
}

export function validateStatefulSetUpdate(set: KubeObject, old: KubeObject): Errors {
  const errors = finalizerErrors(set);
  const spec = asObject(set.spec);
  const before = asObject(old.spec);
  const oldErrors: Errors = [];
  checkSpec(before, onUpdate, oldErrors);
  checkSpec(spec, { ...onUpdate, checkTemplate: oldErrors.length === 0 }, errors);
  const munged: JsonObject = { ...spec };
  for (const field of updatable) munged[field] = before[field];
  if (!semanticallyEqual(munged, before)) {
    const names =
      "'replicas', 'ordinals', 'template', 'updateStrategy', 'revisionHistoryLimit', 'persistentVolumeClaimRetentionPolicy' and 'minReadySeconds'";
    errors.push(forbidden('spec', `updates to statefulset spec for fields other than ${names} are forbidden`));
  }
  return errors;
}

function checkSpec(spec: JsonObject, rules: StatefulSetRules, errors: Errors): void {
  const policy = asText(spec.podManagementPolicy);
  if (policy === '') errors.push(required('spec.podManagementPolicy'));
  else if (policy !== 'OrderedReady' && policy !== 'Parallel') {
    errors.push(invalidTyped('spec.podManagementPolicy', policy, "must be 'OrderedReady' or 'Parallel'"));
  }
  checkUpdateStrategy(asObject(spec.updateStrategy), errors);
  if (isSet(spec.persistentVolumeClaimRetentionPolicy)) {
    for (const field of ['whenDeleted', 'whenScaled'] as const) {
      const value = asObject(spec.persistentVolumeClaimRetentionPolicy)[field];
      checkListed(value, ['Retain', 'Delete'], `spec.persistentVolumeClaimRetentionPolicy.${field}`, errors);
    }
  }
  if (rules.checkClaims) {
    checkEach(spec.volumeClaimTemplates, 'spec.volumeClaimTemplates', (claim, path) => {
      checkClaimSpec(asObject(claim.spec), newClaimTemplateRules, `${path}.spec`, errors);
    });
  }
  checkNonNegative(spec.replicas, 'spec.replicas', errors);
  checkNonNegative(spec.minReadySeconds, 'spec.minReadySeconds', errors);
  checkNonNegative(asObject(spec.ordinals).start, 'spec.ordinals.start', errors);
  if (rules.checkServiceName && asText(spec.serviceName) !== '') {
    checkDnsLabel(spec.serviceName, 'spec.serviceName', errors);
  }
  const selector = checkRequiredSelector(spec, words, 'spec.selector', errors);
  if (selector !== undefined) checkTemplate(spec, selector, rules, errors);
  checkAlwaysRestarts(asObject(spec.template), 'StatefulSet', 'spec.template', errors);
}

function checkUpdateStrategy(strategy: JsonObject, errors: Errors): void {
  const path = 'spec.updateStrategy';
  const { type, rollingUpdate } = strategy;
  if (asText(type) === '') errors.push(required(path));
  else if (type === 'OnDelete') {
    if (!isSet(rollingUpdate)) return;
    const detail = "only allowed for updateStrategy 'RollingUpdate'";
    errors.push(
      invalid(`${path}.rollingUpdate`, asInternal('apps.RollingUpdateStatefulSetStrategy', rollingUpdate), detail),
    );
  } else if (type === 'RollingUpdate') {
    checkNonNegative(asObject(rollingUpdate).partition, `${path}.rollingUpdate.partition`, errors);
  } else {
    const shown = {
      Type: asText(type),
      RollingUpdate: asInternal('*apps.RollingUpdateStatefulSetStrategy', rollingUpdate),
    };
    errors.push(invalid(path, shown, "must be 'RollingUpdate' or 'OnDelete'"));
  }
}

function checkTemplate(spec: JsonObject, selector: LabelSelector, rules: StatefulSetRules, errors: Errors): void {
  const template = asObject(spec.template);
  checkTemplateLabels(template, selector, 'spec.template', errors);
  if (rules.checkTemplate) {
    checkPodTemplateSpec(withClaimVolumes(template, spec), strictSelectors, 'spec.template', errors);
  }
  // What upstream finds here, it says twice.
  checkPodTemplateMetadata(template, 'spec.template', errors);
}

/** The controller names the pods and adds their volumes: mounts of those must be found. */
function withClaimVolumes(template: JsonObject, spec: JsonObject): JsonObject {
  const { subdomain: _subdomain, hostname: _hostname, ...podSpec } = asObject(template.spec);
  const claims = asObjects(spec.volumeClaimTemplates).map((claim) => asText(asObject(claim.metadata).name));
  if (claims.length === 0) return { ...template, spec: podSpec };
  const own = asObjects(podSpec.volumes).filter((volume) => !claims.includes(asText(volume.name)));
  const added = [...new Set(claims)].map((name) => ({ name, persistentVolumeClaim: { claimName: name } }));
  return { ...template, spec: { ...podSpec, volumes: [...added, ...own] } };
}

const counts = [
  'replicas',
  'readyReplicas',
  'currentReplicas',
  'updatedReplicas',
  'availableReplicas',
  'observedGeneration',
  'collisionCount',
] as const;

export function validateStatefulSetStatusUpdate(set: KubeObject, old: KubeObject): Errors {
  const errors: Errors = [];
  const status = asObject(set.status);
  checkCounts(status, counts, errors);
  const parts = ['readyReplicas', 'currentReplicas', 'updatedReplicas', 'availableReplicas'];
  checkPartsOfReplicas(status, parts, 'status.readyReplicas', errors);
  errors.push(...validateObjectMetaUpdate(set.metadata, old.metadata, { path: 'metadata' }), ...finalizerErrors(set));
  checkCollisionCount(status, asObject(old.status), errors);
  return errors;
}
