/** Writes of ClusterTrustBundles. */
import {
  validateClusterTrustBundle,
  validateChangedClusterTrustBundle,
  validateClusterTrustBundleUpdate,
} from '../../../../apis/certificates/cluster-trust-bundle-validation.ts';
import type { Strategy } from '../../generic/resource-definition.ts';

export const strategy: Strategy = {
  metadataOnUpdate: ['object', validateChangedClusterTrustBundle, 'change'],
  // Validation checks the name: it depends on the signer.
  validateName: () => [],
  allowUnconditionalUpdate: false,
  validate: validateClusterTrustBundle,
  validateUpdate: validateClusterTrustBundleUpdate,
};
