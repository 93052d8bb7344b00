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
  validate: (template, { namespaceLabels }) => [
    ...adminAccessErrors(asObject(asObject(asObject(template.spec).spec).devices).requests, namespaceLabels),
    ...validateResourceClaimTemplate(template),
  ],
  validateUpdate: validateResourceClaimTemplateUpdate,
};
