/** The cluster as the scheduler sees it: nodes with their pods, those included that are only on their way to them. */
import type { NodeInfo, NodesView, PodInfo } from '../../backends/scheduler/interface.ts';
import type { Node } from '../client/api-types.ts';
import { nodeInfo, withoutPod, withPod } from './compile/node-info.ts';

interface Placed {
  readonly pod: PodInfo;
  readonly node: string;
  /** The API has not said so yet. */
  readonly isAssumed: boolean;
}

export class SchedulerCache implements NodesView {
  /** In a steady order; what a cycle sees does not change while it runs, since cycles do not wait for anything. */
  readonly all: NodeInfo[] = [];
  readonly #places = new Map<string, number>();
  readonly #pods = new Map<string, Placed>();
  /** Pods of nodes that are not known (yet, or any more). */
  readonly #homeless = new Map<string, Map<string, PodInfo>>();
  readonly #imageCounts = new Map<string, number>();
  readonly #affinityNodes = new Map<string, number>();
  readonly #antiAffinityNodes = new Map<string, number>();
  /** Pods of nodes by the claims that they use. */
  readonly #claimUsers = new Map<string, number>();

  get(name: string): NodeInfo | undefined {
    const place = this.#places.get(name);
    return place === undefined ? undefined : this.all[place];
  }

  get withAffinityPods(): Iterable<NodeInfo> {
    return this.#named(this.#affinityNodes);
  }

  get withRequiredAntiAffinityPods(): Iterable<NodeInfo> {
    return this.#named(this.#antiAffinityNodes);
  }

  nodesWithImage(image: string): number {
    return this.#imageCounts.get(image) ?? 0;
  }

  get sizes(): { readonly nodes: number; readonly pods: number; readonly assumedPods: number } {
    const assumedPods = [...this.#pods.values()].filter(({ isAssumed }) => isAssumed).length;
    return { nodes: this.all.length, pods: this.#pods.size, assumedPods };
  }

  podsUsingClaim(namespace: string, name: string): number {
    return this.#claimUsers.get(`${namespace}/${name}`) ?? 0;
  }

  setNode(node: Node): void {
    const { name = '' } = node.metadata;
    const before = this.get(name);
    let info = nodeInfo(node, before);
    for (const pod of this.#homeless.get(name)?.values() ?? []) info = withPod(info, pod);
    this.#homeless.delete(name);
    this.#countImages(before, -1);
    this.#countImages(info, 1);
    const place = this.#places.get(name);
    if (place !== undefined) this.all[place] = info;
    else this.#places.set(name, this.all.push(info) - 1);
  }

  removeNode(name: string): void {
    const place = this.#places.get(name);
    const info = this.get(name);
    if (place === undefined || info === undefined) return;
    this.#countImages(info, -1);
    if (info.pods.length > 0) this.#homeless.set(name, new Map(info.pods.map((pod) => [pod.uid, pod])));
    this.#places.delete(name);
    const last = this.all.pop();
    if (last === undefined || last === info) return;
    // The last one takes its place, so that nobody else has to move.
    this.all[place] = last;
    this.#places.set(last.name, place);
  }

  /** It will be there: the binding is on its way. */
  assume(pod: PodInfo, node: string): void {
    this.#place({ pod, node, isAssumed: true });
  }

  /** The binding has failed. */
  forget(uid: string): void {
    if (this.#pods.get(uid)?.isAssumed === true) this.removePod(uid);
  }

  isAssumed(uid: string): boolean {
    return this.#pods.get(uid)?.isAssumed === true;
  }

  /** As the API has it. */
  setPod(pod: PodInfo): void {
    this.#place({ pod, node: pod.nodeName, isAssumed: false });
  }

  removePod(uid: string): void {
    const placed = this.#pods.get(uid);
    if (placed === undefined) return;
    this.#pods.delete(uid);
    const { pod, node } = placed;
    this.#count(pod, node, -1);
    const place = this.#places.get(node);
    const info = this.get(node);
    if (place !== undefined && info !== undefined) this.all[place] = withoutPod(info, pod);
    const homeless = this.#homeless.get(node);
    homeless?.delete(uid);
    if (homeless?.size === 0) this.#homeless.delete(node);
  }

  #place(placed: Placed): void {
    const { pod, node } = placed;
    this.removePod(pod.uid);
    this.#pods.set(pod.uid, placed);
    this.#count(pod, node, 1);
    const place = this.#places.get(node);
    const info = this.get(node);
    if (place !== undefined && info !== undefined) {
      this.all[place] = withPod(info, pod);
      return;
    }
    const homeless = this.#homeless.get(node) ?? new Map<string, PodInfo>();
    this.#homeless.set(node, homeless.set(pod.uid, pod));
  }

  #count({ affinity, antiAffinity, namespace, volumes }: PodInfo, node: string, by: 1 | -1): void {
    for (const volume of volumes) {
      if (volume.type === 'claim') addTo(this.#claimUsers, `${namespace}/${volume.claim}`, by);
    }
    const terms =
      affinity.required.length +
      affinity.preferred.length +
      antiAffinity.required.length +
      antiAffinity.preferred.length;
    if (terms > 0) addTo(this.#affinityNodes, node, by);
    if (antiAffinity.required.length > 0) addTo(this.#antiAffinityNodes, node, by);
  }

  #countImages(node: NodeInfo | undefined, by: 1 | -1): void {
    for (const image of node?.images.keys() ?? []) addTo(this.#imageCounts, image, by);
  }

  *#named(counts: ReadonlyMap<string, number>): Iterable<NodeInfo> {
    for (const name of counts.keys()) {
      const node = this.get(name);
      if (node !== undefined) yield node;
    }
  }
}

function addTo(counts: Map<string, number>, key: string, by: number): void {
  const count = (counts.get(key) ?? 0) + by;
  if (count > 0) counts.set(key, count);
  else counts.delete(key);
}
