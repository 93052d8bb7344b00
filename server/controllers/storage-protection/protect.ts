/** Puts a protecting finalizer on, and takes it off when what is deleted is not used any more. */
import type { ObjectMeta } from '../../apimachinery/meta/object.ts';
import { isNotFound } from '../../client/client.ts';
import type { ResourceClient } from '../../client/resource-client.ts';

export interface ProtectOptions<T> {
  readonly resource: ResourceClient<T & object>;
  readonly finalizer: string;
  readonly isUsed: (object: T) => Promise<boolean> | boolean;
}

export async function protect<T extends { readonly metadata: ObjectMeta }>(
  object: T,
  { resource, finalizer, isUsed }: ProtectOptions<T>,
): Promise<void> {
  const { deletionTimestamp, finalizers = [] } = object.metadata;
  const isProtected = finalizers.includes(finalizer);
  if (isProtected === (deletionTimestamp === undefined)) return;
  // One that goes and was never protected gets no finalizer any more.
  if (deletionTimestamp !== undefined && (!isProtected || (await isUsed(object)))) return;
  const others = finalizers.filter((each) => each !== finalizer);
  const metadata = { ...object.metadata, finalizers: isProtected ? others : [...others, finalizer] };
  try {
    await resource.update({ ...object, metadata });
  } catch (error) {
    if (!isNotFound(error)) throw error;
  }
}
