/** What the server keeps in its store for itself: resources like any others, but served to nobody. */
import { masterLeases } from '../bootstrap/master-leases.ts';
import { nodePortClaims } from './core/services/allocator/node-port-claims.ts';
import type { ResourceDefinition } from './generic/resource-definition.ts';

export const internalResources: readonly ResourceDefinition[] = [nodePortClaims, masterLeases];
