/** Writes what a quota counts, if it is still as it was read. */
import type { Clock } from '../../../apimachinery/clock/clock.ts';
import type { Random } from '../../../apimachinery/clock/random.ts';
import { asObject } from '../../../apimachinery/json-access.ts';
import type { KubeObject } from '../../../apimachinery/meta/object.ts';
import { systemMasters } from '../../../apimachinery/request/user-info.ts';
import { amountsToJson } from '../../../apis/core/quota/amounts.ts';
import { trackOwnWrite } from '../../field-manager/track-own-write.ts';
import type { ResourceScope } from '../../registry/resource-scope.ts';
import type { QuotaState } from './check-request.ts';

export interface QuotaWriterParts {
  readonly scopeOf: (group: string, version: string, resource: string) => ResourceScope | undefined;
  readonly clock: Clock;
  readonly random: Random;
}

/** The written state is in this server's cache when the promise resolves. @throws StatusError Conflict, NotFound */
export function newQuotaWriter({ scopeOf, clock, random }: QuotaWriterParts): (state: QuotaState) => Promise<void> {
  const user = { name: 'system:apiserver', uid: '', groups: [systemMasters], extra: {} };
  return async ({ quota, used }) => {
    const scope = scopeOf('', 'v1', 'resourcequotas');
    if (scope === undefined) return;
    const { name = '', namespace = '' } = quota.metadata;
    const strategy = scope.definition.subresources?.find((subresource) => subresource.name === 'status')?.strategy;
    await scope.store.update(
      name,
      (old) => {
        // With its resourceVersion: whoever was faster has the word.
        const next: KubeObject = {
          ...quota,
          metadata: { ...quota.metadata },
          status: { ...asObject(quota.status), used: amountsToJson(used) },
        };
        trackOwnWrite({ scope, subresource: 'status', environment: { scopeOf, clock } }, next, old);
        return next;
      },
      {
        context: { clock, random, user, namespace, dryRun: false },
        namespace,
        warn: () => undefined,
        strategy,
        allowCreate: false,
        isPatch: true,
      },
    );
  };
}
