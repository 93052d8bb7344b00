/** A token of a pod's service account, bound to the pod. */
import type { Pod } from '../client/api-types.ts';
import type { Client } from '../client/client.ts';
import { serviceAccounts } from '../client/resource-types.ts';

export interface TokenOptions {
  readonly audience?: string;
  readonly expirationSeconds?: number;
}

/** Seconds; upstream's kubelet asks for so long where a volume says nothing. */
const usualExpiration = 3607;

/** @throws StatusError, TransportError */
export async function serviceAccountToken(client: Client, pod: Pod, options: TokenOptions): Promise<string> {
  const { audience, expirationSeconds = usualExpiration } = options;
  const { name, namespace, uid } = pod.metadata;
  const request = {
    metadata: {},
    spec: {
      audiences: audience === undefined ? [] : [audience],
      expirationSeconds,
      boundObjectRef: { kind: 'Pod', apiVersion: 'v1', name, uid },
    },
  };
  const account = pod.spec?.serviceAccountName ?? 'default';
  const answer: object = await client
    .of(serviceAccounts)
    .create(request, { namespace, name: account, subresource: 'token' });
  return (answer as { status?: { token?: string } }).status?.token ?? '';
}
