/** NodeMetrics and PodMetrics, as objects and as tables: metrics.k8s.io/v1beta1 as metrics-server writes it. Pure. */
import type { ObjectMeta } from '../apimachinery/meta/object.ts';
import { formatTime } from '../apimachinery/meta/time.ts';
import { quantityFrom } from '../apimachinery/quantity/arithmetic.ts';
import { formatQuantity } from '../apimachinery/quantity/quantity.ts';
import type { Measured, Usage } from './node-summary.ts';

export const group = 'metrics.k8s.io';
export const version = 'v1beta1';
const apiVersion = `${group}/${version}`;

/** Over which a kubelet measures. */
const window = '10s';

/** What a node or a pod uses. */
export interface Metrics extends Measured {
  readonly kind: 'NodeMetrics' | 'PodMetrics';
  readonly metadata: ObjectMeta;
  /** Of a pod. */
  readonly containers?: ReadonlyMap<string, Usage>;
}

interface Subject {
  readonly metadata: ObjectMeta;
}

export function nodeMetrics({ metadata }: Subject, measured: Measured): Metrics {
  return { kind: 'NodeMetrics', metadata, ...measured };
}

/** @param measured at least one container */
export function podMetrics({ metadata }: Subject, measured: ReadonlyMap<string, Measured>): Metrics {
  const all = [...measured.values()];
  const sum = (read: (usage: Usage) => number) => all.reduce((total, { usage }) => total + read(usage), 0);
  return {
    kind: 'PodMetrics',
    metadata,
    // All figures are at least as new as the oldest.
    at: Math.min(...all.map(({ at }) => at)),
    usage: {
      cpuNanoCores: sum(({ cpuNanoCores }) => cpuNanoCores),
      memoryBytes: sum(({ memoryBytes }) => memoryBytes),
    },
    containers: new Map([...measured].map(([name, { usage }]) => [name, usage])),
  };
}

export function metricsObject({ kind, metadata, at, usage, containers }: Metrics, now: number): object {
  const figures =
    containers === undefined
      ? { usage: quantitiesOf(usage) }
      : { containers: [...containers].map(([name, used]) => ({ name, usage: quantitiesOf(used) })) };
  return { kind, apiVersion, metadata: ownMetadata(metadata, now), timestamp: formatTime(at), window, ...figures };
}

export function metricsList(kind: Metrics['kind'], all: readonly Metrics[], now: number): object {
  return { kind: `${kind}List`, apiVersion, metadata: {}, items: all.map((each) => metricsObject(each, now)) };
}

/** As old as the answer: nothing of it is kept. */
function ownMetadata({ name, namespace, labels }: ObjectMeta, now: number): object {
  return { name, namespace, creationTimestamp: formatTime(now), labels };
}

function quantitiesOf({ cpuNanoCores, memoryBytes }: Usage): { readonly cpu: string; readonly memory: string } {
  return {
    cpu: formatQuantity(quantityFrom(BigInt(Math.round(cpuNanoCores)), 'DecimalSI', -9)),
    memory: formatQuantity(quantityFrom(BigInt(Math.round(memoryBytes)), 'BinarySI')),
  };
}

const column = (name: string, format: string, description: string) => ({
  name,
  type: 'string',
  format,
  description,
  priority: 0,
});
const columnDefinitions = [
  column('Name', 'name', 'Name of the resource'),
  column('cpu', 'quantity', 'Processor time that it uses'),
  column('memory', 'quantity', 'Memory that it uses'),
  column('Window', 'duration', 'Over which the figures were taken'),
];

export function metricsTable(all: readonly Metrics[], now: number): object {
  const rows = all.map(({ metadata, usage }) => {
    const { cpu, memory } = quantitiesOf(usage);
    const about = { kind: 'PartialObjectMetadata', apiVersion: 'meta.k8s.io/v1', metadata: ownMetadata(metadata, now) };
    return { cells: [metadata.name, cpu, memory, window], object: about };
  });
  return { kind: 'Table', apiVersion: 'meta.k8s.io/v1', metadata: {}, columnDefinitions, rows };
}
