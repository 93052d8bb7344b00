/** Writes of events.k8s.io Events: the objects are core Events here, and the rules are stricter. */
import type { Strategy } from '../../generic/resource-definition.ts';

export const strategy: Strategy = {
  allowCreateOnUpdate: true,
};
