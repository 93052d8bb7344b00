/** Writes of EndpointSlices. */
import { validateEndpointSlice, validateEndpointSliceUpdate } from '../../../../apis/discovery/validation.ts';
import { asObjects } from '../../../../apimachinery/json-access.ts';
import type { KubeObject } from '../../../../apimachinery/meta/object.ts';
import { semanticallyEqual } from '../../../../apimachinery/validation/immutable-field.ts';
import { bumpGeneration, startGeneration } from '../../generic/generation.ts';
import type { Strategy } from '../../generic/resource-definition.ts';

export const strategy: Strategy = {
  prepareForCreate(slice) {
    startGeneration(slice);
    dropTopology(slice);
  },
  prepareForUpdate(slice, old) {
    const { metadata, ...body } = slice;
    const { metadata: before, ...oldBody } = old;
    const relabelled = !semanticallyEqual(metadata.labels, before.labels);
    if (relabelled || !semanticallyEqual(body, oldBody)) bumpGeneration(slice, old);
    if (!semanticallyEqual(slice.endpoints, old.endpoints)) dropTopology(slice);
  },
  warningsOnCreate: (slice) =>
    slice.addressType === 'FQDN' ? ['spec.addressType: FQDN endpoints are deprecated'] : [],
  metadataOnUpdate: ['object'],
  validate: validateEndpointSlice,
  validateUpdate: validateEndpointSliceUpdate,
};

/** v1 has fields of its own for what the old topology held. */
function dropTopology(slice: KubeObject): void {
  for (const endpoint of asObjects(slice.endpoints)) delete endpoint.deprecatedTopology;
}
