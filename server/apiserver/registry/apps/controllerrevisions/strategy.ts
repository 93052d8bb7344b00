/** Writes of ControllerRevisions. */
import { validateControllerRevision, validateControllerRevisionUpdate } from '../../../../apis/apps/validation.ts';
import type { Strategy } from '../../generic/resource-definition.ts';

export const strategy: Strategy = {
  validate: validateControllerRevision,
  validateUpdate: validateControllerRevisionUpdate,
};
