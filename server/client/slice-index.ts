/** Endpoint slices by the service that they are of. */
import type { EndpointSlice } from './api-types.ts';
import { type IndexFunction, joinKey } from './lister.ts';

const serviceLabel = 'kubernetes.io/service-name';

/** "namespace/name". */
export function serviceOf({ metadata }: EndpointSlice): string {
  return joinKey(metadata.labels?.[serviceLabel] ?? '', metadata.namespace);
}

export const sliceIndex: Readonly<Record<'service', IndexFunction<EndpointSlice>>> = {
  service: (slice) => [serviceOf(slice)],
};
