/** Writes of IPAddresses. */
import type { Strategy } from '../../generic/resource-definition.ts';

export const strategy: Strategy = {};
