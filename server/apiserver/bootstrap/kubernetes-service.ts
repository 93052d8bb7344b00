/** The service "kubernetes" in namespace default: the API servers, at the first address of the range. */
import { type OwnObjectsOptions, OwnObjects } from './own-objects.ts';

export interface KubernetesServiceOptions extends OwnObjectsOptions {
  readonly serviceAddress: string;
  readonly port: number;
}

export async function createKubernetesService(options: KubernetesServiceOptions): Promise<void> {
  const { serviceAddress, port } = options;
  await OwnObjects.of(['', 'v1', 'services'], options)?.createMissing({
    metadata: { name: 'kubernetes', namespace: 'default', labels: { component: 'apiserver', provider: 'kubernetes' } },
    spec: {
      type: 'ClusterIP',
      clusterIP: serviceAddress,
      ipFamilyPolicy: 'SingleStack',
      sessionAffinity: 'None',
      ports: [{ name: 'https', port: 443, protocol: 'TCP', targetPort: port }],
    },
  });
}
