/**
 * A definition as upstream validates it: what all versions have alike stands once for all of them (spec.validation,
 * spec.subresources …), and the first version's name is spec.version. Error paths follow from that.
 */
import { asObject, asObjects, asText, isSet } from '../../apimachinery/json-access.ts';
import type { JsonObject } from '../../apimachinery/json.ts';
import { unset } from '../../apimachinery/schema/sent-empties.ts';
import { semanticallyEqual } from '../../apimachinery/validation/immutable-field.ts';

/** By the name that each has in a version, the one that it has in the spec. */
const shareable = {
  schema: 'validation',
  subresources: 'subresources',
  additionalPrinterColumns: 'additionalPrinterColumns',
  selectableFields: 'selectableFields',
} as const;

/** A copy of the spec with shared fields; the given one stays as it is. */
export function withSharedFields(spec: JsonObject): JsonObject {
  const versions = asObjects(spec.versions);
  const [first] = versions;
  const conversion = withInternalWebhook(asObject(spec.conversion));
  if (first === undefined) return { ...spec, conversion };
  const shared: JsonObject = { ...spec, conversion, version: asText(first.name) };
  const own = versions.map((version): JsonObject => ({ ...version }));
  for (const [field, name] of Object.entries(shareable)) {
    if (!versions.every((version) => semanticallyEqual(version[field], first[field]))) continue;
    if (isSet(first[field])) shared[name] = first[field];
    for (const version of own) unset(version, field);
  }
  shared.versions = own;
  return shared;
}

/** conversion.webhook is two fields of its own inside. */
function withInternalWebhook(conversion: JsonObject): JsonObject {
  const { webhook, ...rest } = conversion;
  if (!isSet(webhook)) return rest;
  const { clientConfig, conversionReviewVersions } = asObject(webhook);
  return {
    ...rest,
    ...(isSet(clientConfig) ? { webhookClientConfig: clientConfig } : {}),
    ...(isSet(conversionReviewVersions) ? { conversionReviewVersions } : {}),
  };
}
