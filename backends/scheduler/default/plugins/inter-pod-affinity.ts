/** InterPodAffinity: pods that want to be, or must not be, where other pods are; in both directions. */
import type { AffinityTerm, NodeInfo, Plugin, PodInfo, SchedulerHandle } from '../../interface.ts';
import type { PluginArgs } from '../../profile-settings.ts';
import { MAX_NODE_SCORE } from '../normalize-scores.ts';
import { unresolvable, unschedulable } from '../rejections.ts';
import { TopologyCounts } from './topology-counts.ts';

const notWithFriends = unresolvable("node(s) didn't match pod affinity rules");
const withEnemies = unschedulable("node(s) didn't match pod anti-affinity rules");
const unwelcome = unschedulable("node(s) didn't satisfy existing pods anti-affinity rules");

interface FilterState {
  readonly friends: TopologyCounts;
  readonly enemies: TopologyCounts;
  /** Topologies that pods which are there do not want to share with this one. */
  readonly refused: TopologyCounts;
}

export function interPodAffinity(
  handle: SchedulerHandle,
  { hardPodAffinityWeight, ignorePreferredTermsOfExistingPods }: PluginArgs['InterPodAffinity'],
): Plugin<FilterState, TopologyCounts> {
  const labelsOf = (namespace: string) => handle.namespaceLabels(namespace);
  const matches = (term: AffinityTerm, pod: PodInfo) => term.matches(pod, labelsOf);
  const matchesAll = (terms: readonly AffinityTerm[], pod: PodInfo) =>
    terms.length > 0 && terms.every((term) => matches(term, pod));

  /** Counts one pod that is on the node, for the pod that is to be scheduled. */
  const count = (into: FilterState, pod: PodInfo, there: PodInfo, node: NodeInfo, by: 1 | -1): void => {
    for (const term of there.antiAffinity.required)
      if (matches(term, pod)) into.refused.add(node, term.topologyKey, by);
    if (matchesAll(pod.affinity.required, there)) {
      for (const term of pod.affinity.required) into.friends.add(node, term.topologyKey, by);
    }
    for (const term of pod.antiAffinity.required)
      if (matches(term, there)) into.enemies.add(node, term.topologyKey, by);
  };

  return {
    name: 'InterPodAffinity',
    weight: 2,
    wakesOn: [
      'pod added',
      'pod deleted',
      'pod labels changed',
      'node added',
      'node labels changed',
      'namespace changed',
    ],
    preFilter(pod) {
      const state: FilterState = {
        friends: new TopologyCounts(),
        enemies: new TopologyCounts(),
        refused: new TopologyCounts(),
      };
      const isPicky = pod.affinity.required.length + pod.antiAffinity.required.length > 0;
      for (const node of isPicky ? handle.nodes.all : handle.nodes.withRequiredAntiAffinityPods) {
        for (const there of node.pods) count(state, pod, there, node, 1);
      }
      return isPicky || !state.refused.isEmpty ? { state } : 'skip';
    },
    withPod(pod, state, { pod: changed, node, by }) {
      const copy = { friends: state.friends.copy(), enemies: state.enemies.copy(), refused: state.refused.copy() };
      count(copy, pod, changed, node, by);
      return copy;
    },
    filter(pod, node, { friends, enemies, refused }) {
      const { required } = pod.affinity;
      if (required.some(({ topologyKey }) => node.labels[topologyKey] === undefined)) return notWithFriends;
      if (required.some(({ topologyKey }) => friends.at(node, topologyKey) <= 0)) {
        // The first of pods that want to be together: there is nobody to join yet.
        if (!friends.isEmpty || !matchesAll(required, pod)) return notWithFriends;
      }
      if (pod.antiAffinity.required.some(({ topologyKey }) => enemies.at(node, topologyKey) > 0)) return withEnemies;
      return refused.isAnyAt(node) ? unwelcome : undefined;
    },
    preScore(pod) {
      const wishes = pod.affinity.preferred.length + pod.antiAffinity.preferred.length > 0;
      if (ignorePreferredTermsOfExistingPods && !wishes) return 'skip';
      const scores = new TopologyCounts();
      const weigh = (term: AffinityTerm, weight: number, of: PodInfo, node: NodeInfo) => {
        if (matches(term, of)) scores.add(node, term.topologyKey, weight);
      };
      for (const node of wishes ? handle.nodes.all : handle.nodes.withAffinityPods) {
        for (const there of node.pods) {
          for (const { term, weight } of pod.affinity.preferred) weigh(term, weight, there, node);
          for (const { term, weight } of pod.antiAffinity.preferred) weigh(term, -weight, there, node);
          if (hardPodAffinityWeight > 0)
            for (const term of there.affinity.required) weigh(term, hardPodAffinityWeight, pod, node);
          for (const { term, weight } of there.affinity.preferred) weigh(term, weight, pod, node);
          for (const { term, weight } of there.antiAffinity.preferred) weigh(term, -weight, pod, node);
        }
      }
      return scores.isEmpty ? 'skip' : { state: scores };
    },
    score: (_pod, node, scores) => scores.sumAt(node),
    normalize(scores) {
      const [least, most] = [Math.min(...scores), Math.max(...scores)];
      for (const [index, score] of scores.entries()) {
        // In this order, as floating-point numbers go: a point may hang on it.
        scores[index] = most > least ? Math.trunc(MAX_NODE_SCORE * ((score - least) / (most - least))) : 0;
      }
    },
  };
}
