/** Writes of ConfigMaps. */
import type { Strategy } from '../../generic/resource-definition.ts';

export const strategy: Strategy = {};
