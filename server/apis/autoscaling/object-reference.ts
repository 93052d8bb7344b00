/** References from autoscalers to objects, of whatever version. */
import { asText } from '../../apimachinery/json-access.ts';
import type { JsonObject } from '../../apimachinery/json.ts';
import { isPathSegmentName } from '../../apimachinery/validation/names.ts';
import { checkComplaints, checkRequiredFormat, type Errors } from '../validation/checks.ts';

/** What an API version that refers to an object may look like. */
export interface ReferenceRules {
  readonly allowNoGroup: boolean;
  /** An odd one that was there before may stay. */
  readonly allowInvalid: boolean;
}

export function checkReference(reference: JsonObject, rules: ReferenceRules, path: string, errors: Errors): void {
  checkRequiredFormat(reference.kind, isPathSegmentName, `${path}.kind`, errors);
  checkRequiredFormat(reference.name, isPathSegmentName, `${path}.name`, errors);
  const apiVersion = asText(reference.apiVersion);
  const problem = apiVersionProblem(apiVersion, rules);
  checkComplaints(apiVersion, problem === undefined ? [] : [problem], `${path}.apiVersion`, errors);
}

export function apiVersionProblem(apiVersion: string, rules: ReferenceRules): string | undefined {
  if (rules.allowInvalid) return undefined;
  const parts = apiVersion.split('/');
  if (parts.length > 2) return `unexpected GroupVersion string: ${apiVersion}`;
  const hasGroup = parts.length === 2 && parts[0] !== '';
  return hasGroup || rules.allowNoGroup ? undefined : 'apiVersion must specify API group';
}
