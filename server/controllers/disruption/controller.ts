/** PodDisruptionBudgets know at any time how many of their pods may be evicted. */
import { formatTime } from '../../apimachinery/meta/time.ts';
import { jsonEquals } from '../../apimachinery/json-equals.ts';
import { formatLabelSelector } from '../../apimachinery/labels/format.ts';
import { labelSelectorToSelector } from '../../apimachinery/labels/selector.ts';
import type { Pod, PodDisruptionBudget } from '../../client/api-types.ts';
import { isConflict, isNotFound } from '../../client/client.ts';
import { podDisruptionBudgets, pods, replicaSets } from '../../client/resource-types.ts';
import type { Controller, ControllerContext } from '../controller.ts';
import { isTerminal } from '../pods/phases.ts';
import { type Change, on, type Requeue, runReconciler } from '../reconciler.ts';
import { budgetStatus, deletionTimeout, failedStatus, needsScale } from './budget-status.ts';
import { OwnerScales } from './owner-scale.ts';

export const disruptionController: Controller = {
  name: 'disruption-controller',
  alias: 'disruption',
  account: 'disruption-controller',
  async run(context) {
    const { client, informers, clock, events } = context;
    const budgets = informers.of(podDisruptionBudgets);
    const allPods = informers.of(pods);
    const sets = informers.of(replicaSets);
    const scales = new OwnerScales({ client, replicaSets: sets.lister });
    const budgetsOf = ({ object, before }: Change<Pod>) =>
      budgets.lister
        .list(object.metadata.namespace)
        .filter((budget) => [object, before].some((pod) => pod !== undefined && selects(budget, pod)))
        .map(({ metadata }) => `${metadata.namespace}/${metadata.name}`);
    const budgetLoop = runReconciler({
      context,
      name: 'disruption',
      triggers: [on(budgets), on(allPods, budgetsOf), on(sets, () => undefined)],
      async reconcile(key) {
        const budget = budgets.lister.byKey(key);
        if (budget === undefined) return undefined;
        const say = (type: 'Normal' | 'Warning', reason: string, message: string) =>
          events.event({ ...budget, apiVersion: 'policy/v1', kind: 'PodDisruptionBudget' }, { type, reason, message });
        const selected = allPods.lister.list(budget.metadata.namespace).filter((pod) => selects(budget, pod));
        if (selected.length === 0) {
          say('Normal', 'NoPods', 'No matching pods found');
        }
        try {
          const expected = needsScale(budget) ? await scales.of(selected) : undefined;
          if (expected !== undefined && expected.unmanaged.length > 0)
            say('Warning', 'UnmanagedPods', unmanaged(budget));
          const now = clock.now();
          const result = budgetStatus({ budget, pods: selected, expectedScale: expected?.total, now });
          for (const pod of result.notDeleted) {
            const { namespace } = budget.metadata;
            // The namespace in the place of the name: upstream's words.
            const message = `Pod was expected by PDB ${namespace}/${namespace} to be deleted but it wasn't`;
            events.event({ ...pod, apiVersion: 'v1', kind: 'Pod' }, { type: 'Warning', reason: 'NotDeleted', message });
          }
          await writeStatus(context, budget, result.status);
          return result.recheckAfter === undefined ? undefined : { after: result.recheckAfter };
        } catch (error) {
          if (isConflict(error)) throw error;
          const message = error instanceof Error ? error.message : String(error);
          const problem = `Failed to calculate the number of expected pods: ${message}`;
          say('Warning', 'CalculateExpectedPodCountFailed', problem);
          // Rather too few than one too many.
          await writeStatus(context, budget, failedStatus(budget, message, clock.now()));
          throw error;
        }
      },
    });
    const conditionLoop = runReconciler({
      context,
      name: 'stale_pod_disruption',
      workers: 1,
      triggers: [
        on(allPods, ({ object }) =>
          staleAfter(object, clock.now()) === undefined
            ? undefined
            : [`${object.metadata.namespace}/${object.metadata.name}`],
        ),
      ],
      reconcile: (key) => resetCondition(context, allPods.lister.byKey(key)),
    });
    await Promise.all([budgetLoop, conditionLoop]);
  },
};

function unmanaged({ spec }: PodDisruptionBudget): string {
  return [
    `Pods selected by this PodDisruptionBudget (selector: ${formatLabelSelector(spec?.selector)}) were found`,
    'to be unmanaged. As a result, the status of the PDB cannot be calculated correctly, which may result in undefined behavior.',
    'To account for these pods please set ".spec.minAvailable" field of the PDB to an integer value.',
  ].join(' ');
}

function selects({ metadata, spec }: PodDisruptionBudget, pod: Pod): boolean {
  if (metadata.namespace !== pod.metadata.namespace) return false;
  return labelSelectorToSelector(spec?.selector).matches(pod.metadata.labels);
}

async function writeStatus(
  { client }: ControllerContext,
  budget: PodDisruptionBudget,
  status: NonNullable<PodDisruptionBudget['status']>,
): Promise<void> {
  if (jsonEquals(budget.status, status)) return;
  try {
    await client.of(podDisruptionBudgets).updateStatus({ ...budget, status });
  } catch (error) {
    if (!isNotFound(error)) throw error;
  }
}

/** Milliseconds until the promise of a disruption that never came is taken back; undefined: there is none. */
function staleAfter(pod: Pod, now: number): number | undefined {
  if (pod.metadata.deletionTimestamp !== undefined || isTerminal(pod)) return undefined;
  const condition = pod.status?.conditions?.find(({ type }) => type === 'DisruptionTarget');
  if (condition?.status !== 'True' || condition.reason === 'TerminationByKubelet') return undefined;
  return Math.max(0, Date.parse(condition.lastTransitionTime ?? '') + deletionTimeout - now);
}

async function resetCondition(
  { client, clock }: ControllerContext,
  pod: Pod | undefined,
): Promise<Requeue | undefined> {
  const left = pod === undefined ? undefined : staleAfter(pod, clock.now());
  if (pod === undefined || left === undefined) return undefined;
  if (left > 0) return { after: left };
  const { name = '', namespace, uid } = pod.metadata;
  const condition = { type: 'DisruptionTarget', status: 'False', lastTransitionTime: formatTime(clock.now()) };
  const patch = { metadata: { uid }, status: { conditions: [condition] } };
  await client.of(pods).patch(name, patch, { namespace, type: 'strategic', subresource: 'status' });
  return undefined;
}
