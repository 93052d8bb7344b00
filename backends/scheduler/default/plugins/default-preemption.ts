/** DefaultPreemption: makes room on a node by taking away pods of lower priority, as few, as unimportant and as unprotected as can be. */
import type {
  DisruptionBudget,
  NodeInfo,
  Plugin,
  PodInfo,
  PostFilterContext,
  PostFilterResult,
  PreemptionCandidate,
  Rejection,
  SchedulerHandle,
} from '../../interface.ts';
import { noFitMessage } from '../../errors.ts';
import type { PluginArgs } from '../../profile-settings.ts';
import { unresolvable } from '../rejections.ts';

const noVictims = unresolvable('No preemption victims found for incoming pod');
const notHelpful = unresolvable('Preemption is not helpful for scheduling');

export function defaultPreemption(
  handle: SchedulerHandle,
  { args, random }: { readonly args: PluginArgs['DefaultPreemption']; readonly random: () => number },
): Plugin {
  return {
    name: 'DefaultPreemption',
    postFilter: (pod, context) => preempt(pod, { handle, context, args, random }),
  };
}

interface Parts {
  readonly handle: SchedulerHandle;
  readonly context: PostFilterContext;
  readonly args: PluginArgs['DefaultPreemption'];
  readonly random: () => number;
}

async function preempt(pod: PodInfo, { handle, context, args, random }: Parts): Promise<PostFilterResult> {
  const nothing = (message: string): PostFilterResult => ({
    nominatedNode: undefined,
    victims: [],
    message: `preemption: ${message}`,
  });
  const ineligible = whyIneligible(pod, handle, context);
  if (ineligible !== undefined) return nothing(ineligible);
  const { all } = handle.nodes;
  const hopeful = all.filter((node) => context.rejection(node)?.isFinal !== true);
  const wanted = Math.min(
    hopeful.length,
    Math.max(args.minCandidateNodesAbsolute, Math.floor((hopeful.length * args.minCandidateNodesPercentage) / 100)),
  );
  const budgets = new Map<string, readonly DisruptionBudget[]>();
  const budgetsOf = (namespace: string) => {
    let found = budgets.get(namespace);
    if (found === undefined) budgets.set(namespace, (found = handle.objects.budgets(namespace)));
    return found;
  };
  const candidates: PreemptionCandidate[] = [];
  const rejections = new Map<NodeInfo, Rejection>();
  const offset = Math.floor(random() * hopeful.length);
  for (let index = 0; index < hopeful.length && candidates.length < wanted; index++) {
    const node = hopeful[(offset + index) % hopeful.length];
    if (node === undefined) continue;
    const found = selectVictims(pod, node, { context, budgetsOf });
    if ('victims' in found) candidates.push(found);
    else rejections.set(node, found);
  }
  const { reviewCandidates } = context;
  const reviewed = reviewCandidates === undefined ? candidates : await reviewCandidates(candidates);
  const best = reviewed.reduce<PreemptionCandidate | undefined>(
    (chosen, candidate) => (chosen === undefined || isBetter(candidate, chosen) ? candidate : chosen),
    undefined,
  );
  if (best !== undefined) return { nominatedNode: best.node.name, victims: best.victims, message: '' };
  return nothing(
    noFitMessage(
      all.length,
      all.map((node) => rejections.get(node) ?? notHelpful),
    ),
  );
}

function whyIneligible(pod: PodInfo, handle: SchedulerHandle, context: PostFilterContext): string | undefined {
  if (!pod.mayPreempt) return 'not eligible due to preemptionPolicy=Never.';
  const nominated = pod.nominatedNodeName === '' ? undefined : handle.nodes.get(pod.nominatedNodeName);
  if (nominated === undefined || context.rejection(nominated)?.isFinal === true) return undefined;
  const isWaiting = nominated.pods.some(({ priority, isPreempted }) => isPreempted && priority < pod.priority);
  return isWaiting ? 'not eligible due to a terminating pod on the nominated node.' : undefined;
}

interface SelectParts {
  readonly context: PostFilterContext;
  readonly budgetsOf: (namespace: string) => readonly DisruptionBudget[];
}

/** All that are less important go; then, the most important first, those come back with whom the pod still fits. */
function selectVictims(
  pod: PodInfo,
  node: NodeInfo,
  { context, budgetsOf }: SelectParts,
): PreemptionCandidate | Rejection {
  const possible = node.pods.filter(({ priority }) => priority < pod.priority);
  if (possible.length === 0) return noVictims;
  const simulation = context.simulate(node);
  for (const victim of possible) simulation.remove(victim);
  const rejection = simulation.fits();
  if (rejection !== undefined) return rejection;
  const sorted = possible.toSorted(byImportance);
  const { violating, others } = splitByBudgets(sorted, budgetsOf);
  const victims: PodInfo[] = [];
  let violations = 0;
  const reprieve = (victim: PodInfo): boolean => {
    simulation.add(victim);
    if (simulation.fits() === undefined) return true;
    simulation.remove(victim);
    victims.push(victim);
    return false;
  };
  for (const victim of violating) if (!reprieve(victim)) violations++;
  for (const victim of others) reprieve(victim);
  return { node, victims: victims.toSorted(byImportance), violations };
}

/** Higher priority, then longer running. */
function byImportance(a: PodInfo, b: PodInfo): number {
  return b.priority - a.priority || a.startedAt - b.startedAt;
}

function splitByBudgets(
  pods: readonly PodInfo[],
  budgetsOf: SelectParts['budgetsOf'],
): { violating: PodInfo[]; others: PodInfo[] } {
  const left = new Map<DisruptionBudget, number>();
  const split = { violating: [] as PodInfo[], others: [] as PodInfo[] };
  for (const pod of pods) {
    let violates = false;
    for (const budget of budgetsOf(pod.namespace)) {
      if (!budget.selector.matches(pod.labels) || budget.disruptedPods.has(pod.name)) continue;
      const remaining = (left.get(budget) ?? budget.disruptionsAllowed) - 1;
      left.set(budget, remaining);
      if (remaining < 0) violates = true;
    }
    (violates ? split.violating : split.others).push(pod);
  }
  return split;
}

/** Offset that makes priorities of victims add up even if they are negative. */
const priorityOffset = 2 ** 31;

/** Fewer violated budgets; a lower highest priority; a lower sum; fewer; and those that have not run for as long. */
function isBetter(a: PreemptionCandidate, b: PreemptionCandidate): boolean {
  const criteria: ((candidate: PreemptionCandidate) => number)[] = [
    ({ violations }) => violations,
    ({ victims }) => victims[0]?.priority ?? Number.NEGATIVE_INFINITY,
    ({ victims }) => victims.reduce((sum, { priority }) => sum + priority + priorityOffset, 0),
    ({ victims }) => victims.length,
    ({ victims }) => -earliestOfMostImportant(victims),
  ];
  for (const criterion of criteria) {
    const difference = criterion(a) - criterion(b);
    if (difference !== 0 && !Number.isNaN(difference)) return difference < 0;
  }
  return false;
}

function earliestOfMostImportant(victims: readonly PodInfo[]): number {
  const top = victims[0]?.priority;
  return Math.min(...victims.filter(({ priority }) => priority === top).map(({ startedAt }) => startedAt));
}
