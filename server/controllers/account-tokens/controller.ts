/** Fills Secrets that are made for a token of a service account, and deletes them when the account is gone. */
import { isNotFound } from '../../client/client.ts';
import { keyOf, splitKey } from '../../client/lister.ts';
import { secrets, serviceAccounts } from '../../client/resource-types.ts';
import type { Controller } from '../controller.ts';
import { on, runReconciler } from '../reconciler.ts';
import { accountNameOf, claimsOf, completed, isForAccount, tokenSecretType } from './token-secret.ts';

const byAccount = 'account-tokens/account';

export const accountTokens: Controller = {
  name: 'serviceaccount-token-controller',
  alias: 'serviceaccount-token',
  component: 'tokens-controller',
  // Upstream gives it no account of its own.
  account: 'kube-controller-manager',
  async run(context) {
    const { client, informers, settings } = context;
    const { signAccountToken, rootCertificates } = settings;
    if (signAccountToken === undefined) return;
    const accounts = informers.of(serviceAccounts);
    const all = informers.of(secrets, { fieldSelector: `type=${tokenSecretType}` });
    const accountKeyOf = (namespace: string | undefined, name: string) => `${namespace}/${name}`;
    all.addIndexes({
      [byAccount]: (secret) => {
        const name = accountNameOf(secret);
        return name === undefined ? [] : [accountKeyOf(secret.metadata.namespace, name)];
      },
    });
    await runReconciler({
      context,
      name: 'serviceaccount_tokens_secret',
      triggers: [on(all), on(accounts, ({ object }) => all.lister.byIndex(byAccount, keyOf(object)).map(keyOf))],
      async reconcile(key) {
        const secret = all.lister.byKey(key);
        const accountName = secret === undefined ? undefined : accountNameOf(secret);
        if (secret === undefined || accountName === undefined || secret.metadata.deletionTimestamp !== undefined)
          return;
        const { namespace, name } = splitKey(key);
        const resource = client.of(secrets);
        try {
          let account = accounts.lister.get(accountName, namespace);
          // Nothing is deleted for an account that the lister merely does not show yet.
          if (account === undefined || !isForAccount(secret, account)) {
            account = await client.of(serviceAccounts).get(accountName, { namespace }).catch(undefinedIfGone);
          }
          if (account === undefined || !isForAccount(secret, account)) {
            const { uid, resourceVersion } = secret.metadata;
            await resource.delete(name, { namespace, preconditions: { uid, resourceVersion } });
            return;
          }
          const next = completed(secret, account, rootCertificates);
          if (next === undefined) return;
          const token =
            next.data?.token ?? Buffer.from(await signAccountToken(claimsOf(secret, account))).toString('base64');
          await resource.update({ ...next, data: { ...next.data, token } });
        } catch (error) {
          undefinedIfGone(error);
        }
      },
    });
  },
};

function undefinedIfGone(error: unknown): undefined {
  if (!isNotFound(error)) throw error;
  return undefined;
}
