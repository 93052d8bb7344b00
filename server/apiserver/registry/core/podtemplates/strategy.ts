/** Writes of PodTemplates. */
import type { Strategy } from '../../generic/resource-definition.ts';

export const strategy: Strategy = {
  generation: true,
  returnDeletedObject: true,
};
