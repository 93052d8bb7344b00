/** Writes of MutatingWebhookConfigurations. */
import { validateMutatingWebhookConfiguration, validateMutatingWebhookConfigurationUpdate } from '../../../../apis/admissionregistration/webhook-validation.ts';
import type { Strategy } from '../../generic/resource-definition.ts';

export const strategy: Strategy = {
  allowUnconditionalUpdate: false,
  generation: true,
  validate: validateMutatingWebhookConfiguration,
  validateUpdate: validateMutatingWebhookConfigurationUpdate,
};
