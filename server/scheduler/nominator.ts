/** Pods for which room is being made, by the node where. */
import type { PodInfo } from '../../backends/scheduler/interface.ts';

const nobody: readonly PodInfo[] = [];

export class Nominator {
  readonly #byNode = new Map<string, Map<string, PodInfo>>();
  readonly #nodes = new Map<string, string>();

  at(node: string): readonly PodInfo[] {
    const pods = this.#byNode.get(node);
    return pods === undefined ? nobody : [...pods.values()];
  }

  set(pod: PodInfo, node: string): void {
    this.delete(pod.uid);
    if (node === '') return;
    const pods = this.#byNode.get(node) ?? new Map<string, PodInfo>();
    this.#byNode.set(node, pods.set(pod.uid, pod));
    this.#nodes.set(pod.uid, node);
  }

  delete(uid: string): void {
    const node = this.#nodes.get(uid);
    if (node === undefined) return;
    this.#nodes.delete(uid);
    const pods = this.#byNode.get(node);
    pods?.delete(uid);
    if (pods?.size === 0) this.#byNode.delete(node);
  }
}
