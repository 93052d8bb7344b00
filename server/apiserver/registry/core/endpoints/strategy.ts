/** Writes of Endpoints. */
import { endpointsWarnings } from '../../../../apis/core/warnings/services.ts';
import { validateEndpoints, validateEndpointsUpdate } from '../../../../apis/core/validation/endpoints.ts';
import type { Strategy } from '../../generic/resource-definition.ts';

export const strategy: Strategy = {
  allowCreateOnUpdate: true,
  validate: validateEndpoints,
  validateUpdate: validateEndpointsUpdate,
  warningsOnCreate: endpointsWarnings,
  warningsOnUpdate: endpointsWarnings,
};
