/** Whether anything may still be made in a namespace. */
import { StatusError } from '../../apimachinery/errors/status-error.ts';
import type { Namespace } from '../../client/api-types.ts';

export function isActive(namespace: Namespace | undefined): namespace is Namespace {
  return namespace !== undefined && namespace.status?.phase === 'Active';
}

/** The refusal to make something in a namespace that goes away: there is nothing more to do. */
export function isNamespaceEnding(error: unknown): boolean {
  if (!(error instanceof StatusError)) return false;
  return error.status.details?.causes?.some(({ reason }) => reason === 'NamespaceTerminating') === true;
}
