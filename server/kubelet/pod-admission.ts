/** Whether a pod may run on its node, and with which resources: decided when it comes, and again when its spec asks for others. */
import type { Pod } from '../client/api-types.ts';
import { nodes } from '../client/resource-types.ts';
import { admitPod, notItsNode, type Refusal } from './admit-pod.ts';
import { Allocation } from './allocation.ts';
import type { KubeletEnvironment } from './kubelet-environment.ts';
import type { PodEvent } from './pod-events.ts';

export class PodAdmission {
  readonly #environment: KubeletEnvironment;
  readonly #node: string;
  #allocation: Allocation;
  #isAdmitted = false;

  constructor(pod: Pod, { environment, node }: { readonly environment: KubeletEnvironment; readonly node: string }) {
    this.#environment = environment;
    this.#node = node;
    this.#allocation = new Allocation(pod);
  }

  get isAdmitted(): boolean {
    return this.#isAdmitted;
  }

  /** With the resources that it has: its spec may ask for others. */
  get pod(): Pod {
    return this.#allocation.pod;
  }

  /** Why it does not get those. */
  get deferral(): string | undefined {
    return this.#allocation.deferral;
  }

  /** At once, so that who is admitted counts before anyone else is judged; where labels of its node matter, when they are read. */
  judge(): Refusal | undefined | Promise<Refusal | undefined> {
    const refused = this.#judge({});
    return refused?.reason === notItsNode ? this.#judgeByLabels() : refused;
  }

  /** The API has changed it, or there may be room by now. Returns what is to be said about it. */
  take(pod: Pod): PodEvent | undefined {
    const { neighbours, allocatable } = this.#environment;
    if (this.#isAdmitted) return this.#allocation.take(pod, { neighbours, allocatable: allocatable(this.#node) });
    this.#allocation = new Allocation(pod);
    return undefined;
  }

  #judge(labels: Readonly<Record<string, string>>): Refusal | undefined {
    const { neighbours, allocatable } = this.#environment;
    const [name, pod] = [this.#node, this.pod];
    const node = { name, labels, allocatable: allocatable(name), neighbours: () => neighbours(pod) };
    const refused = admitPod(pod, node);
    this.#isAdmitted = refused === undefined;
    return refused;
  }

  async #judgeByLabels(): Promise<Refusal | undefined> {
    const { client, signal } = this.#environment;
    const { metadata } = await client.of(nodes).get(this.#node, { signal });
    return this.#judge(metadata.labels ?? {});
  }
}
