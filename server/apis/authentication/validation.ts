/** What a request for a token may ask. */
import { invalid } from '../../apimachinery/errors/field-error.ts';
import { asNumber, asObject } from '../../apimachinery/json-access.ts';
import type { KubeObject } from '../../apimachinery/meta/object.ts';
import type { Errors } from '../validation/checks.ts';

/** Seconds. */
const minExpiration = 600;
const maxExpiration = 2 ** 32;

export function validateTokenRequest(request: KubeObject): Errors {
  const { expirationSeconds } = asObject(request.spec);
  const seconds = asNumber(expirationSeconds);
  const path = 'spec.expirationSeconds';
  if (seconds < minExpiration)
    return [invalid(path, expirationSeconds ?? 0, 'may not specify a duration less than 10 minutes')];
  if (seconds > maxExpiration)
    return [invalid(path, expirationSeconds, 'may not specify a duration larger than 2^32 seconds')];
  return [];
}
