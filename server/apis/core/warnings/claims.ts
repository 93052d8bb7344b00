/** Warnings about claims of storage. */
import { goQuote } from '../../../apimachinery/errors/field-error.ts';
import { asObject } from '../../../apimachinery/json-access.ts';
import type { JsonObject, JsonValue } from '../../../apimachinery/json.ts';
import type { KubeObject } from '../../../apimachinery/meta/object.ts';
import { isWholeNumber } from '../../../apimachinery/quantity/arithmetic.ts';
import { formatQuantity } from '../../../apimachinery/quantity/quantity.ts';
import { quantityOf } from '../../validation/quantities.ts';

const betaClass = 'volume.beta.kubernetes.io/storage-class';

export function persistentVolumeClaimWarnings(claim: KubeObject): string[] {
  const hasBetaClass = Object.hasOwn(claim.metadata.annotations ?? {}, betaClass);
  return [
    ...(hasBetaClass
      ? [`metadata.annotations[${betaClass}]: deprecated since v1.8; use "storageClassName" attribute instead`]
      : []),
    ...claimSpecWarnings(asObject(claim.spec), 'spec'),
  ];
}

export function claimSpecWarnings(spec: JsonObject, path: string): string[] {
  const { requests, limits } = asObject(spec.resources);
  return [
    ...fractionWarnings(requests, ['storage'], `${path}.resources.requests`),
    ...fractionWarnings(limits, ['storage'], `${path}.resources.limits`),
  ];
}

/** Of those amounts of bytes that are no integers. */
export function fractionWarnings(list: JsonValue | undefined, names: readonly string[], path: string): string[] {
  const amounts = asObject(list);
  return names.flatMap((name) => {
    if (!Object.hasOwn(amounts, name)) return [];
    const quantity = quantityOf(amounts[name]);
    if (isWholeNumber(quantity)) return [];
    const shown = goQuote(formatQuantity(quantity));
    return [`${path}[${name}]: fractional byte value ${shown} is invalid, must be an integer`];
  });
}
