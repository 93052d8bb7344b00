/** Access to devices that are in use already, for those who look after them: only in namespaces that say so. */
import { forbidden } from '../../apimachinery/errors/field-error.ts';
import { asObject, asObjects, asText } from '../../apimachinery/json-access.ts';
import type { JsonObject, JsonValue } from '../../apimachinery/json.ts';
import type { Errors } from '../validation/checks.ts';

const LABEL = 'resource.kubernetes.io/admin-access';

export type NamespaceLabels = (() => JsonObject) | undefined;

/** `requests` are those of a claim, or of the claims that a template makes: errors name the same path for both. */
export function adminAccessErrors(requests: JsonValue | undefined, labels: NamespaceLabels): Errors {
  const index = asObjects(requests).findIndex(({ exactly }) => asObject(exactly).adminAccess === true);
  return index < 0 ? [] : refusedAt(`spec.devices.requests[${index}].adminAccess`, labels);
}

/** Once it was granted, the allocation does not change any more. */
export function adminAllocationErrors(status: JsonObject, before: JsonObject, labels: NamespaceLabels): Errors {
  const index = adminResultIn(status);
  if (index < 0 || adminResultIn(before) >= 0) return [];
  return refusedAt(`status.allocation.devices.results[${index}].adminAccess`, labels);
}

function adminResultIn({ allocation }: JsonObject): number {
  const { results } = asObject(asObject(allocation).devices);
  return asObjects(results).findIndex(({ adminAccess }) => adminAccess === true);
}

function refusedAt(path: string, labels: NamespaceLabels): Errors {
  if (asText(labels?.()[LABEL]) === 'true') return [];
  const detail = `admin access to devices requires the \`${LABEL}: true\` label on the containing namespace`;
  return [forbidden(path, detail)];
}
