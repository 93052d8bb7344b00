/** Accounts that limit which secrets their pods may use: what a pod uses beyond the account's list. */
import { asObject, asObjects, asText, isSet } from '../../apimachinery/json-access.ts';
import type { JsonObject } from '../../apimachinery/json.ts';
import type { KubeObject } from '../../apimachinery/meta/object.ts';
import { containerSecrets } from '../../apis/core/pod-secrets.ts';

export function secretProblem(spec: JsonObject, account: KubeObject): string | undefined {
  const mountable = namesIn(account.secrets);
  const name = account.metadata.name ?? '';
  for (const { secret } of asObjects(spec.volumes)) {
    const { secretName } = asObject(secret);
    if (!isSet(secret) || mountable.has(asText(secretName))) continue;
    return `volume with secret.secretName="${asText(secretName)}" is not allowed because service account ${name} does not reference that secret`;
  }
  const problem =
    containerProblem(asObjects(spec.initContainers), account, 'init container') ??
    containerProblem(asObjects(spec.containers), account, 'container');
  if (problem !== undefined) return problem;
  const pullable = namesIn(account.imagePullSecrets);
  const index = asObjects(spec.imagePullSecrets).findIndex((secret) => !pullable.has(asText(secret.name)));
  if (index < 0) return undefined;
  const wanted = asText(asObjects(spec.imagePullSecrets)[index]?.name);
  return `imagePullSecrets[${index}].name="${wanted}" is not allowed because service account ${name} does not reference that imagePullSecret`;
}

export function ephemeralSecretProblem(spec: JsonObject, account: KubeObject): string | undefined {
  return containerProblem(asObjects(spec.ephemeralContainers), account, 'ephemeral container');
}

function containerProblem(
  containers: readonly JsonObject[],
  account: KubeObject,
  what: 'container' | 'init container' | 'ephemeral container',
): string | undefined {
  const mountable = namesIn(account.secrets);
  for (const container of containers) {
    const found = containerSecrets(container).find(({ secret }) => !mountable.has(secret));
    if (found === undefined) continue;
    const how = found.variable === undefined ? 'envFrom' : `envVar ${found.variable}`;
    return (
      `${what} ${asText(container.name)} with ${how} referencing secret.secretName="${found.secret}" is not allowed ` +
      `because service account ${account.metadata.name ?? ''} does not reference that secret`
    );
  }
  return undefined;
}

function namesIn(list: KubeObject[string]): ReadonlySet<string> {
  return new Set(asObjects(list).map(({ name }) => asText(name)));
}
