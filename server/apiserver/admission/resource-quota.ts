/**
 * ResourceQuota: what is created in a namespace is first counted in its quotas' status. Changes of one namespace take turns, and
 * those that wait are counted in one write; between servers the write's revision decides.
 */
import { StatusError } from '../../apimachinery/errors/status-error.ts';
import type { Clock } from '../../apimachinery/clock/clock.ts';
import type { KubeObject } from '../../apimachinery/meta/object.ts';
import { sameAmounts } from '../../apis/core/quota/amounts.ts';
import { quotaEvaluator } from '../../apis/core/quota/object-evaluators.ts';
import type { AdmissionAttributes, AdmissionPlugin } from './admission.ts';
import type { ObjectReader } from './object-reader.ts';
import { checkRequest, type QuotaState, quotaState } from './resource-quota/check-request.ts';

const resourceQuotas = { group: '', resource: 'resourcequotas' };
const uncounted = new Set(['events']);
/** So often a batch is counted anew after another server was faster. */
export const MAX_QUOTA_ATTEMPTS = 10;

export interface ResourceQuotaParts {
  readonly objects: ObjectReader;
  readonly clock: Clock;
  /** Writes status.used of a quota as it was read; @throws StatusError Conflict where it has changed since. */
  readonly writeUsed: (state: QuotaState) => Promise<void>;
  /** The caches show what the store holds. */
  readonly waitUntilConsistent: () => Promise<void> | undefined;
}

interface Waiter {
  readonly attributes: AdmissionAttributes;
  readonly admit: () => void;
  readonly refuse: (error: unknown) => void;
}

export function resourceQuota(parts: ResourceQuotaParts): AdmissionPlugin {
  const waiting = new Map<string, Waiter[]>();
  const serve = async (namespace: string): Promise<void> => {
    for (let batch = waiting.get(namespace); batch !== undefined && batch.length > 0; batch = waiting.get(namespace)) {
      waiting.set(namespace, []);
      await countBatch(parts, namespace, batch);
    }
    waiting.delete(namespace);
  };
  return {
    name: 'ResourceQuota',
    operations: ['CREATE', 'UPDATE'],
    validate(attributes) {
      const { namespace, scope, operation, subresource, object, old } = attributes;
      const { group, resource, namespaced, virtual } = scope.definition;
      if (!namespaced || object === undefined || virtual === true || uncounted.has(resource)) return undefined;
      if (!quotaEvaluator(group, resource).handles({ operation, subresource, object, old })) return undefined;
      if (parts.objects.list(resourceQuotas, namespace).length === 0) return undefined;
      return new Promise<void>((admit, refuse) => {
        const waiter = { attributes, admit, refuse };
        const present = waiting.get(namespace);
        if (present !== undefined) {
          present.push(waiter);
          return;
        }
        waiting.set(namespace, [waiter]);
        void serve(namespace);
      });
    },
  };
}

/** Settles every waiter, whatever happens. */
async function countBatch(parts: ResourceQuotaParts, namespace: string, batch: readonly Waiter[]): Promise<void> {
  try {
    let left = batch;
    let quotas: readonly KubeObject[] = parts.objects.list(resourceQuotas, namespace);
    for (let attempt = 1; left.length > 0 && quotas.length > 0; attempt++) {
      const counted = count(parts, quotas.map(quotaState), left);
      const failed = await writeAll(parts, counted.states);
      if (failed === undefined) break;
      if (attempt >= MAX_QUOTA_ATTEMPTS) throw failed.error;
      // Only the quotas that somebody else has changed meanwhile still have to be asked.
      await parts.waitUntilConsistent();
      const names = new Set(failed.quotas.map(({ metadata }) => metadata.name));
      quotas = parts.objects.list(resourceQuotas, namespace).filter(({ metadata }) => names.has(metadata.name));
      left = counted.admitted;
    }
    for (const { admit } of left) admit();
  } catch (error) {
    for (const { refuse } of batch) refuse(error);
  }
}

/** One after the other, each on what those before it have left; those that do not fit are refused at once. */
function count(
  { clock }: ResourceQuotaParts,
  before: readonly QuotaState[],
  batch: readonly Waiter[],
): { readonly states: readonly QuotaState[]; readonly admitted: readonly Waiter[] } {
  let states = before;
  const admitted: Waiter[] = [];
  for (const waiter of batch) {
    try {
      const after = checkRequest(states, waiter.attributes, clock.now());
      if (!waiter.attributes.dryRun) states = after;
      admitted.push(waiter);
    } catch (error) {
      waiter.refuse(error);
    }
  }
  return { states, admitted };
}

interface FailedWrites {
  readonly quotas: readonly KubeObject[];
  readonly error: unknown;
}

async function writeAll(
  { writeUsed }: ResourceQuotaParts,
  states: readonly QuotaState[],
): Promise<FailedWrites | undefined> {
  const quotas: KubeObject[] = [];
  let last: unknown;
  for (const state of states) {
    if (sameAmounts(state.used, quotaState(state.quota).used)) continue;
    try {
      await writeUsed(state);
    } catch (error) {
      const isRace = error instanceof StatusError && (error.status.code === 409 || error.status.code === 404);
      if (!isRace) throw error;
      quotas.push(state.quota);
      last = error;
    }
  }
  return quotas.length === 0 ? undefined : { quotas, error: last };
}
