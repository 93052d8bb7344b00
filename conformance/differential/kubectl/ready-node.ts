/** The node of a cluster that the cases of nodes.ts act on. */
import { CoreV1Api, KubeConfig } from '@kubernetes/client-node';

/** The name of the first one by name that is ready. */
export async function readyNode(kubeconfig: string): Promise<string> {
  const config = new KubeConfig();
  config.loadFromFile(kubeconfig);
  const { items } = await config.makeApiClient(CoreV1Api).listNode();
  const ready = items.filter(({ status }) =>
    status?.conditions?.some(({ type, status: value }) => type === 'Ready' && value === 'True'),
  );
  const [name] = ready.map(({ metadata }) => metadata?.name ?? '').toSorted();
  if (name === undefined) throw new Error(`no node is ready in the cluster of ${kubeconfig}`);
  return name;
}
