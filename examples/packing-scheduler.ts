/**
 * A scheduler of one's own behind the seam: it fills one node before it begins the next, so that the others can be switched off.
 * Run it: node examples/packing-scheduler.ts
 */
import {
  type NodeInfo,
  type PodInfo,
  type Rejection,
  type SchedulerBackend,
  type SchedulerHandle,
  type SchedulerPlugin,
  startPortico,
} from '../server/cmd/library.ts';

/** Rejections are shared: one object for all pods and nodes. */
const full: Rejection = { reasons: ['node(s) are full'], isFinal: false };
const closed: Rejection = { reasons: ['node(s) take no new pods'], isFinal: true };

/** Filter: is the node open, and does the pod fit? Amounts are integers, labels and taints plain data. */
const open: SchedulerPlugin = {
  name: 'Open',
  wakesOn: ['node added', 'node taints changed'],
  filter(pod, node) {
    const isTolerated = node.taints.every(
      ({ key, effect }) =>
        effect === 'PreferNoSchedule' ||
        pod.tolerations.some((toleration) => toleration.key === '' || toleration.key === key),
    );
    return node.isUnschedulable || !isTolerated ? closed : undefined;
  },
};

const fits: SchedulerPlugin = {
  name: 'Fits',
  wakesOn: ['pod deleted', 'node added', 'node allocatable changed'],
  filter: (pod, node) => (freeAfter(pod, node) < 0 ? full : undefined),
};

/** Score: 0 to 100, the fullest node first. A weight makes it count more than others. */
const packed: SchedulerPlugin = {
  name: 'Packed',
  weight: 10,
  score: (pod, node) => Math.round(100 * (1 - freeAfter(pod, node))),
};

/** The smallest share that is left on the node with the pod; below 0: it does not fit. Pods that ask for nothing count as small ones. */
function freeAfter(pod: PodInfo, node: NodeInfo): number {
  const { allocatable, pods, maxPods } = node;
  return Math.min(
    1 - (node.usualCpu + pod.usualCpu) / allocatable.cpu,
    1 - (node.usualMemory + pod.usualMemory) / allocatable.memory,
    1 - (pods.length + 1) / maxPods,
  );
}

/** Bind: here one could first wait for a machine to start, or ask somebody. */
function binder(handle: SchedulerHandle): SchedulerPlugin {
  return { name: 'Binder', bind: (pod, node) => handle.bind(pod, node) };
}

/** Under the usual name, so that every pod is its own; pods can choose others by spec.schedulerName. */
export const packingScheduler: SchedulerBackend = {
  name: 'packing',
  profiles: (handle) => [{ schedulerName: 'default-scheduler', plugins: [open, fits, packed, binder(handle)] }],
};

if (import.meta.main) {
  const portico = await startPortico({
    dataDirectory: 'packing-example',
    nodes: 3,
    controllers: '*',
    scheduler: true,
    schedulerBackend: packingScheduler,
  });
  console.log(`A cluster whose pods stay close together: export KUBECONFIG=${portico.kubeConfigPath ?? ''}`);
  console.log('Try: kubectl create deployment web --image=nginx --replicas=5 && kubectl get pods -o wide');
  process.once('SIGINT', () => void portico.stop());
}
