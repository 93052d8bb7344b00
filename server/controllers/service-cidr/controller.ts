/** Blocks of service addresses: said to be ready, and kept from going while services have addresses that no other block has. */
import type { ServiceCidr } from '../../client/api-types.ts';
import { isNotFound } from '../../client/client.ts';
import { ipAddresses, serviceCidrs } from '../../client/resource-types.ts';
import { formatTime } from '../../apimachinery/meta/time.ts';
import type { Controller, ControllerContext } from '../controller.ts';
import { on, type Requeue, runReconciler } from '../reconciler.ts';
import { blockOfText, containing, holdingUp, overlapping, servesServices } from './blocks.ts';

const finalizer = 'networking.k8s.io/service-cidr-finalizer';
/** Milliseconds until every allocator has heard that a block goes, so that none gives out an address of it any more. */
const graceOfAllocators = 10_000;

const ready = { type: 'Ready', status: 'True', reason: '', message: 'Kubernetes Service CIDR is ready' };
const terminating = {
  type: 'Ready',
  status: 'False',
  reason: 'Terminating',
  message: 'There are still IPAddresses referencing the ServiceCIDR, please remove them or create a new ServiceCIDR',
};

export const serviceCidrController: Controller = {
  name: 'service-cidr-controller',
  account: 'service-cidrs-controller',
  async run(context) {
    const cidrs = context.informers.of(serviceCidrs);
    const addresses = context.informers.of(ipAddresses);
    const sync = new ServiceCidrSync(context);
    await runReconciler({
      context,
      name: 'ipaddresses',
      triggers: [
        on(cidrs, ({ object, before, deleted }) => {
          const own = object.metadata.name ?? '';
          if (before !== undefined && !deleted) return own;
          // A block that comes or goes decides whether those around it may go.
          const blocks = (object.spec?.cidrs ?? []).map(blockOfText);
          return [own, ...overlapping(cidrs.lister.list(), blocks)];
        }),
        on(addresses, ({ object }) =>
          servesServices(object) ? containing(cidrs.lister.list(), object.metadata.name ?? '') : undefined,
        ),
      ],
      async reconcile(name) {
        const cidr = cidrs.lister.get(name);
        if (cidr === undefined) return undefined;
        if (cidr.metadata.deletionTimestamp === undefined) return sync.keep(cidr);
        const isHeld = holdingUp(cidr, { cidrs: cidrs.lister.list(), addresses: addresses.lister.list() });
        return isHeld ? sync.say(cidr, terminating) : sync.release(cidr);
      },
    });
  },
};

class ServiceCidrSync {
  readonly #context: ControllerContext;

  constructor(context: ControllerContext) {
    this.#context = context;
  }

  async keep(cidr: ServiceCidr): Promise<void> {
    if (cidr.metadata.finalizers?.includes(finalizer) !== true) await this.#patch(cidr, { finalizers: [finalizer] });
    try {
      await this.say(cidr, ready);
    } catch (error) {
      const message = 'The ServiceCIDR Status can not be set to Ready=True';
      this.#context.events.event(cidr, { type: 'Warning', reason: 'KubernetesServiceCIDRError', message });
      throw error;
    }
  }

  async say(cidr: ServiceCidr, condition: typeof ready): Promise<void> {
    const present = cidr.status?.conditions?.find(({ type }) => type === condition.type);
    const isSaid =
      present?.status === condition.status &&
      present.reason === condition.reason &&
      present.message === condition.message;
    if (isSaid) return;
    const { client, clock } = this.#context;
    const conditions = [{ ...condition, lastTransitionTime: formatTime(clock.now()) }];
    await client
      .of(serviceCidrs)
      .apply(
        { metadata: { name: cidr.metadata.name ?? '' }, status: { conditions } },
        { fieldManager: 'service-cidr-controller', force: true, subresource: 'status' },
      );
  }

  async release(cidr: ServiceCidr): Promise<Requeue | void> {
    const { deletionTimestamp = '', finalizers = [] } = cidr.metadata;
    if (!finalizers.includes(finalizer)) return;
    const after = Date.parse(deletionTimestamp) + graceOfAllocators - this.#context.clock.now();
    if (after > 0) return { after };
    await this.#patch(cidr, { '$deleteFromPrimitiveList/finalizers': [finalizer] });
  }

  async #patch({ metadata }: ServiceCidr, change: object): Promise<void> {
    try {
      const resource = this.#context.client.of(serviceCidrs);
      await resource.patch(metadata.name ?? '', { metadata: change }, { type: 'strategic' });
    } catch (error) {
      if (!isNotFound(error)) throw error;
    }
  }
}
