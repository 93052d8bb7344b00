/** Writes what has changed of slices, and waits until the lister shows it, so that the next look does not do it again. */
import type { EndpointSlice } from '../../client/api-types.ts';
import { isNotFound } from '../../client/client.ts';
import type { Informer } from '../../client/informer.ts';
import { endpointSlices } from '../../client/resource-types.ts';
import type { ControllerContext } from '../controller.ts';
import type { SliceChanges } from './fit-slices.ts';

export async function writeSlices(
  { client, signal }: ControllerContext,
  changes: SliceChanges,
  informer: Informer<EndpointSlice>,
): Promise<void> {
  const resource = client.of(endpointSlices);
  const written: EndpointSlice[] = [];
  for (const slice of changes.create) written.push(await resource.create(slice));
  for (const slice of changes.update) written.push(await resource.update(slice));
  for (const { metadata } of changes.delete) {
    const { name = '', namespace, uid } = metadata;
    await resource.delete(name, { namespace, preconditions: { uid } }).catch((error: unknown) => {
      if (!isNotFound(error)) throw error;
    });
  }
  for (const { metadata } of written) await informer.seen(metadata.resourceVersion ?? '', signal);
}
