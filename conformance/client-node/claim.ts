/** What a claim is made of: a sentence, and a check that throws when the server does not keep it. */
import type { AppsV1Api, CoreV1Api, KubeConfig, KubernetesObjectApi } from '@kubernetes/client-node';

export interface Claim {
  readonly name: string;
  readonly check: (world: World) => Promise<void>;
}

export interface World {
  readonly config: KubeConfig;
  /** Of this claim alone. */
  readonly namespace: string;
  readonly core: CoreV1Api;
  readonly apps: AppsV1Api;
  readonly objects: KubernetesObjectApi;
}
