/** Puts a status beside the object that it was worked out from; once more on the newest one where that was too old. */
import { isConflict } from '../../client/client.ts';
import type { Stored } from '../../client/lister.ts';
import type { ResourceClient } from '../../client/resource-client.ts';

export interface StatusWrite<T extends Stored> {
  readonly resource: ResourceClient<T>;
  readonly object: T;
  readonly status: object;
}

export async function writeStatus<T extends Stored & object>({ resource, object, status }: StatusWrite<T>): Promise<T> {
  try {
    return await resource.updateStatus({ ...object, status });
  } catch (error) {
    if (!isConflict(error)) throw error;
    const { name = '', namespace, uid } = object.metadata;
    const fresh = await resource.get(name, { namespace });
    if (fresh.metadata.uid !== uid) throw error;
    return resource.updateStatus({ ...fresh, status });
  }
}
