/** Writes of Endpoints. */
import { validateEndpoints, validateEndpointsUpdate } from '../../../../apis/core/validation/endpoints.ts';
import type { Strategy } from '../../generic/resource-definition.ts';

export const strategy: Strategy = {
  allowCreateOnUpdate: true,
  validate: validateEndpoints,
  validateUpdate: validateEndpointsUpdate,
};
