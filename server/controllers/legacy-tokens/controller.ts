/** Tokens in Secrets that nobody has used for a year stop working, and go a year later. */
import { formatTime } from '../../apimachinery/meta/time.ts';
import { pause } from '../../client/backoff.ts';
import { isNotFound } from '../../client/client.ts';
import { configMaps, pods, secrets, serviceAccounts } from '../../client/resource-types.ts';
import type { Controller, ControllerContext } from '../controller.ts';
import { aborted } from '../reconciler.ts';
import { fateOf, invalidSinceLabel } from './outdated.ts';

const day = 24 * 3_600_000;
/** Milliseconds; upstream: --legacy-service-account-token-clean-up-period. */
const period = 365 * day;
const accountAnnotation = 'kubernetes.io/service-account.name';
const bySecret = 'legacy-tokens/secret';

export const legacyTokenCleaner: Controller = {
  name: 'legacy-serviceaccount-token-cleaner-controller',
  alias: 'legacy-service-account-token-cleaner',
  account: 'legacy-service-account-token-cleaner',
  async run(context) {
    const { client, clock, informers, signal, onError } = context;
    const accounts = informers.of(serviceAccounts);
    const tokens = informers.of(secrets, { fieldSelector: 'type=kubernetes.io/service-account-token' });
    const allPods = informers.of(pods);
    allPods.addIndexes({
      [bySecret]: ({ metadata, spec }) =>
        (spec?.volumes ?? []).flatMap(({ secret }) =>
          secret?.secretName === undefined ? [] : [`${metadata.namespace}/${secret.secretName}`],
        ),
    });
    await Promise.race([Promise.all([accounts.synced, tokens.synced, allPods.synced]), aborted(signal)]);
    while (!signal.aborted) {
      const since = await trackedSince(context).catch((error: unknown) => onError(error, 'legacy tokens'));
      for (const secret of since === undefined ? [] : tokens.lister.list()) {
        const { name = '', namespace, uid, resourceVersion, annotations } = secret.metadata;
        const fate = fateOf({
          secret,
          account: accounts.lister.get(annotations?.[accountAnnotation] ?? '', namespace),
          trackedSince: since ?? 0,
          isMounted: allPods.lister.byIndex(bySecret, `${namespace}/${name}`).length > 0,
          now: clock.now(),
          period,
        });
        const preconditions = { uid, resourceVersion };
        try {
          if (fate === 'delete') await client.of(secrets).delete(name, { namespace, preconditions });
          if (fate === 'invalidate') {
            const labels = { [invalidSinceLabel]: formatTime(clock.now()).slice(0, 10) };
            await client.of(secrets).patch(name, { metadata: { ...preconditions, labels } }, { namespace });
          }
        } catch (error) {
          if (!isNotFound(error)) onError(error, 'legacy tokens');
        }
      }
      await pause(clock, day, signal);
    }
  },
};

/** Undefined: nobody writes down which tokens are used. */
async function trackedSince({ client }: ControllerContext): Promise<number | undefined> {
  try {
    const name = 'kube-apiserver-legacy-service-account-token-tracking';
    const since = (await client.of(configMaps).get(name, { namespace: 'kube-system' })).data?.since;
    const at = Date.parse(since ?? '');
    return Number.isNaN(at) ? undefined : at;
  } catch (error) {
    if (isNotFound(error)) return undefined;
    throw error;
  }
}
