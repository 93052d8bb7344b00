/** Writes of PersistentVolumes: a volume starts Pending, and its status keeps the time of the last change of phase. */
import { persistentVolumeWarnings } from '../../../../apis/core/warnings/volumes.ts';
import {
  validatePersistentVolume,
  validatePersistentVolumeStatusUpdate,
  validatePersistentVolumeUpdate,
} from '../../../../apis/core/validation/persistent-volume.ts';
import { asObject, isSet } from '../../../../apimachinery/json-access.ts';
import { isJsonObject } from '../../../../apimachinery/json.ts';
import { formatTime } from '../../../../apimachinery/meta/time.ts';
import type { Strategy, UpdateStrategy } from '../../generic/resource-definition.ts';
import { keepField, newStatusStrategy } from '../../generic/status-strategy.ts';

export const strategy: Strategy = {
  metadataOnUpdate: ['object'],
  returnDeletedObject: true,
  prepareForCreate(volume, context) {
    volume.status = { phase: 'Pending', lastPhaseTransitionTime: formatTime(context.clock.now()) };
  },
  validate: validatePersistentVolume,
  validateUpdate: validatePersistentVolumeUpdate,
  warningsOnCreate: persistentVolumeWarnings,
  warningsOnUpdate: persistentVolumeWarnings,
};

export const statusStrategy: UpdateStrategy = newStatusStrategy({
  prepare(volume, old, context) {
    const status = volume.status;
    if (!isJsonObject(status)) return;
    const before = asObject(old.status);
    const unchanged = status.lastPhaseTransitionTime === before.lastPhaseTransitionTime;
    if (status.phase === before.phase) {
      if (!isSet(status.lastPhaseTransitionTime)) keepField(status, before, 'lastPhaseTransitionTime');
    } else if (!isSet(status.lastPhaseTransitionTime) || unchanged) {
      status.lastPhaseTransitionTime = formatTime(context.clock.now());
    }
  },
  validateUpdate: validatePersistentVolumeStatusUpdate,
});
