/** What a server tells its own controllers of the cluster. */
import { systemClock } from '../apimachinery/clock/clock.ts';
import { legacyIssuer } from '../apiserver/authentication/service-account/legacy-claims.ts';
import { TokenIssuer } from '../apiserver/authentication/service-account/token-issuer.ts';
import type { ClusterSettings } from '../controllers/cluster-settings.ts';
import { addressPool } from '../controllers/service-lb/address-pool.ts';
import { newCertificateSigner } from './certificate-signer.ts';
import type { Credentials } from './credentials.ts';
import { type PorticoOptions, splitList } from './options.ts';

/** Of tokens without an end, as they were before there were bound ones. */
function newLegacyIssuer(signingKey: Credentials['serviceAccountKeys']['signing']): TokenIssuer {
  return new TokenIssuer({
    issuer: legacyIssuer,
    signingKey,
    keys: [signingKey],
    audiences: [],
    maxExpiration: undefined,
    extendsExpiration: false,
    keysUri: undefined,
  });
}

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
    signAccountToken: (claims) => newLegacyIssuer(credentials.serviceAccountKeys.signing).sign(claims),
    signer: newCertificateSigner(credentials.pki.authority, () => systemClock.now()),
    clusterCidrs: allocateNodeCidrs === true ? splitList(clusterCidr) : [],
    cloud: loadBalancerCidr === undefined ? undefined : addressPool(loadBalancerCidr),
  };
}
