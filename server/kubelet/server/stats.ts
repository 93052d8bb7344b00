/** What the containers of a kubelet's nodes use: …/stats/summary as JSON, …/metrics/resource for Prometheus and metrics-server. */
import type { ContainerStats, Runtime } from '../../../backends/runtime/interface.ts';
import { formatTime } from '../../apimachinery/meta/time.ts';
import type { PodWorker } from '../pod-worker.ts';

interface MeasuredContainer {
  readonly name: string;
  readonly stats: ContainerStats;
  /** Milliseconds since the epoch. */
  readonly startedAt: number;
}

interface MeasuredPod {
  readonly worker: PodWorker;
  readonly containers: readonly MeasuredContainer[];
}

function measure(runtime: Runtime, workers: Iterable<PodWorker>): MeasuredPod[] {
  return [...workers].map((worker) => ({
    worker,
    containers: worker.records.flatMap(({ spec, status }) => {
      const stats = status?.state === 'running' ? runtime.stats(status.id) : undefined;
      return stats === undefined || status === undefined
        ? []
        : [{ name: spec.name, stats, startedAt: status.startedAt }];
    }),
  }));
}

function sumOf(pods: readonly MeasuredPod[]): ContainerStats {
  const all = pods.flatMap(({ containers }) => containers.map(({ stats }) => stats));
  const sum = (read: (stats: ContainerStats) => number) => all.reduce((total, stats) => total + read(stats), 0);
  return {
    cpuNanoCores: sum(({ cpuNanoCores }) => cpuNanoCores),
    cpuNanoSeconds: sum(({ cpuNanoSeconds }) => cpuNanoSeconds),
    memoryBytes: sum(({ memoryBytes }) => memoryBytes),
  };
}

export interface StatsParts {
  readonly runtime: Runtime;
  readonly workers: Iterable<PodWorker>;
  readonly node: string;
  /** Milliseconds since the epoch. */
  readonly now: number;
}

/** Shape: upstream's stats/v1alpha1 Summary, as far as there is something to say. */
export function statsSummary({ runtime, workers, node, now }: StatsParts): object {
  const pods = measure(runtime, workers);
  const time = formatTime(now);
  const usage = ({ cpuNanoCores, cpuNanoSeconds, memoryBytes }: ContainerStats) => ({
    cpu: { time, usageNanoCores: cpuNanoCores, usageCoreNanoSeconds: cpuNanoSeconds },
    memory: { time, usageBytes: memoryBytes, workingSetBytes: memoryBytes, rssBytes: memoryBytes },
  });
  const started = (at: number) => ({ startTime: formatTime(at) });
  return {
    node: { nodeName: node, ...usage(sumOf(pods)) },
    pods: pods.map((pod) => {
      const { name = '', namespace = '', uid = '', creationTimestamp } = pod.worker.pod.metadata;
      return {
        podRef: { name, namespace, uid },
        startTime: pod.worker.pod.status?.startTime ?? creationTimestamp,
        containers: pod.containers.map((each) => ({
          name: each.name,
          ...started(each.startedAt),
          ...usage(each.stats),
        })),
        ...usage(sumOf([pod])),
      };
    }),
  };
}

/** Names: upstream's kubelet, pkg/kubelet/metrics/collectors/resource_metrics.go. */
export function resourceMetrics({ runtime, workers, now }: StatsParts): string {
  const pods = measure(runtime, workers);
  const lines: string[] = [];
  const family = (
    name: string,
    kind: string,
    help: string,
    samples: readonly (readonly [string, number, number?])[],
  ) => {
    if (samples.length === 0) return;
    lines.push(`# HELP ${name} [STABLE] ${help}`, `# TYPE ${name} ${kind}`);
    for (const [labels, value, time] of samples) {
      lines.push(`${name}${labels === '' ? '' : `{${labels}}`} ${value}${time === undefined ? '' : ` ${time}`}`);
    }
  };
  const podLabels = ({ worker }: MeasuredPod) => {
    const { name = '', namespace = '' } = worker.pod.metadata;
    return `namespace="${namespace}",pod="${name}"`;
  };
  const ofContainers = (read: (each: MeasuredContainer) => number, timed = true) =>
    pods.flatMap((pod) =>
      pod.containers.map(
        (each) => [`container="${each.name}",${podLabels(pod)}`, read(each), ...(timed ? [now] : [])] as const,
      ),
    ) as [string, number, number?][];
  const ofPods = (read: (stats: ContainerStats) => number) =>
    pods
      .filter(({ containers }) => containers.length > 0)
      .map((pod) => [podLabels(pod), read(sumOf([pod])), now] as const);
  const cpu = ({ cpuNanoSeconds }: ContainerStats) => cpuNanoSeconds / 1e9;
  const memory = ({ memoryBytes }: ContainerStats) => memoryBytes;
  const whole = sumOf(pods);
  family(
    'container_cpu_usage_seconds_total',
    'counter',
    'Cumulative cpu time consumed by the container in core-seconds',
    ofContainers(({ stats }) => cpu(stats)),
  );
  family(
    'container_memory_working_set_bytes',
    'gauge',
    'Current working set of the container in bytes',
    ofContainers(({ stats }) => memory(stats)),
  );
  family(
    'container_start_time_seconds',
    'gauge',
    'Start time of the container since unix epoch in seconds',
    ofContainers(({ startedAt }) => startedAt / 1000, false),
  );
  family('node_cpu_usage_seconds_total', 'counter', 'Cumulative cpu time consumed by the node in core-seconds', [
    ['', cpu(whole), now],
  ]);
  family('node_memory_working_set_bytes', 'gauge', 'Current working set of the node in bytes', [
    ['', memory(whole), now],
  ]);
  family(
    'pod_cpu_usage_seconds_total',
    'counter',
    'Cumulative cpu time consumed by the pod in core-seconds',
    ofPods(cpu),
  );
  family('pod_memory_working_set_bytes', 'gauge', 'Current working set of the pod in bytes', ofPods(memory));
  family('resource_scrape_error', 'gauge', '1 if there was an error while getting container metrics, 0 otherwise', [
    ['', 0],
  ]);
  return `${lines.join('\n')}\n`;
}
