/** Where the kubelet of a node is, by what its Node says. */
import { failure } from '../../apimachinery/errors/status-error.ts';
import { asNumber, asObject, asObjects, asText } from '../../apimachinery/json-access.ts';
import type { KubeObject } from '../../apimachinery/meta/object.ts';
import type { RemoteTls } from '../remote/https-exchange.ts';
import type { RemoteAddress } from '../remote/service-resolver.ts';

export interface KubeletOptions {
  /** What this server shows, and whom it believes. */
  readonly tls: RemoteTls;
  /** Of kubelets that do not say theirs (upstream: 10250). */
  readonly port: number;
  /** Types of addresses: the first that a node has is taken. */
  readonly addressTypes: readonly string[];
  /** Kubelets of this process, which listen here whatever address their node shows. */
  readonly local: (node: string) => KubeletEndpoint | undefined;
}

export interface KubeletEndpoint {
  readonly address: RemoteAddress;
  readonly tls: RemoteTls;
  /** Several nodes may share one endpoint: the Host header says which is meant. Unset: the client's passes. */
  readonly hostHeader?: string;
}

/** @throws StatusError 500 for a node without an address */
export function kubeletEndpoint(node: KubeObject, { tls, port, addressTypes, local }: KubeletOptions): KubeletEndpoint {
  const own = local(node.metadata.name ?? '');
  if (own !== undefined) return own;
  const { addresses, daemonEndpoints } = asObject(node.status);
  const known = asObjects(addresses);
  for (const wanted of addressTypes) {
    const found = known.find(({ type }) => type === wanted);
    if (found === undefined) continue;
    const told = asNumber(asObject(asObject(daemonEndpoints).kubeletEndpoint).Port);
    return { address: { host: asText(found.address), port: told || port }, tls };
  }
  const shown = known.map(({ type, address }) => `{${asText(type)} ${asText(address)}}`).join(' ');
  throw failure({ code: 500, reason: '', message: `no preferred addresses found; known addresses: [${shown}]` });
}
