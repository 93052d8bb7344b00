/** Writes of MutatingWebhookConfigurations. */
import { staticNameWarnings } from '../../../../apis/admissionregistration/static-name-warnings.ts';
import {
  validateMutatingWebhookConfiguration,
  validateMutatingWebhookConfigurationUpdate,
} from '../../../../apis/admissionregistration/webhook-validation.ts';
import { countEmptiesAsChange } from '../webhook-generation.ts';
import type { Strategy } from '../../generic/resource-definition.ts';

export const strategy: Strategy = {
  metadataOnUpdate: ['object'],
  allowUnconditionalUpdate: false,
  generation: true,
  prepareForUpdate: countEmptiesAsChange,
  validate: validateMutatingWebhookConfiguration,
  validateUpdate: validateMutatingWebhookConfigurationUpdate,
  warningsOnCreate: staticNameWarnings,
  warningsOnUpdate: staticNameWarnings,
};
