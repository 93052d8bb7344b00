/** Endpoints of services with a selector: the old form, which much still reads. */
import { jsonEquals } from '../../apimachinery/json-equals.ts';
import type { Endpoints, Service } from '../../client/api-types.ts';
import { isAlreadyExists, isNotFound } from '../../client/client.ts';
import { splitKey } from '../../client/lister.ts';
import { endpoints, pods, services } from '../../client/resource-types.ts';
import type { Controller } from '../controller.ts';
import { isNamespaceEnding } from '../namespace/phase.ts';
import { on, runReconciler } from '../reconciler.ts';
import { hasSelector, isHeadless, podsBehind, servicesOfPod } from './service-pods.ts';
import { subsetsOf, type ServiceSubsets } from './subsets.ts';

const headlessLabel = 'service.kubernetes.io/headless';
const managedByLabel = 'endpoints.kubernetes.io/managed-by';
const overCapacity = 'endpoints.kubernetes.io/over-capacity';

export const endpointsController: Controller = {
  name: 'endpoints-controller',
  alias: 'endpoint',
  account: 'endpoint-controller',
  async run(context) {
    const { client, informers, signal } = context;
    const allServices = informers.of(services);
    const allPods = informers.of(pods);
    const all = informers.of(endpoints);
    await runReconciler({
      context,
      name: 'endpoint',
      triggers: [on(allServices), on(allPods, (change) => servicesOfPod(change, allServices.lister)), on(all)],
      async reconcile(key) {
        const { namespace, name } = splitKey(key);
        const service = allServices.lister.byKey(key);
        const present = all.lister.byKey(key);
        const resource = client.of(endpoints);
        try {
          if (service === undefined) {
            // Ours alone: those that somebody made by hand are theirs.
            if (present?.metadata.labels?.[managedByLabel] !== undefined) await resource.delete(name, { namespace });
            return;
          }
          if (!hasSelector(service)) return;
          const wanted = wantedEndpoints(service, subsetsOf(service, podsBehind(service, allPods.lister)), present);
          if (wanted === present) return;
          const written = await (present === undefined ? resource.create(wanted) : resource.update(wanted));
          await all.seen(written.metadata.resourceVersion ?? '', signal);
        } catch (error) {
          if (!isNotFound(error) && !isAlreadyExists(error) && !isNamespaceEnding(error)) throw error;
        }
      },
    });
  },
};

/** The present ones where nothing is to be written. */
function wantedEndpoints(
  service: Service,
  { subsets, truncated }: ServiceSubsets,
  present: Endpoints | undefined,
): Endpoints {
  const { name, namespace } = service.metadata;
  const labels = {
    ...service.metadata.labels,
    ...(isHeadless(service) ? { [headlessLabel]: '' } : {}),
    [managedByLabel]: 'endpoint-controller',
  };
  const { [overCapacity]: _, ...others } = present?.metadata.annotations ?? {};
  const annotations = { ...others, ...(truncated ? { [overCapacity]: 'truncated' } : {}) };
  const isSame =
    present !== undefined &&
    jsonEquals(present.metadata.labels, labels) &&
    jsonEquals(present.metadata.annotations ?? {}, annotations) &&
    jsonEquals(present.subsets ?? [], subsets);
  if (isSame) return present;
  return { ...present, metadata: { ...present?.metadata, name, namespace, labels, annotations }, subsets };
}
