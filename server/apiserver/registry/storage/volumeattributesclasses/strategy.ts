/** Writes of VolumeAttributesClasses. */
import type { Strategy } from '../../generic/resource-definition.ts';

export const strategy: Strategy = {
  returnDeletedObject: true,
};
