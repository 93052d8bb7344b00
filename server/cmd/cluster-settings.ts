/** What a server tells its own controllers of the cluster. */
import { systemClock } from '../apimachinery/clock/clock.ts';
import type { ClusterSettings } from '../controllers/cluster-settings.ts';
import { addressPool } from '../controllers/service-lb/address-pool.ts';
import { newCertificateSigner } from './certificate-signer.ts';
import type { Credentials } from './credentials.ts';
import { type PorticoOptions, splitList } from './options.ts';

/** @throws Error that names a flag */
export function clusterSettings({
  options,
  credentials,
}: {
  options: PorticoOptions;
  credentials: Credentials;
}): ClusterSettings {
  const { allocateNodeCidrs, clusterCidr, loadBalancerCidr } = options;
  return {
    rootCertificates: credentials.servingAuthorities,
    signer: newCertificateSigner(credentials.pki.authority, () => systemClock.now()),
    clusterCidrs: allocateNodeCidrs === true ? splitList(clusterCidr) : [],
    cloud: loadBalancerCidr === undefined ? undefined : addressPool(loadBalancerCidr),
  };
}
