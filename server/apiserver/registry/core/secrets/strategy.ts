/** Writes of Secrets. */
import { secretWarnings } from '../../../../apis/core/warnings/secrets.ts';
import { validateSecret, validateSecretUpdate } from '../../../../apis/core/validation/config-map.ts';
import { asObject, asText, asTextEntries } from '../../../../apimachinery/json-access.ts';
import type { KubeObject } from '../../../../apimachinery/meta/object.ts';
import type { Strategy } from '../../generic/resource-definition.ts';
import { keepField } from '../../generic/status-strategy.ts';

export const strategy: Strategy = {
  metadataOnUpdate: ['change'],
  prepareForCreate: mergeStringData,
  prepareForUpdate(secret, old) {
    mergeStringData(secret);
    if (asText(secret.type) === '') keepField(secret, old, 'type');
  },
  validate: validateSecret,
  validateUpdate: validateSecretUpdate,
  warningsOnCreate: secretWarnings,
  warningsOnUpdate: secretWarnings,
};

/** A form of data for writing only; it wins over data. */
function mergeStringData(secret: KubeObject): void {
  const { stringData } = secret;
  delete secret.stringData;
  const entries = asTextEntries(stringData);
  if (entries.length === 0) return;
  const encoded = entries.map(([key, text]): [string, string] => [key, Buffer.from(text).toString('base64')]);
  const merged = [
    ...Object.entries(asObject(secret.data)).filter(([key]) => !Object.hasOwn(asObject(stringData), key)),
    ...encoded,
  ];
  secret.data = Object.fromEntries(merged.sort(([a], [b]) => (a < b ? -1 : 1)));
}
