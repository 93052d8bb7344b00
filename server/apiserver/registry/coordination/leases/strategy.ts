/** Writes of Leases. */
import { validateLease } from '../../../../apis/coordination/validation.ts';
import { asObject, isSet } from '../../../../apimachinery/json-access.ts';
import { isJsonObject } from '../../../../apimachinery/json.ts';
import type { KubeObject } from '../../../../apimachinery/meta/object.ts';
import type { Strategy } from '../../generic/resource-definition.ts';

/** Coordinated leader election is an alpha feature: its fields are dropped where they are not in use. */
const alphaFields = ['strategy', 'preferredHolder'] as const;

export const strategy: Strategy = {
  metadataOnUpdate: ['change'],
  allowCreateOnUpdate: true,
  allowUnconditionalUpdate: false,
  prepareForCreate: (lease) => dropAlphaFields(lease, undefined),
  prepareForUpdate: dropAlphaFields,
  validate: validateLease,
  validateUpdate: validateLease,
};

function dropAlphaFields(lease: KubeObject, old: KubeObject | undefined): void {
  if (!isJsonObject(lease.spec)) return;
  const before = asObject(old?.spec);
  for (const field of alphaFields) if (!isSet(before[field])) delete lease.spec[field];
}
