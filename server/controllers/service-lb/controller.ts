/** Services of the type LoadBalancer get one from the cloud, and give it back before they go. */
import { jsonEquals } from '../../apimachinery/json-equals.ts';
import type { JsonValue } from '../../apimachinery/json.ts';
import type { Node, Service } from '../../client/api-types.ts';
import { isNotFound } from '../../client/client.ts';
import { keyOf } from '../../client/lister.ts';
import { nodes, services } from '../../client/resource-types.ts';
import type { Controller, ControllerContext } from '../controller.ts';
import { on, runReconciler } from '../reconciler.ts';
import type { LoadBalancerAddress, LoadBalancerCloud } from './cloud.ts';

const finalizer = 'service.kubernetes.io/load-balancer-cleanup';
const excludeLabel = 'node.kubernetes.io/exclude-from-external-load-balancers';

export const serviceLoadBalancer: Controller = {
  name: 'service-lb-controller',
  alias: 'service',
  account: 'service-controller',
  async run(context) {
    const { informers, settings, events } = context;
    const { cloud } = settings;
    if (cloud === undefined) return;
    const all = informers.of(services);
    const allNodes = informers.of(nodes);
    const targets = () => allNodes.lister.list().filter(isTarget);
    const withBalancer = () => all.lister.list().filter(wantsBalancer).map(keyOf);
    await runReconciler({
      context,
      name: 'service',
      triggers: [
        on(all, ({ object }) => (wantsBalancer(object) || hasFinalizer(object) ? keyOf(object) : undefined)),
        on(allNodes, ({ object, before, deleted }) =>
          deleted || before === undefined || isTarget(before) !== isTarget(object) ? withBalancer() : undefined,
        ),
      ],
      async reconcile(key) {
        const service = all.lister.byKey(key);
        if (service === undefined) return;
        const regarding = { ...service, apiVersion: 'v1', kind: 'Service' };
        const say = (type: 'Normal' | 'Warning', reason: string, message: string) =>
          events.event(regarding, { type, reason, message });
        try {
          if (wantsBalancer(service) && service.metadata.deletionTimestamp === undefined)
            await ensure(context, { service, cloud, nodes: targets(), say });
          else if (hasFinalizer(service)) await giveBack(context, { service, cloud, say });
        } catch (error) {
          const message = error instanceof Error ? error.message : String(error);
          say('Warning', 'SyncLoadBalancerFailed', `Error syncing load balancer: ${message}`);
          throw error;
        }
      },
    });
  },
};

interface Parts {
  readonly service: Service;
  readonly cloud: LoadBalancerCloud;
  readonly say: (type: 'Normal' | 'Warning', reason: string, message: string) => void;
}

async function ensure(
  context: ControllerContext,
  { service, cloud, nodes: targets, say }: Parts & { readonly nodes: readonly Node[] },
): Promise<void> {
  // First what makes sure that it is given back.
  const held = hasFinalizer(service)
    ? service
    : await withFinalizers(context, service, [...(service.metadata.finalizers ?? []), finalizer]);
  if (held === undefined) return;
  const isNew = (held.status?.loadBalancer?.ingress ?? []).length === 0;
  if (isNew) say('Normal', 'EnsuringLoadBalancer', 'Ensuring load balancer');
  await writeAddresses(context, held, await cloud.ensure(held, targets));
  if (isNew) say('Normal', 'EnsuredLoadBalancer', 'Ensured load balancer');
}

async function giveBack(context: ControllerContext, { service, cloud, say }: Parts): Promise<void> {
  say('Normal', 'DeletingLoadBalancer', 'Deleting load balancer');
  await cloud.delete(service);
  if (service.metadata.deletionTimestamp === undefined) await writeAddresses(context, service, []);
  say('Normal', 'DeletedLoadBalancer', 'Deleted load balancer');
  await withFinalizers(
    context,
    service,
    (service.metadata.finalizers ?? []).filter((each) => each !== finalizer),
  );
}

async function writeAddresses(
  { client }: ControllerContext,
  service: Service,
  ingress: readonly LoadBalancerAddress[],
): Promise<void> {
  const before = service.status?.loadBalancer?.ingress ?? [];
  if (jsonEquals(before, [...ingress] as JsonValue)) return;
  const { name = '', namespace } = service.metadata;
  const status = { loadBalancer: { ingress: ingress.length === 0 ? null : ingress } };
  await client.of(services).patch(name, { status }, { namespace, subresource: 'status' }).catch(unlessGone);
}

/** Written through the status, which is all of services that this account may write. */
async function withFinalizers(
  { client }: ControllerContext,
  service: Service,
  finalizers: readonly string[],
): Promise<Service | undefined> {
  const { name = '', namespace, resourceVersion } = service.metadata;
  const patch = { metadata: { resourceVersion, finalizers } };
  return client.of(services).patch(name, patch, { namespace, subresource: 'status' }).catch(unlessGone);
}

function wantsBalancer({ spec }: Service): boolean {
  return spec?.type === 'LoadBalancer' && (spec.loadBalancerClass ?? '') === '';
}

function hasFinalizer({ metadata }: Service): boolean {
  return metadata.finalizers?.includes(finalizer) === true;
}

/** Traffic may come in there. */
function isTarget({ metadata, spec, status }: Node): boolean {
  if (metadata.labels?.[excludeLabel] !== undefined || metadata.deletionTimestamp !== undefined) return false;
  if (spec?.taints?.some(({ key }) => key === 'ToBeDeletedByClusterAutoscaler') === true) return false;
  return status?.conditions?.some(({ type, status: is }) => type === 'Ready' && is === 'True') === true;
}

function unlessGone(error: unknown): undefined {
  if (!isNotFound(error)) throw error;
  return undefined;
}
