/** Preconditions of a delete: uid and resourceVersion as the client last saw them. */
import { newConflict } from '../../../apimachinery/errors/status-error.ts';
import type { GroupResource, KubeObject } from '../../../apimachinery/meta/object.ts';

export interface Preconditions {
  readonly uid?: string;
  readonly resourceVersion?: string;
}

/** @throws StatusError Conflict in upstream's wording. */
export function checkPreconditions(gr: GroupResource, name: string, object: KubeObject, wanted: Preconditions | undefined): void {
  if (wanted === undefined) return;
  const { uid, resourceVersion } = object.metadata;
  if (wanted.uid !== undefined && wanted.uid !== uid) {
    throw newConflict(gr, name, `Precondition failed: UID in precondition: ${wanted.uid}, UID in object meta: ${uid ?? ''}`);
  }
  if (wanted.resourceVersion !== undefined && wanted.resourceVersion !== resourceVersion) {
    const detail = `Precondition failed: ResourceVersion in precondition: ${wanted.resourceVersion}, ResourceVersion in object meta: ${resourceVersion ?? ''}`;
    throw newConflict(gr, name, detail);
  }
}
