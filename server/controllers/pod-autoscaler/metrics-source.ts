/** Figures of pods and of the world, as the metrics APIs tell them. */
import { parseQuantity } from '../../apimachinery/quantity/quantity.ts';
import { quantityToNumber } from '../../apimachinery/quantity/arithmetic.ts';
import { parseGoDurationMilliseconds } from '../../apimachinery/duration/go-duration.ts';
import type { Client } from '../../client/client.ts';
import type { Figure } from './usage.ts';

interface PodMetricsList {
  readonly items?: ReadonlyArray<{
    readonly metadata: { readonly name?: string };
    readonly timestamp?: string;
    readonly window?: string;
    readonly containers?: ReadonlyArray<{ readonly name: string; readonly usage?: Readonly<Record<string, string>> }>;
  }>;
}

interface MetricValueList {
  readonly items?: ReadonlyArray<{
    readonly describedObject?: { readonly name?: string };
    readonly timestamp?: string;
    readonly windowSeconds?: number;
    readonly value?: string;
  }>;
}

const window = 60_000;

export class MetricsSource {
  readonly #client: Client;

  constructor(client: Client) {
    this.#client = client;
  }

  /** Usage by pod: of all its containers, or of the one named. @throws StatusError */
  async resource(
    resource: string,
    {
      namespace,
      labelSelector,
      container,
    }: { readonly namespace: string; readonly labelSelector: string; readonly container: string | undefined },
  ): Promise<Map<string, Figure>> {
    const path = `/apis/metrics.k8s.io/v1beta1/namespaces/${namespace}/pods`;
    const list = await this.#client.request<PodMetricsList>({ path, query: { labelSelector } });
    const figures = new Map<string, Figure>();
    for (const { metadata, timestamp = '', window: span, containers = [] } of list.items ?? []) {
      const counted = container === undefined ? containers : containers.filter(({ name }) => name === container);
      // A pod of which one container is silent has no figure.
      if (counted.length === 0 || counted.some(({ usage }) => usage?.[resource] === undefined)) continue;
      const value = counted.reduce((sum, { usage }) => sum + milliOf(usage?.[resource]), 0);
      figures.set(metadata.name ?? '', {
        value,
        at: Date.parse(timestamp),
        window: span === undefined ? window : parseGoDurationMilliseconds(span),
      });
    }
    return figures;
  }

  /** A figure of each pod that somebody else measures. @throws StatusError */
  async pods(
    metric: string,
    {
      namespace,
      labelSelector,
      metricSelector,
    }: { readonly namespace: string; readonly labelSelector: string; readonly metricSelector: string },
  ): Promise<Map<string, Figure>> {
    const path = `/apis/custom.metrics.k8s.io/v1beta2/namespaces/${namespace}/pods/*/${encodeURIComponent(metric)}`;
    const list = await this.#client.request<MetricValueList>({
      path,
      query: { labelSelector, metricLabelSelector: metricSelector },
    });
    const figures = (list.items ?? []).map(({ describedObject, timestamp = '', windowSeconds, value }) => {
      const span = windowSeconds === undefined ? window : windowSeconds * 1000;
      return [describedObject?.name ?? '', { value: milliOf(value), at: Date.parse(timestamp), window: span }] as const;
    });
    return new Map(figures);
  }

  /** A figure of one object: `resource` is its plural name, with the group after a dot. @throws StatusError */
  async object(
    metric: string,
    {
      namespace,
      resource,
      name,
      metricSelector,
    }: {
      readonly namespace: string;
      readonly resource: string;
      readonly name: string;
      readonly metricSelector: string;
    },
  ): Promise<number> {
    const path = `/apis/custom.metrics.k8s.io/v1beta2/namespaces/${namespace}/${resource}/${name}/${encodeURIComponent(metric)}`;
    const list = await this.#client.request<MetricValueList>({ path, query: { metricLabelSelector: metricSelector } });
    return milliOf(list.items?.[0]?.value);
  }

  /** The sum of a figure from outside of the cluster. @throws StatusError */
  async external(
    metric: string,
    { namespace, metricSelector }: { readonly namespace: string; readonly metricSelector: string },
  ): Promise<number> {
    const path = `/apis/external.metrics.k8s.io/v1beta1/namespaces/${namespace}/${encodeURIComponent(metric)}`;
    const list = await this.#client.request<MetricValueList>({ path, query: { labelSelector: metricSelector } });
    return (list.items ?? []).reduce((sum, { value }) => sum + milliOf(value), 0);
  }
}

/** In thousandths, whole: quotients of the figures must come out even where they are. */
export function milliOf(text = '0'): number {
  return Math.round(quantityToNumber(parseQuantity(text)) * 1000);
}
