/**
 * What our scheduler decides about generated clusters, as text. recorded.txt holds it for the test; after a change that main.ts has compared with
 * another scheduler: node conformance/scheduling/record.ts > conformance/scheduling/recorded.txt
 */
import type { KubeObject } from '../../server/apimachinery/meta/object.ts';
import type { Pod } from '../../server/client/api-types.ts';
import { seededRandom } from '../seeded-random.ts';
import { generateCluster, priorities } from './generate-cluster.ts';
import { decideOffline } from './offline-scheduler.ts';

export const recordedSeeds = Array.from({ length: 16 }, (_, index) => index + 1);

/** A line a pod: where it goes, for which pods' ends, or why it does not. */
export async function recordOf(seed: number): Promise<string[]> {
  const cluster = generateCluster(seed);
  const random = seededRandom(seed);
  let objects: KubeObject[] = [...cluster.objects];
  const lines: string[] = [];
  for (const [index, generated] of cluster.pods.entries()) {
    const pod = admitted(generated, index);
    const { node, message, victims } = await decideOffline(pod, { objects, random });
    const name = keyOf(pod);
    lines.push(`${seed} ${name}: ${node === '' ? message : [node, ...victims].join(' -')}`);
    if (node === '') continue;
    objects = objects.filter((object) => object.kind !== 'Pod' || !victims.includes(keyOf(object)));
    const startTime = new Date(1.7e12 + ((index * 37) % 97) * 60_000).toISOString();
    objects.push({
      ...(pod as unknown as KubeObject),
      spec: { ...(pod.spec as object), nodeName: node },
      status: { phase: 'Running', startTime },
    });
  }
  return lines;
}

const keyOf = ({ metadata }: Pick<KubeObject, 'metadata'>): string => `${metadata.namespace}/${metadata.name}`;

/** As admission leaves it. */
function admitted({ metadata, spec, ...pod }: Pod, index: number): Pod {
  const { containers = [], ...others } = spec ?? {};
  const { value: priority = 0, preemptionPolicy } = priorities[spec?.priorityClassName ?? ''] ?? {};
  // Limits of extended resources are requests too.
  const defaulted = containers.map(({ resources, ...container }) => ({
    ...container,
    resources: { ...resources, requests: { ...resources?.limits, ...resources?.requests } },
  }));
  return {
    ...pod,
    metadata: { ...metadata, uid: `pod-${index}` },
    spec: {
      ...others,
      containers: defaulted,
      priority,
      ...(preemptionPolicy === undefined ? {} : { preemptionPolicy }),
    },
  };
}

if (import.meta.main) for (const seed of recordedSeeds) console.log((await recordOf(seed)).join('\n'));
