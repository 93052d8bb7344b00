/** Writes of RuntimeClasses. */
import type { Strategy } from '../../generic/resource-definition.ts';

export const strategy: Strategy = {
  allowCreateOnUpdate: true,
  allowUnconditionalUpdate: false,
};
