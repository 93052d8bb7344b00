/**
 * Packages of widely used operators, as the Go module registry has them. What is taken out of them at test time, and never committed:
 * their CustomResourceDefinitions, and objects of these kinds that lie about in them as examples, test data or manifests.
 */
export interface OperatorPackage {
  /** The operator's; one may come in several packages. */
  readonly operator: string;
  readonly module: string;
  readonly version: string;
  /** Of the package as the registry serves it: SHA-256, hexadecimal. */
  readonly sha256: string;
  /** Paths inside the package, without the folder of module and version. */
  readonly definitions: RegExp;
}

export const packages: readonly OperatorPackage[] = [
  {
    operator: 'cert-manager',
    module: 'github.com/cert-manager/cert-manager',
    version: 'v1.21.2',
    sha256: 'cfaf1fb53965a5fd60490861387b7dbf34cd40987c878a4f1e247f836eef4782',
    definitions: /^deploy\/crds\//,
  },
  {
    operator: 'argo-cd',
    module: 'github.com/argoproj/argo-cd/v3',
    version: 'v3.6.1',
    sha256: 'f7fa21a39dae04e030aea81151ccaca0e7541fcff6cca0dd018671189cdf1de5',
    definitions: /^manifests\/crds\//,
  },
  {
    operator: 'prometheus-operator',
    module: 'github.com/prometheus-operator/prometheus-operator',
    version: 'v0.85.0',
    sha256: '0bdb88ed823d0f2e86cf909638439b6ad1da744a228172c7411d9987527dc5d1',
    definitions: /^example\/prometheus-operator-crd\//,
  },
  {
    operator: 'crossplane',
    module: 'github.com/crossplane/crossplane',
    version: 'v1.20.0',
    sha256: 'f8d062144070e5fc6ac6c5b806a9a0af8f2362c1759ea641916a37352916ae3e',
    definitions: /^cluster\/crds\//,
  },
  {
    operator: 'crossplane-provider-kubernetes',
    module: 'github.com/crossplane-contrib/provider-kubernetes',
    version: 'v1.4.1',
    sha256: 'a5ac6efbcfa005304c5737811abf49b8d654141159d6e0f00a00f6d7adefa18f',
    definitions: /^package\/crds\//,
  },
  {
    operator: 'cluster-api',
    module: 'sigs.k8s.io/cluster-api',
    version: 'v1.14.2',
    sha256: '0f6fdd021ab96e6f38b19210bbae9b15537fcd53bc40028553854e55df13f738',
    definitions: /^(core|bootstrap\/kubeadm|controlplane\/kubeadm)\/config\/crd\/bases\//,
  },
  {
    operator: 'istio',
    module: 'istio.io/api',
    version: 'v1.32.0',
    sha256: '127b4bd504fd0ab365d31dd97a2ad81ea8c5cc4093ff2a90d0d947744d3504c8',
    definitions: /^kubernetes\/customresourcedefinitions\.gen\.yaml$/,
  },
  {
    operator: 'gateway-api',
    module: 'sigs.k8s.io/gateway-api',
    version: 'v1.7.0',
    sha256: 'f9041f93ad3b2572089afa858ceac74e0545e7769490ae774039ed0f841f3d6d',
    definitions: /^config\/crd\/standard\//,
  },
  {
    operator: 'keda',
    module: 'github.com/kedacore/keda/v2',
    version: 'v2.21.0',
    sha256: '74b59fe16144250748b716d6dc8789dee52d26164daab732145bed60456013a4',
    definitions: /^config\/crd\/bases\//,
  },
  {
    operator: 'karpenter',
    module: 'sigs.k8s.io/karpenter',
    version: 'v1.15.0',
    sha256: '056de0c97356eb6a7cbd35bcd74e9d068b023bf9cc39840a1b6aea326670d231',
    definitions: /^pkg\/apis\/crds\//,
  },
];
