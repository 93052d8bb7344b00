/** Writes of ResourceClaimTemplates. */
import {
  validateResourceClaimTemplate,
  validateResourceClaimTemplateUpdate,
} from '../../../../apis/resource/claim-validation.ts';
import type { Strategy } from '../../generic/resource-definition.ts';

export const strategy: Strategy = {
  metadataOnUpdate: ['object', 'change'],
  returnDeletedObject: true,
  validate: validateResourceClaimTemplate,
  validateUpdate: validateResourceClaimTemplateUpdate,
};
