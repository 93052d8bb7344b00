/** From what is asked for to its figures: the nodes or pods that the API server names, with what their kubelets say of them. */
import { newNotFound, type StatusError } from '../apimachinery/errors/status-error.ts';
import type { ObjectMeta } from '../apimachinery/meta/object.ts';
import type { Client } from '../client/client.ts';
import { isNotFound } from '../client/client.ts';
import { nodes, pods } from '../client/resource-types.ts';
import { group, type Metrics, nodeMetrics, podMetrics } from './metrics-objects.ts';
import type { NodeFigures } from './node-figures.ts';

export interface Selection {
  readonly namespace: string;
  readonly labelSelector: string | undefined;
  readonly fieldSelector: string | undefined;
}

export class MetricsCollector {
  readonly #client: Client;
  readonly #figures: NodeFigures;

  constructor(client: Client, figures: NodeFigures) {
    this.#client = client;
    this.#figures = figures;
  }

  /** Of those that have been measured. @throws StatusError */
  async nodes({ labelSelector, fieldSelector }: Selection): Promise<Metrics[]> {
    const { items } = await this.#client.of(nodes).list({ labelSelector, fieldSelector, resourceVersion: '0' });
    return this.#ofNodes(items);
  }

  /** @throws StatusError */
  async node(name: string): Promise<Metrics> {
    const notFound = newNotFound({ group, resource: 'nodemetrics' }, name);
    const node = await this.#client.of(nodes).get(name, { resourceVersion: '0' }).catch(otherwise(notFound));
    const [metrics] = await this.#ofNodes([node]);
    if (metrics === undefined) throw notFound;
    return metrics;
  }

  async #ofNodes(all: readonly { readonly metadata: ObjectMeta }[]): Promise<Metrics[]> {
    const known = await this.#figures.of(all.map(({ metadata }) => metadata.name ?? ''));
    return all.flatMap((node) => {
      const measured = known.get(node.metadata.name ?? '')?.node;
      return measured === undefined ? [] : [nodeMetrics(node, measured)];
    });
  }

  /** Of those that run and have been measured. @throws StatusError */
  async pods({ namespace, labelSelector, fieldSelector }: Selection): Promise<Metrics[]> {
    const running = [fieldSelector, 'status.phase=Running'].filter((each) => each !== undefined && each !== '').join();
    const { items } = await this.#client
      .of(pods)
      .list({ namespace, labelSelector, fieldSelector: running, resourceVersion: '0' });
    return this.#ofPods(items);
  }

  /** @throws StatusError */
  async pod(name: string, namespace: string): Promise<Metrics> {
    const notFound = newNotFound({ group, resource: 'podmetrics' }, `${namespace}/${name}`);
    const pod = await this.#client.of(pods).get(name, { namespace, resourceVersion: '0' }).catch(otherwise(notFound));
    const [metrics] = pod.status?.phase === 'Running' ? await this.#ofPods([pod]) : [];
    if (metrics === undefined) throw notFound;
    return metrics;
  }

  async #ofPods(
    all: readonly { readonly metadata: ObjectMeta; readonly spec?: { readonly nodeName?: string } }[],
  ): Promise<Metrics[]> {
    const known = await this.#figures.of(all.flatMap(({ spec }) => spec?.nodeName ?? []));
    return all.flatMap((pod) => {
      const measured = known.get(pod.spec?.nodeName ?? '')?.pods.get(pod.metadata.uid ?? '');
      return measured === undefined ? [] : [podMetrics(pod, measured)];
    });
  }
}

function otherwise(notFound: StatusError): (error: unknown) => never {
  return (error) => {
    throw isNotFound(error) ? notFound : error;
  };
}
