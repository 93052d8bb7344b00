/** Writes of ResourceClaimTemplates. */
import { adminAccessErrors } from '../../../../apis/resource/admin-access.ts';
import { asObject } from '../../../../apimachinery/json-access.ts';
import {
  validateResourceClaimTemplate,
  validateResourceClaimTemplateUpdate,
} from '../../../../apis/resource/claim-validation.ts';
import type { Strategy } from '../../generic/resource-definition.ts';

export const strategy: Strategy = {
  metadataOnUpdate: ['object', validateResourceClaimTemplate, 'change'],
  returnDeletedObject: true,
  validateBeforeMetadata: (template, { namespaceLabels }) =>
    adminAccessErrors(asObject(asObject(asObject(template.spec).spec).devices).requests, namespaceLabels),
  validate: validateResourceClaimTemplate,
  validateUpdate: validateResourceClaimTemplateUpdate,
};
