/** The resource that node ports are claimed with: objects in the store like any other, but served to nobody. */
import type { ResourceDefinition } from '../../../generic/resource-definition.ts';
import { tableOf } from '../../../generic/table/column.ts';

export const nodePortClaims: ResourceDefinition = {
  group: 'internal.portico',
  resource: 'nodeportclaims',
  singular: 'nodeportclaim',
  kind: 'NodePortClaim',
  namespaced: false,
  // An IPAddress has all that a claim needs: a name and a parentRef.
  versions: [{ version: 'v1', type: 'io.k8s.api.networking.v1.IPAddress', storage: true, servedByDefault: false }],
  strategy: {},
  table: tableOf([]),
  storagePrefix: 'ranges/servicenodeports',
};
