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
}

/** @throws StatusError 500 for a node without an address */
export function kubeletAddress(node: KubeObject, { port, addressTypes }: KubeletOptions): RemoteAddress {
  const { addresses, daemonEndpoints } = asObject(node.status);
  const known = asObjects(addresses);
  for (const wanted of addressTypes) {
    const found = known.find(({ type }) => type === wanted);
    if (found === undefined) continue;
    return {
      host: asText(found.address),
      port: asNumber(asObject(asObject(daemonEndpoints).kubeletEndpoint).Port) || port,
    };
  }
  const shown = known.map(({ type, address }) => `{${asText(type)} ${asText(address)}}`).join(' ');
  throw failure({ code: 500, reason: '', message: `no preferred addresses found; known addresses: [${shown}]` });
}
