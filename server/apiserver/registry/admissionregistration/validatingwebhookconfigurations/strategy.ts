/** Writes of ValidatingWebhookConfigurations. */
import { staticNameWarnings } from '../../../../apis/admissionregistration/static-name-warnings.ts';
import {
  validateValidatingWebhookConfiguration,
  validateValidatingWebhookConfigurationUpdate,
} from '../../../../apis/admissionregistration/webhook-validation.ts';
import { countEmptiesAsChange } from '../webhook-generation.ts';
import type { Strategy } from '../../generic/resource-definition.ts';

export const strategy: Strategy = {
  metadataOnUpdate: ['object'],
  allowUnconditionalUpdate: false,
  generation: true,
  prepareForUpdate: countEmptiesAsChange,
  validate: validateValidatingWebhookConfiguration,
  validateUpdate: validateValidatingWebhookConfigurationUpdate,
  warningsOnCreate: staticNameWarnings,
  warningsOnUpdate: staticNameWarnings,
};
