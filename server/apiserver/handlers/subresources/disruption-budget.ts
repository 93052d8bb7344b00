/** What an eviction takes from a PodDisruptionBudget: one disruption less allowed, and the pod on the list of those that go. */
import { failure, newForbidden, type StatusError } from '../../../apimachinery/errors/status-error.ts';
import { asNumber, asObject, asObjects, asText } from '../../../apimachinery/json-access.ts';
import type { JsonObject } from '../../../apimachinery/json.ts';
import { labelSelectorToSelector } from '../../../apimachinery/labels/selector.ts';
import type { KubeObject } from '../../../apimachinery/meta/object.ts';
import { formatTime } from '../../../apimachinery/meta/time.ts';
import { trackOwnWrite } from '../../field-manager/track-own-write.ts';
import type { WriteOptions } from '../../registry/generic/store-options.ts';
import type { HandlerEnvironment } from '../handler-environment.ts';
import { findSubresource } from '../status-half.ts';

/** More evictions than this that nobody has confirmed: the controller is not keeping up. */
const maxDisruptedPods = 2000;
const resource = { group: 'policy', resource: 'poddisruptionbudget' };

function scopeOf(environment: HandlerEnvironment) {
  return environment.scopeOf('policy', 'v1', 'poddisruptionbudgets');
}

/** The budgets that guard the pod, as this server's cache shows them. */
export function budgetsOf(pod: KubeObject, namespace: string, environment: HandlerEnvironment): KubeObject[] {
  const scope = scopeOf(environment);
  if (scope === undefined || scope.cache.size === 0) return [];
  const listed = scope.cache.list({ namespace });
  if (listed instanceof Promise) throw new TypeError('the present state comes at once');
  const labels = pod.metadata.labels ?? {};
  return listed.items
    .map((cached) => scope.store.parse(cached))
    .filter((budget) => labelSelectorToSelector(asObject(budget.spec).selector).matches(labels));
}

export interface BudgetUse {
  readonly environment: HandlerEnvironment;
  readonly namespace: string;
  readonly options: { readonly dryRun: boolean };
  readonly write: WriteOptions;
}

/** Several evictions at once take turns: each sees what the others have left. @throws StatusError 403, 429 */
export async function takeFromBudget(pod: KubeObject, budget: KubeObject, use: BudgetUse): Promise<void> {
  const { environment, write } = use;
  const scope = scopeOf(environment);
  if (scope === undefined) return;
  const podName = pod.metadata.name ?? '';
  const now = formatTime(environment.clock.now());
  if (use.options.dryRun) {
    checkBudget(budget);
    return;
  }
  await scope.store.update(
    budget.metadata.name ?? '',
    (old) => {
      if (old === undefined) throw new TypeError('an eviction never creates a budget');
      checkBudget(old);
      const next = oneLess(old, podName, now);
      trackOwnWrite({ scope, subresource: 'status', environment }, next, old);
      return next;
    },
    { ...write, strategy: findSubresource(scope.definition, 'status')?.strategy, allowCreate: false, isPatch: true },
  );
}

function oneLess(budget: KubeObject, podName: string, now: string): KubeObject {
  const status: JsonObject = { ...asObject(budget.status) };
  const left = asNumber(status.disruptionsAllowed) - 1;
  status.disruptionsAllowed = left;
  status.disruptedPods = { ...asObject(status.disruptedPods), [podName]: now };
  if (left === 0) status.conditions = withoutAllowance(status, now);
  return { ...budget, metadata: { ...budget.metadata }, status };
}

function withoutAllowance(status: JsonObject, now: string): JsonObject[] {
  const conditions = [...asObjects(status.conditions)];
  const index = conditions.findIndex(({ type }) => type === 'DisruptionAllowed');
  const present = conditions[index];
  const refused: JsonObject = {
    type: 'DisruptionAllowed',
    status: 'False',
    observedGeneration: asNumber(status.observedGeneration),
    lastTransitionTime: present?.status === 'False' ? (present.lastTransitionTime ?? now) : now,
    reason: 'InsufficientPods',
    message: '',
  };
  if (present === undefined) conditions.push(refused);
  else conditions[index] = refused;
  return conditions;
}

function checkBudget(budget: KubeObject): void {
  const status = asObject(budget.status);
  const name = budget.metadata.name ?? '';
  if (asNumber(status.observedGeneration) < (budget.metadata.generation ?? 0)) throw overrun(name);
  const allowed = asNumber(status.disruptionsAllowed);
  if (allowed < 0) throw newForbidden(resource, name, 'pdb disruptions allowed is negative');
  if (Object.keys(asObject(status.disruptedPods)).length > maxDisruptedPods) {
    const detail = 'DisruptedPods map too big - too many evictions not confirmed by PDB controller';
    throw newForbidden(resource, name, detail);
  }
  if (allowed === 0) throw tooMany(reasonOf(name, status));
}

function reasonOf(name: string, status: JsonObject): string {
  const condition = asObjects(status.conditions).find(({ type }) => type === 'DisruptionAllowed');
  const message = condition?.status === 'False' ? asText(condition.message) : '';
  const refuses = `The disruption budget ${name} does not allow evicting pods currently`;
  // Counts are not to be trusted then.
  if (message !== '' && condition?.reason === 'SyncFailed') return `${refuses} because it failed sync: ${message}`;
  const [current, desired] = [asNumber(status.currentHealthy), asNumber(status.desiredHealthy)];
  if (current <= desired) {
    return `The disruption budget ${name} needs ${desired} healthy pods and has ${current} currently`;
  }
  return message === '' ? refuses : `${refuses} (${asText(condition?.reason)}): ${message}`;
}

/** The budget's numbers are not up to date: soon they will be. */
export function overrun(name: string): StatusError {
  return tooMany(`The disruption budget ${name} is still being processed by the server.`, 10);
}

function tooMany(cause: string, retryAfterSeconds?: number): StatusError {
  return failure({
    code: 429,
    reason: 'TooManyRequests',
    message: "Cannot evict pod as it would violate the pod's disruption budget.",
    details: {
      causes: [{ reason: 'DisruptionBudget', message: cause }],
      ...(retryAfterSeconds === undefined ? {} : { retryAfterSeconds }),
    },
  });
}
