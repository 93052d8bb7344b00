/** Writes of CSIDrivers. */
import { validateCsiDriver, validateCsiDriverUpdate } from '../../../../apis/storage/csi-validation.ts';
import { asList, asObject, isSet } from '../../../../apimachinery/json-access.ts';
import { isJsonObject } from '../../../../apimachinery/json.ts';
import type { KubeObject } from '../../../../apimachinery/meta/object.ts';
import { semanticallyEqual } from '../../../../apimachinery/validation/immutable-field.ts';
import { bumpGeneration, specChanged } from '../../generic/generation.ts';
import type { Strategy } from '../../generic/resource-definition.ts';

/** Fields of alpha features, dropped where they are not in use. */
const alphaFields = ['preventPodSchedulingIfMissing'] as const;

export const strategy: Strategy = {
  metadataOnUpdate: ['change'],
  allowUnconditionalUpdate: false,
  returnDeletedObject: true,
  prepareForCreate: (driver) => dropAlphaFields(driver, undefined),
  prepareForUpdate(driver, old) {
    dropAlphaFields(driver, old);
    // Nothing starts the generation: it is 1 only after the first change.
    if (specChanged(driver, old)) bumpGeneration(driver, old);
  },
  warningsOnCreate: (driver) => tokenWarnings(driver),
  warningsOnUpdate: (driver, old) =>
    semanticallyEqual(asObject(driver.spec).tokenRequests, asObject(old.spec).tokenRequests)
      ? []
      : tokenWarnings(driver),
  validate: validateCsiDriver,
  validateUpdate: validateCsiDriverUpdate,
};

function dropAlphaFields(driver: KubeObject, old: KubeObject | undefined): void {
  if (!isJsonObject(driver.spec)) return;
  const before = asObject(old?.spec);
  for (const field of alphaFields) if (!isSet(before[field])) delete driver.spec[field];
}

function tokenWarnings(driver: KubeObject): string[] {
  const spec = asObject(driver.spec);
  if (asList(spec.tokenRequests).length === 0 || isSet(spec.serviceAccountTokenInSecrets)) return [];
  return [serviceAccountTokenInSecretsRecommended];
}

const serviceAccountTokenInSecretsRecommended =
  'spec.serviceAccountTokenInSecrets is unset; if supported by this CSI driver, set to true to prevent possible logging of tokens in volume attributes';
