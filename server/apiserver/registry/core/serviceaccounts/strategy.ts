/** Writes of ServiceAccounts: of the references to secrets only the names are kept. */
import { finalizerErrors } from '../../../../apis/core/validation/finalizers.ts';
import { asObjects, asText, isSet } from '../../../../apimachinery/json-access.ts';
import type { KubeObject } from '../../../../apimachinery/meta/object.ts';
import type { Strategy } from '../../generic/resource-definition.ts';

const enforceMountableSecrets = 'kubernetes.io/enforce-mountable-secrets';

export const strategy: Strategy = {
  returnDeletedObject: true,
  prepareForCreate: keepSecretNames,
  prepareForUpdate: keepSecretNames,
  warningsOnCreate: (account) => annotationWarnings(account, undefined),
  warningsOnUpdate: annotationWarnings,
  validate: finalizerErrors,
  validateUpdate: finalizerErrors,
};

function keepSecretNames(account: KubeObject): void {
  if (!isSet(account.secrets)) return;
  account.secrets = asObjects(account.secrets).map(({ name }) => (asText(name) === '' ? {} : { name }));
}

function annotationWarnings(account: KubeObject, old: KubeObject | undefined): string[] {
  if (old !== undefined && isAnnotated(old)) return [];
  if (!isAnnotated(account)) return [];
  return [
    `metadata.annotations[${enforceMountableSecrets}]: deprecated in v1.32+; prefer separate namespaces to isolate access to mounted secrets`,
  ];
}

function isAnnotated(account: KubeObject): boolean {
  return Object.hasOwn(account.metadata.annotations ?? {}, enforceMountableSecrets);
}
