/** What controllers are told of the cluster that its API does not say. */
import type { JsonObject } from '../apimachinery/json.ts';
import type { CertificateSigner } from './certificates/signer.ts';
import type { LoadBalancerCloud } from './service-lb/cloud.ts';

export interface ClusterSettings {
  /** PEM: whom pods believe to be the API server; undefined: nobody publishes it. */
  readonly rootCertificates: string | undefined;
  /** Signs the claims of tokens that are kept in Secrets; undefined: those Secrets wait for others. */
  readonly signAccountToken: ((claims: JsonObject) => Promise<string>) | undefined;
  /** Undefined: certificate requests wait for others. */
  readonly signer: CertificateSigner | undefined;
  /** Addresses of pods, a block of which each node gets; empty: nodes have them from elsewhere. */
  readonly clusterCidrs: readonly string[];
  /** Undefined: services of the type LoadBalancer wait for others. */
  readonly cloud: LoadBalancerCloud | undefined;
}
