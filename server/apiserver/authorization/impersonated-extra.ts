/** What constrained impersonation takes for extra fields of a user: lower-case keys with a domain, values that say something. */
import { joinErrors } from '../../apimachinery/errors/aggregate.ts';
import { type FieldError, goQuote } from '../../apimachinery/errors/field-error.ts';
import type { UserInfo } from '../../apimachinery/request/user-info.ts';
import { checkDomainPrefixedPath } from '../../apis/validation/domain-names.ts';

export function extraProblem(extra: UserInfo['extra']): string | undefined {
  for (const [key, values] of Object.entries(extra)) {
    if (key === '') return 'impersonating the empty string key in extra is not allowed';
    const errors: FieldError[] = [];
    checkDomainPrefixedPath(key, 'extra.key', errors);
    if (errors.length > 0) {
      const shown = joinErrors(errors.map(({ field, message }) => `${field}: ${message}`));
      return `impersonating an invalid key in extra is not allowed: ${shown}`;
    }
    if (key !== key.toLowerCase()) return `impersonating a non-lowercase key in extra is not allowed: ${goQuote(key)}`;
    if (values.length === 0) return 'impersonating empty values in extra is not allowed';
    if (values.includes('')) return 'impersonating the empty string value in extra is not allowed';
  }
  return undefined;
}
