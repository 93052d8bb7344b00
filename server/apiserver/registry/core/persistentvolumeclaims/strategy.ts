/** Writes of PersistentVolumeClaims. */
import { persistentVolumeClaimWarnings } from '../../../../apis/core/warnings/claims.ts';
import {
  validatePersistentVolumeClaim,
  validatePersistentVolumeClaimStatusUpdate,
  validatePersistentVolumeClaimUpdate,
} from '../../../../apis/core/validation/persistent-volume-claim.ts';
import { isJsonObject } from '../../../../apimachinery/json.ts';
import type { KubeObject } from '../../../../apimachinery/meta/object.ts';
import type { Strategy, UpdateStrategy } from '../../generic/resource-definition.ts';
import { newStatusStrategy } from '../../generic/status-strategy.ts';
import { dropUnsupportedDataSources, syncDataSources } from './data-sources.ts';

export const strategy: Strategy = {
  returnDeletedObject: true,
  prepareForCreate(claim) {
    claim.status = { phase: 'Pending' };
    prepareDataSources(claim, undefined);
  },
  prepareForUpdate: prepareDataSources,
  validate: validatePersistentVolumeClaim,
  validateUpdate: validatePersistentVolumeClaimUpdate,
  warningsOnCreate: persistentVolumeClaimWarnings,
  warningsOnUpdate: persistentVolumeClaimWarnings,
};

export const statusStrategy: UpdateStrategy = newStatusStrategy({
  validateUpdate: validatePersistentVolumeClaimStatusUpdate,
});

function prepareDataSources(claim: KubeObject, old: unknown): void {
  if (!isJsonObject(claim.spec)) return;
  const before = isJsonObject(old) && isJsonObject(old.spec) ? old.spec : undefined;
  dropUnsupportedDataSources(claim.spec, before);
  syncDataSources(claim.spec);
}
