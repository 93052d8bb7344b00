/** clustertrustbundles.certificates.k8s.io: names, versions and subresources. */
import { asObject, asText } from '../../../../apimachinery/json-access.ts';
import { unsupportedFieldLabel } from '../../generic/field-label.ts';
import type { ResourceDefinition } from '../../generic/resource-definition.ts';
import { strategy } from './strategy.ts';
import { table } from './table.ts';

export const clusterTrustBundles: ResourceDefinition = {
  group: 'certificates.k8s.io',
  resource: 'clustertrustbundles',
  singular: 'clustertrustbundle',
  kind: 'ClusterTrustBundle',
  namespaced: false,
  versions: [
    {
      version: 'v1beta1',
      type: 'io.k8s.api.certificates.v1beta1.ClusterTrustBundle',
      storage: true,
      servedByDefault: false,
    },
    {
      version: 'v1alpha1',
      type: 'io.k8s.api.certificates.v1alpha1.ClusterTrustBundle',
      servedByDefault: false,
      deprecationWarning:
        'certificates.k8s.io/v1alpha1 ClusterTrustBundle is deprecated in v1.34+, unavailable in v1.37+',
    },
  ],
  strategy,
  table,
  selectableFields: {
    'spec.signerName': (bundle) => asText(asObject(bundle.spec).signerName),
  },
  selectableNamespace: false,
  unknownFieldLabel: unsupportedFieldLabel,
  storagePrefix: 'clustertrustbundles',
};
