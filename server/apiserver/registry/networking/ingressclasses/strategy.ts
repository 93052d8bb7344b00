/** Writes of IngressClasses. */
import type { Strategy } from '../../generic/resource-definition.ts';

export const strategy: Strategy = {
  generation: true,
};
