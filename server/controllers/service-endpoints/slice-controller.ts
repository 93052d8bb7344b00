/** EndpointSlices of services with a selector. */
import type { EndpointSlice } from '../../client/api-types.ts';
import { endpointSlices, nodes, pods, services } from '../../client/resource-types.ts';
import { isNamespaceEnding } from '../namespace/phase.ts';
import type { Controller } from '../controller.ts';
import { podsByNode } from '../pods/by-node.ts';
import { on, runReconciler } from '../reconciler.ts';
import { hasSelector, podsBehind, servicesOfPod } from './service-pods.ts';
import { desiredSlices, managedBy, managedByLabel, serviceNameLabel } from './slices.ts';
import { writeSlices } from './write-slices.ts';

const byService = 'endpointslice/service';

export const endpointSliceController: Controller = {
  name: 'endpointslice-controller',
  alias: 'endpointslice',
  account: 'endpointslice-controller',
  async run(context) {
    const { informers } = context;
    const allServices = informers.of(services);
    const allPods = informers.of(pods);
    const allNodes = informers.of(nodes);
    const podsOf = podsByNode(allPods);
    const slices = informers.of(endpointSlices);
    slices.addIndexes({ [byService]: (slice) => serviceKeyOf(slice) ?? [] });
    await runReconciler({
      context,
      name: 'endpoint_slice',
      triggers: [
        on(allServices),
        on(allPods, (change) => servicesOfPod(change, allServices.lister)),
        on(slices, ({ object, before, deleted }) =>
          deleted || before === undefined || isChanged(object, before) ? serviceKeyOf(object) : undefined,
        ),
        // A pod may have been left out because its node was not known yet.
        on(allNodes, ({ before, object, deleted }) => {
          if (before !== undefined && !deleted && zoneOf(before) === zoneOf(object)) return undefined;
          const onNode = podsOf(object.metadata.name ?? '');
          return onNode.flatMap((pod) =>
            servicesOfPod({ object: pod, before: undefined, deleted: false }, allServices.lister),
          );
        }),
      ],
      async reconcile(key) {
        const service = allServices.lister.byKey(key);
        // Slices of a service that is gone go with it.
        if (service === undefined || service.metadata.deletionTimestamp !== undefined || !hasSelector(service)) return;
        const existing = slices.lister.byIndex(byService, key);
        const changes = desiredSlices({
          service,
          pods: podsBehind(service, allPods.lister),
          nodeOf: (name) => allNodes.lister.get(name),
          existing: existing.filter(({ metadata }) => metadata.deletionTimestamp === undefined),
        });
        try {
          await writeSlices(context, changes, slices);
        } catch (error) {
          if (!isNamespaceEnding(error)) throw error;
        }
      },
    });
  },
};

function serviceKeyOf({ metadata }: EndpointSlice): [string] | undefined {
  const name = metadata.labels?.[serviceNameLabel];
  if (name === undefined || metadata.labels?.[managedByLabel] !== managedBy) return undefined;
  return [`${metadata.namespace}/${name}`];
}

/** Not by this controller's own hand alone: somebody else may have touched it. */
function isChanged(object: EndpointSlice, before: EndpointSlice): boolean {
  return object.metadata.generation !== before.metadata.generation;
}

function zoneOf({ metadata }: { readonly metadata: { readonly labels?: Record<string, string> } }): string | undefined {
  return metadata.labels?.['topology.kubernetes.io/zone'];
}
