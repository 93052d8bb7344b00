/** Makes the Node of a kubelet, or takes up the one that is there. */
import type { Node } from '../client/api-types.ts';
import { type Client, isAlreadyExists } from '../client/client.ts';
import { nodes } from '../client/resource-types.ts';
import { nodeObject, type NodeParts, nodeStatus } from './node-object.ts';

/** @throws StatusError, TransportError */
export async function registerNode(client: Client, parts: NodeParts, signal: AbortSignal): Promise<Node> {
  const resource = client.of(nodes);
  try {
    return await resource.create(nodeObject(parts), { signal });
  } catch (error) {
    if (!isAlreadyExists(error)) throw error;
  }
  const present = await resource.get(parts.name, { signal });
  const { labels, annotations } = nodeObject(parts).metadata;
  const missing = (wanted: Readonly<Record<string, string>> = {}, have: Readonly<Record<string, string>> = {}) =>
    Object.entries(wanted).some(([key, value]) => have[key] !== value);
  if (missing(labels, present.metadata.labels) || missing(annotations, present.metadata.annotations)) {
    await resource.patch(parts.name, { metadata: { labels, annotations } }, { type: 'strategic', signal });
  }
  const status = nodeStatus({ ...parts, before: present.status });
  return resource.patch(parts.name, { status }, { type: 'strategic', subresource: 'status', signal });
}
