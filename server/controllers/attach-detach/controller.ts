/** Volumes of CSI drivers are attached to the nodes whose pods use them, and detached after: VolumeAttachments, which the drivers' attachers act on. */
import type { Node, Pod, VolumeAttachment } from '../../client/api-types.ts';
import { keyOf } from '../../client/lister.ts';
import {
  csiDrivers,
  nodes,
  persistentVolumeClaims,
  persistentVolumes,
  pods,
  volumeAttachments,
} from '../../client/resource-types.ts';
import type { Controller } from '../controller.ts';
import { podsByNode } from '../pods/by-node.ts';
import { claimKeysOf } from '../pods/claims.ts';
import { on, runReconciler } from '../reconciler.ts';
import { NodeAttachments } from './node-attachments.ts';
import { attachableOf, wantedOn } from './wanted.ts';

const byClaim = 'attach/claim';
const byAttachedNode = 'attach/node';
const byVolume = 'attach/volume';

export const attachDetach: Controller = {
  name: 'persistentvolume-attach-detach-controller',
  alias: 'attachdetach',
  component: 'attachdetach-controller',
  account: 'attachdetach-controller',
  async run(context) {
    const { informers } = context;
    const allPods = informers.of(pods);
    const allNodes = informers.of(nodes);
    const claims = informers.of(persistentVolumeClaims);
    const volumes = informers.of(persistentVolumes);
    const drivers = informers.of(csiDrivers);
    const attachments = informers.of(volumeAttachments);
    const podsOf = podsByNode(allPods);
    allPods.addIndexes({ [byClaim]: claimKeysOf });
    attachments.addIndexes({
      [byAttachedNode]: ({ spec }) => [spec.nodeName],
      [byVolume]: ({ spec }) => [spec.source.persistentVolumeName ?? ''],
    });
    const known = {
      claim: (key: string) => claims.lister.byKey(key),
      volume: (name: string) => volumes.lister.get(name),
      driver: (name: string) => drivers.lister.get(name),
    };
    const attachableOn = (node: string, { metadata, spec }: VolumeAttachment) => {
      const attachable = attachableOf(known.volume(spec.source.persistentVolumeName ?? ''), { ...known, node });
      // Others may make attachments, too, and then they end them.
      return attachable?.name === metadata.name ? attachable : undefined;
    };
    const nodesOfClaim = (key: string) => allPods.lister.byIndex(byClaim, key).flatMap(nodesOf);
    const sync = new NodeAttachments(context);
    await runReconciler({
      context,
      name: 'attach_detach',
      triggers: [
        on(allPods, ({ object }) => (claimKeysOf(object).length === 0 ? undefined : nodesOf(object))),
        on(claims, ({ object }) => nodesOfClaim(keyOf(object))),
        on(volumes, ({ object: { spec } }) =>
          spec?.csi === undefined ? undefined : nodesOfClaim(`${spec.claimRef?.namespace}/${spec.claimRef?.name}`),
        ),
        on(attachments, ({ object: { spec }, deleted }) => {
          const { claimRef } = known.volume(spec.source.persistentVolumeName ?? '')?.spec ?? {};
          // Now it may go to whoever has waited.
          const waiting = deleted ? nodesOfClaim(`${claimRef?.namespace}/${claimRef?.name}`) : [];
          return [spec.nodeName, ...waiting];
        }),
        on(allNodes, ({ object, before, deleted }) =>
          deleted || before === undefined || saysOtherwise(before, object) ? object.metadata.name : undefined,
        ),
        // Only what it says of attaching counts, and that cannot change while pods wait for it.
        on(drivers, () => undefined),
      ],
      async reconcile(name) {
        const node = allNodes.lister.get(name);
        const isOn = ({ spec }: VolumeAttachment) => spec.nodeName === name;
        return sync.sync({
          name,
          node,
          wanted: node === undefined ? new Map() : wantedOn(name, podsOf(name), known),
          present: attachments.lister.byIndex(byAttachedNode, name),
          attachableOf: (attachment) => attachableOn(name, attachment),
          elsewhere: (volume) => attachments.lister.byIndex(byVolume, volume).filter((each) => !isOn(each)),
          podsOf: (other) => podsOf(other),
        });
      },
    });
  },
};

function nodesOf({ spec }: Pod): string[] {
  return spec?.nodeName === undefined || spec.nodeName === '' ? [] : [spec.nodeName];
}

/** Of volumes, or of its end. Heartbeats change nothing here. */
function saysOtherwise(before: Node, now: Node): boolean {
  const relevant = ({ status, spec }: Node) =>
    JSON.stringify([status?.volumesInUse, status?.volumesAttached, spec?.taints]);
  return relevant(before) !== relevant(now);
}
