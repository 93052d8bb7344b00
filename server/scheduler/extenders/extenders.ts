/** All extenders of a scheduler: asked in turn about a pod's nodes, side by side about their worth. */
import type { PodInfo, PreemptionCandidate, Rejection } from '../../../backends/scheduler/interface.ts';
import type { Node, Pod } from '../../client/api-types.ts';
import type { Search } from '../find-node.ts';
import type { Extender, ExtenderFilterResult } from './extender.ts';

/** What pods wait for that extenders have rejected: anything. */
export const extenderName = 'Extender';
/** Extenders give 0 to 10 points where plugins give 0 to 100. */
const pointsOfExtenders = 10;

export interface ExtendersParts {
  readonly extenders: readonly Extender[];
  readonly node: (name: string) => Node | undefined;
  readonly pod: (info: PodInfo) => Pod | undefined;
  readonly onError: (error: unknown, what: string) => void;
}

export class Extenders {
  readonly #parts: ExtendersParts;

  constructor(parts: ExtendersParts) {
    this.#parts = parts;
  }

  isAsked(pod: PodInfo): boolean {
    return this.#interested(pod).some(({ settings }) => settings.filterVerb !== '' || settings.prioritizeVerb !== '');
  }

  /** Takes those nodes out of the search that one of them rejects. @throws Error of one that may not be left out */
  async filter(search: Search): Promise<void> {
    for (const extender of this.#interested(search.pod)) {
      if (extender.settings.filterVerb === '') continue;
      if (search.feasible.length === 0) return;
      const result = await this.#tried(extender, () => extender.filter(this.#pod(search.pod), this.#nodes(search)));
      if (result !== undefined) narrow(search, result);
    }
  }

  /** Points to add, by node; one that cannot be asked gives none. */
  async scores(search: Search): Promise<ReadonlyMap<string, number>> {
    const totals = new Map<string, number>();
    const asked = this.#interested(search.pod).filter(({ settings }) => settings.prioritizeVerb !== '');
    const [pod, nodes] = [this.#pod(search.pod), this.#nodes(search)];
    await Promise.all(
      asked.map(async (extender) => {
        try {
          for (const [name, points] of await extender.prioritize(pod, nodes)) {
            totals.set(name, (totals.get(name) ?? 0) + points * pointsOfExtenders);
          }
        } catch (error) {
          this.#parts.onError(error, `extender ${extender.settings.urlPrefix}`);
        }
      }),
    );
    return totals;
  }

  /** Undefined: none binds this pod. */
  binder(info: PodInfo): ((node: string) => Promise<boolean>) | undefined {
    const extender = this.#interested(info).find(({ settings }) => settings.bindVerb !== '');
    if (extender === undefined) return undefined;
    return async (node) =>
      (await this.#tried(extender, async () => {
        await extender.bind(this.#pod(info), node);
        return true;
      })) === true;
  }

  /** Candidates that all of them let stand. @throws Error of one that may not be left out */
  async reviewCandidates(
    info: PodInfo,
    candidates: readonly PreemptionCandidate[],
  ): Promise<readonly PreemptionCandidate[]> {
    let left = candidates;
    for (const extender of this.#interested(info)) {
      if (extender.settings.preemptVerb === '' || left.length === 0) continue;
      const victims = new Map(
        left.map(({ node, victims: pods, violations }) => [
          node.name,
          { pods: pods.flatMap((pod) => this.#parts.pod(pod) ?? []), violations },
        ]),
      );
      const kept = await this.#tried(extender, () => extender.preempt(this.#pod(info), victims));
      if (kept === undefined) continue;
      left = left.flatMap((candidate) => {
        const its = kept.get(candidate.node.name);
        if (its === undefined) return [];
        const chosen = candidate.node.pods.filter(({ uid }) => its.uids.includes(uid));
        return chosen.length === 0 ? [] : [{ node: candidate.node, victims: chosen, violations: its.violations }];
      });
    }
    return left;
  }

  #interested(info: PodInfo): readonly Extender[] {
    const pod = this.#parts.pod(info);
    return pod === undefined ? [] : this.#parts.extenders.filter((extender) => extender.isInterestedIn(pod));
  }

  #pod(info: PodInfo): Pod {
    const pod = this.#parts.pod(info);
    if (pod === undefined) throw new Error(`pod ${info.namespace}/${info.name} is gone`);
    return pod;
  }

  #nodes({ feasible }: Search): Node[] {
    return feasible.flatMap(({ name }) => this.#parts.node(name) ?? []);
  }

  async #tried<T>(extender: Extender, ask: () => Promise<T>): Promise<T | undefined> {
    try {
      return await ask();
    } catch (error) {
      if (!extender.settings.isIgnorable) throw error;
      this.#parts.onError(error, `extender ${extender.settings.urlPrefix}, which is left out`);
      return undefined;
    }
  }
}

function narrow(search: Search, { nodes, failed, unresolvable: hopeless }: ExtenderFilterResult): void {
  const kept = new Set(nodes);
  for (const node of search.feasible) {
    if (kept.has(node.name)) continue;
    const [final, other] = [hopeless.get(node.name), failed.get(node.name)];
    const reasons = [final ?? other].filter((reason) => reason !== undefined);
    const rejection: Rejection = { reasons, isFinal: final !== undefined };
    search.rejected.set(node, { rejection, plugin: extenderName });
  }
  search.feasible = search.feasible.filter(({ name }) => kept.has(name));
}
