/** Writes of Endpoints. */
import type { Strategy } from '../../generic/resource-definition.ts';

export const strategy: Strategy = {
  allowCreateOnUpdate: true,
};
