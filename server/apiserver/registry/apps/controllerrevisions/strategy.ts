/** Writes of ControllerRevisions. */
import { validateControllerRevision, validateControllerRevisionUpdate } from '../../../../apis/apps/validation.ts';
import type { Strategy } from '../../generic/resource-definition.ts';

export const strategy: Strategy = {
  metadataOnUpdate: ['change'],
  validate: validateControllerRevision,
  validateUpdate: validateControllerRevisionUpdate,
};
