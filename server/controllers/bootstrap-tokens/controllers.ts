/** Bootstrap tokens: gone when they end, and good to check what a joining node is told of the cluster. */
import { jsonEquals } from '../../apimachinery/json-equals.ts';
import { isNotFound } from '../../client/client.ts';
import { splitKey } from '../../client/lister.ts';
import { configMaps, secrets } from '../../client/resource-types.ts';
import type { Controller } from '../controller.ts';
import { on, runReconciler } from '../reconciler.ts';
import { signedData } from './signatures.ts';
import { signingToken, timeLeft, tokenSecrets } from './token-secret.ts';

export const tokenCleaner: Controller = {
  name: 'token-cleaner-controller',
  alias: 'tokencleaner',
  account: 'token-cleaner',
  offByDefault: true,
  async run(context) {
    const { client, clock, informers } = context;
    const all = informers.of(secrets, tokenSecrets);
    await runReconciler({
      context,
      name: 'token_cleaner',
      triggers: [on(all)],
      async reconcile(key) {
        const secret = all.lister.byKey(key);
        const left = secret === undefined ? undefined : timeLeft(secret, clock.now());
        if (secret === undefined || left === undefined) return undefined;
        if (left > 0) return { after: left };
        const { namespace, name } = splitKey(key);
        const { uid, resourceVersion } = secret.metadata;
        // Not one that has just been given more time.
        await client.of(secrets).delete(name, { namespace, preconditions: { uid, resourceVersion } }).catch(unlessGone);
        return undefined;
      },
    });
  },
};

export const bootstrapSigner: Controller = {
  name: 'bootstrap-signer-controller',
  alias: 'bootstrapsigner',
  account: 'bootstrap-signer',
  offByDefault: true,
  async run(context) {
    const { client, clock, informers } = context;
    const tokens = informers.of(secrets, tokenSecrets);
    const published = informers.of(configMaps, {
      namespace: 'kube-public',
      fieldSelector: 'metadata.name=cluster-info',
    });
    const only = 'kube-public/cluster-info';
    await runReconciler({
      context,
      name: 'bootstrap_signer_queue',
      workers: 1,
      triggers: [on(tokens, () => only), on(published)],
      async reconcile() {
        const info = published.lister.byKey(only);
        if (info === undefined) return undefined;
        const now = clock.now();
        const good = tokens.lister.list().flatMap((secret) => signingToken(secret, now) ?? []);
        const data = signedData(info.data ?? {}, good);
        if (!jsonEquals(data, info.data ?? {}))
          await client
            .of(configMaps)
            .update({ ...info, data })
            .catch(unlessGone);
        // A signature goes with its token's time.
        const ends = tokens.lister
          .list()
          .flatMap((secret) => timeLeft(secret, now) ?? [])
          .filter((left) => left > 0);
        return ends.length === 0 ? undefined : { after: Math.min(...ends) };
      },
    });
  },
};

function unlessGone(error: unknown): void {
  if (!isNotFound(error)) throw error;
}
