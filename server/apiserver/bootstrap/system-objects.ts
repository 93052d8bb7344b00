/** What exists in a cluster from its first moment: the system namespaces and priority classes. */
import type { KubeObject } from '../../apimachinery/meta/object.ts';
import { OwnObjects, type OwnObjectsOptions } from './own-objects.ts';

const systemNamespaces = ['kube-system', 'kube-public', 'kube-node-lease', 'default'];
const systemPriorityClasses = [
  { name: 'system-node-critical', value: 2_000_001_000, description: 'For pods that a node cannot do without.' },
  {
    name: 'system-cluster-critical',
    value: 2_000_000_000,
    description: 'For pods that the cluster needs, on any node.',
  },
];

export async function createSystemObjects(options: OwnObjectsOptions): Promise<void> {
  // Side by side, so that they share a commit.
  await Promise.all([
    ...systemNamespaces.map((name) => createMissing(options, ['', 'v1', 'namespaces'], { metadata: { name } })),
    ...systemPriorityClasses.map(({ name, ...rest }) =>
      createMissing(options, ['scheduling.k8s.io', 'v1', 'priorityclasses'], { metadata: { name }, ...rest }),
    ),
  ]);
}

/** Several servers may start on one store at once: whoever is first makes it. */
export async function createMissing(
  options: OwnObjectsOptions,
  path: [string, string, string],
  object: KubeObject,
): Promise<void> {
  await OwnObjects.of(path, options)?.createMissing(object);
}
