/** How a plugin refuses: Forbidden, naming the object as far as it has a name yet. */
import { newForbidden, StatusError, type StatusCause } from '../../apimachinery/errors/status-error.ts';
import type { AdmissionAttributes } from './admission.ts';

export function refusal(attributes: AdmissionAttributes, detail: string, cause?: StatusCause): StatusError {
  const { scope, object, operation } = attributes;
  // Of a DELETE upstream's plugins have no new object to take a name from.
  const { name = '', generateName = '' } = operation === 'DELETE' ? {} : (object?.metadata ?? {});
  const forbidden = newForbidden(scope.groupResource, attributes.name || name || generateName || 'Unknown', detail);
  if (cause === undefined) return forbidden;
  const { status } = forbidden;
  return new StatusError({ ...status, details: { ...status.details, causes: [cause] } });
}
