/** Endpoints that somebody keeps by hand for a service without a selector are shown as slices too. */
import type { Endpoints, EndpointSlice } from '../../client/api-types.ts';
import { endpoints, endpointSlices, services } from '../../client/resource-types.ts';
import type { Controller } from '../controller.ts';
import { isNamespaceEnding } from '../namespace/phase.ts';
import { on, runReconciler } from '../reconciler.ts';
import { mirroredBy, mirroredSlices } from './mirrored-slices.ts';
import { managedByLabel, serviceNameLabel } from './slices.ts';
import { writeSlices } from './write-slices.ts';

const byService = 'mirroring/service';
const skipLabel = 'endpointslice.kubernetes.io/skip-mirror';
const leaderAnnotation = 'control-plane.alpha.kubernetes.io/leader';

export const endpointSliceMirroring: Controller = {
  name: 'endpointslice-mirroring-controller',
  alias: 'endpointslicemirroring',
  account: 'endpointslicemirroring-controller',
  async run(context) {
    const { informers } = context;
    const all = informers.of(endpoints);
    const allServices = informers.of(services);
    const slices = informers.of(endpointSlices);
    slices.addIndexes({ [byService]: (slice) => serviceKeyOf(slice) ?? [] });
    await runReconciler({
      context,
      name: 'endpoint_slice_mirroring',
      triggers: [on(all), on(allServices), on(slices, ({ object }) => serviceKeyOf(object))],
      async reconcile(key) {
        const mirrored = all.lister.byKey(key);
        const service = allServices.lister.byKey(key);
        const existing = slices.lister.byIndex(byService, key);
        const hasOwnSlices = service === undefined || service.spec?.selector !== undefined;
        const isWanted = mirrored !== undefined && !hasOwnSlices && isMirrored(mirrored);
        const changes = isWanted ? mirroredSlices(mirrored, existing) : { create: [], update: [], delete: existing };
        try {
          await writeSlices(context, changes, slices);
        } catch (error) {
          if (!isNamespaceEnding(error)) throw error;
        }
      },
    });
  },
};

function isMirrored({ metadata }: Endpoints): boolean {
  if (metadata.labels?.[skipLabel] === 'true' || metadata.deletionTimestamp !== undefined) return false;
  return metadata.annotations?.[leaderAnnotation] === undefined;
}

function serviceKeyOf({ metadata }: EndpointSlice): [string] | undefined {
  const name = metadata.labels?.[serviceNameLabel];
  if (name === undefined || metadata.labels?.[managedByLabel] !== mirroredBy) return undefined;
  return [`${metadata.namespace}/${name}`];
}
