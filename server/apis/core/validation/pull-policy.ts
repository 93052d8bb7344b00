/** When an image is pulled. */
import type { JsonValue } from '../../../apimachinery/json.ts';
import { checkRequiredOneOf, type Errors } from '../../validation/checks.ts';

const pullPolicies = ['Always', 'IfNotPresent', 'Never'] as const;

export function checkPullPolicy(policy: JsonValue | undefined, path: string, errors: Errors): void {
  checkRequiredOneOf(policy, pullPolicies, path, errors);
}
