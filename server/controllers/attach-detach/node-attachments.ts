/** Brings the attachments of one node to what its pods need: detaches, then attaches, and says in its status what is attached. */
import type { Node, Pod, VolumeAttachment } from '../../client/api-types.ts';
import { isAlreadyExists, isNotFound } from '../../client/client.ts';
import { nodes, pods as podType, volumeAttachments } from '../../client/resource-types.ts';
import type { ControllerContext } from '../controller.ts';
import type { Requeue } from '../reconciler.ts';
import { type Attachable, isHeldByNode, type Wanted } from './wanted.ts';

/** Milliseconds that an unmount may take on a node that does not answer. */
const maxWaitForUnmount = 6 * 60_000;

export interface NodeView {
  readonly name: string;
  /** Undefined: it is gone. */
  readonly node: Node | undefined;
  readonly wanted: ReadonlyMap<string, Wanted>;
  /** On this node. */
  readonly present: readonly VolumeAttachment[];
  /** Undefined: it is none of ours. */
  readonly attachableOf: (attachment: VolumeAttachment) => Attachable | undefined;
  /** Of the same volume, to other nodes. */
  readonly elsewhere: (volume: string) => readonly VolumeAttachment[];
  readonly podsOf: (node: string) => readonly Pod[];
}

export class NodeAttachments {
  readonly #context: ControllerContext;
  /** By attachment: monotonic milliseconds since which nobody needs it. */
  readonly #unwanted = new Map<string, number>();
  /** Attachments that have been waited for here. */
  readonly #awaited = new Set<string>();
  /** Attachments that could not be made since the volume is another node's, and are reported. */
  readonly #refused = new Set<string>();

  constructor(context: ControllerContext) {
    this.#context = context;
  }

  async sync(view: NodeView): Promise<Requeue | void> {
    const { present, wanted, attachableOf, node } = view;
    const ours = present.flatMap((attachment) => {
      const attachable = attachableOf(attachment);
      return attachable === undefined ? [] : [{ attachment, attachable }];
    });
    const due = ours.filter(({ attachment }) => this.#isDue(attachment, view, attachableOf));
    const leaving = new Set(due.map(({ attachment }) => attachment.metadata.name));
    const staying = ours.filter(
      ({ attachment: { metadata, status } }) =>
        status?.attached === true && metadata.deletionTimestamp === undefined && !leaving.has(metadata.name),
    );
    // First the node is told that a volume is not to be mounted any more.
    if (node !== undefined)
      await this.#tell(node, [...new Set(staying.map(({ attachable }) => attachable.volumeName))]);
    for (const { attachment } of due) await this.#detach(attachment);
    const names = new Set(present.map(({ metadata }) => metadata.name));
    for (const each of wanted.values()) {
      if (names.has(each.name)) this.#follow(each, present);
      else await this.#attach(each, view);
    }
    const isWaiting = ours.some(({ attachment }) => this.#unwanted.has(attachment.metadata.name ?? ''));
    return isWaiting ? { after: maxWaitForUnmount } : undefined;
  }

  #isDue(attachment: VolumeAttachment, { wanted, node }: NodeView, attachableOf: NodeView['attachableOf']): boolean {
    const { name = '', deletionTimestamp } = attachment.metadata;
    if (wanted.has(name) || deletionTimestamp !== undefined) {
      this.#unwanted.delete(name);
      return false;
    }
    const now = this.#context.clock.monotonic();
    const since = this.#unwanted.get(name) ?? now;
    this.#unwanted.set(name, since);
    const volumeName = attachableOf(attachment)?.volumeName ?? '';
    const isOverdue = now - since >= maxWaitForUnmount;
    return node === undefined || !isHeldByNode(node, volumeName, { isOverdue });
  }

  async #tell({ metadata, status }: Node, attached: readonly string[]): Promise<void> {
    const before = (status?.volumesAttached ?? []).map(({ name }) => name);
    const wanted = attached.toSorted();
    if (before.toSorted().join() === wanted.join()) return;
    const volumesAttached = wanted.map((name) => ({ name, devicePath: '' }));
    await this.#context.client
      .of(nodes)
      .patch(metadata.name ?? '', { status: { volumesAttached } }, { subresource: 'status' });
  }

  async #detach({ metadata }: VolumeAttachment): Promise<void> {
    const { name = '' } = metadata;
    this.#unwanted.delete(name);
    this.#awaited.delete(name);
    try {
      await this.#context.client.of(volumeAttachments).delete(name);
    } catch (error) {
      if (!isNotFound(error)) throw error;
    }
  }

  async #attach(wanted: Wanted, { name: nodeName, node, elsewhere, podsOf }: NodeView): Promise<void> {
    if (node === undefined) return;
    const { name, driver, volume, isShared } = wanted;
    const others = isShared ? [] : elsewhere(volume.metadata.name ?? '');
    if (others.length > 0) {
      if (!this.#refused.has(name))
        this.#refuse(
          wanted,
          others.flatMap(({ spec }) => podsOf(spec.nodeName)),
        );
      return;
    }
    this.#refused.delete(name);
    this.#awaited.add(name);
    try {
      await this.#context.client.of(volumeAttachments).create({
        metadata: { name },
        spec: { attacher: driver, nodeName, source: { persistentVolumeName: volume.metadata.name ?? '' } },
      });
    } catch (error) {
      if (!isAlreadyExists(error)) throw error;
    }
  }

  /** The driver's attacher has said how it went. */
  #follow({ name, volume, pods }: Wanted, present: readonly VolumeAttachment[]): void {
    if (!this.#awaited.has(name)) return;
    const { status } = present.find(({ metadata }) => metadata.name === name) ?? {};
    const text = JSON.stringify(volume.metadata.name);
    if (status?.attached === true) {
      this.#awaited.delete(name);
      const message = `AttachVolume.Attach succeeded for volume ${text} `;
      for (const pod of pods) this.#event(pod, { type: 'Normal', reason: 'SuccessfulAttachVolume', message });
    } else if (status?.attachError?.message !== undefined) {
      const message = `AttachVolume.Attach failed for volume ${text} : rpc error: ${status.attachError.message}`;
      for (const pod of pods) this.#event(pod, { type: 'Warning', reason: 'FailedAttachVolume', message });
    }
  }

  #refuse({ name, volume, pods }: Wanted, others: readonly Pod[]): void {
    this.#refused.add(name);
    const users = others.filter(({ spec }) => pods.every((pod) => pod.spec?.nodeName !== spec?.nodeName));
    for (const pod of pods) {
      const why = whoHasIt(pod, users);
      const message = `Multi-Attach error for volume ${JSON.stringify(volume.metadata.name)} ${why}`;
      this.#event(pod, { type: 'Warning', reason: 'FailedAttachVolume', message });
    }
  }

  #event(pod: Pod, occurrence: { type: 'Normal' | 'Warning'; reason: string; message: string }): void {
    this.#context.events.event({ ...pod, apiVersion: 'v1', kind: podType.kind }, occurrence);
  }
}

/** Names of another namespace are nobody's business. */
function whoHasIt({ metadata }: Pod, users: readonly Pod[]): string {
  const local = users.filter((user) => user.metadata.namespace === metadata.namespace);
  const foreign = users.length - local.length;
  if (users.length === 0) return "Volume is already exclusively attached to one node and can't be attached to another";
  if (local.length === 0) return `Volume is already used by ${foreign} pod(s) in different namespaces`;
  const names = local.map((user) => user.metadata.name).join(', ');
  return `Volume is already used by pod(s) ${names}${foreign === 0 ? '' : ` and ${foreign} pod(s) in different namespaces`}`;
}
