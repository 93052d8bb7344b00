/** Defaults of networking.k8s.io/v1 types. */
import { type PackageDefaulters, setIfUnset } from '../../defaulting.ts';

export const networkingV1: PackageDefaulters = {
  NetworkPolicySpec(spec) {
    if (Array.isArray(spec.policyTypes) && spec.policyTypes.length > 0) return;
    const hasEgress = Array.isArray(spec.egress) && spec.egress.length > 0;
    spec.policyTypes = hasEgress ? ['Ingress', 'Egress'] : ['Ingress'];
  },
  NetworkPolicyPort: setIfUnset({ protocol: 'TCP' }),
  IngressClassParametersReference: setIfUnset({ scope: 'Cluster' }),
};
