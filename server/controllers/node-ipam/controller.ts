/** Every node gets a block of the cluster's pod addresses. */
import { isNotFound } from '../../client/client.ts';
import { nodes } from '../../client/resource-types.ts';
import type { Controller } from '../controller.ts';
import { aborted, on, runReconciler } from '../reconciler.ts';
import { AddressBlocks } from './address-blocks.ts';

/** Of a node's block; upstream: --node-cidr-mask-size-ipv4, --node-cidr-mask-size-ipv6. */
const prefixes = { ipv4: 24, ipv6: 64 };

export const nodeIpam: Controller = {
  name: 'node-ipam-controller',
  alias: 'nodeipam',
  account: 'node-controller',
  async run(context) {
    const { client, events, informers, settings, signal } = context;
    if (settings.clusterCidrs.length === 0) return;
    const ranges = settings.clusterCidrs.map(
      (range) => new AddressBlocks(range, range.includes(':') ? prefixes.ipv6 : prefixes.ipv4),
    );
    const all = informers.of(nodes);
    await Promise.race([all.synced, aborted(signal)]);
    const blocksOf = (cidrs: readonly string[] | undefined) =>
      (cidrs ?? []).forEach((block) => ranges.some((range) => range.take(block)));
    // What nodes have is theirs before anything new is given out.
    for (const { spec } of all.lister.list()) blocksOf(spec?.podCIDRs);
    all.addHandlers({
      deleted: ({ spec }) => {
        for (const block of spec?.podCIDRs ?? []) for (const range of ranges) range.release(block);
      },
    });
    await runReconciler({
      context,
      name: 'node_ipam',
      // Blocks are drawn one by one.
      workers: 1,
      triggers: [on(all)],
      async reconcile(name) {
        const node = all.lister.get(name);
        if (node === undefined || (node.spec?.podCIDRs ?? []).length > 0) return;
        const drawn = ranges.flatMap((range) => range.allocate() ?? []);
        const giveBack = () => {
          for (const block of drawn) for (const range of ranges) range.release(block);
        };
        if (drawn.length < ranges.length) {
          giveBack();
          const message = `Node ${name} status is now: CIDRNotAvailable`;
          events.event(
            { kind: 'Node', apiVersion: 'v1', name, uid: name },
            { type: 'Normal', reason: 'CIDRNotAvailable', message },
          );
          throw new Error(
            'CIDR allocation failed; there are no remaining CIDRs left to allocate in the accepted range',
          );
        }
        try {
          await client.of(nodes).patch(name, { spec: { podCIDR: drawn[0], podCIDRs: drawn } }, { type: 'strategic' });
        } catch (error) {
          giveBack();
          if (!isNotFound(error)) throw error;
        }
      },
    });
  },
};
