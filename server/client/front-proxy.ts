/** For whom an API server asks that passes a request on: what extension servers must know of it is published in kube-system. */
import type { IncomingMessage } from 'node:http';
import type { TLSSocket } from 'node:tls';
import type { Client } from './client.ts';
import type { User } from './delegated-access.ts';
import { configMaps } from './resource-types.ts';

export interface FrontProxyTrust {
  /** PEM: who vouches for front proxies. Nobody else may be among the authorities that connections are checked by. */
  readonly authorities: string;
  /** Empty: any that they vouch for. */
  readonly names: readonly string[];
}

/** @throws StatusError, TransportError; Error where nothing is published */
export async function readFrontProxyTrust(client: Client): Promise<FrontProxyTrust> {
  const name = 'extension-apiserver-authentication';
  const { data = {} } = await client.of(configMaps).get(name, { namespace: 'kube-system' });
  const authorities = data['requestheader-client-ca-file'];
  if (authorities === undefined) throw new Error(`kube-system/${name} names no authority of front proxies`);
  return { authorities, names: JSON.parse(data['requestheader-allowed-names'] ?? '[]') as string[] };
}

/** Undefined: it is no front proxy, or says nobody. The connection was checked by the trusted authorities. */
export function userOfFrontProxy(req: IncomingMessage, { names }: FrontProxyTrust): User | undefined {
  const socket = req.socket as TLSSocket;
  if (!socket.authorized) return undefined;
  const { CN = '' } = socket.getPeerCertificate().subject ?? {};
  const { 'x-remote-user': name, 'x-remote-uid': uid = '' } = req.headers;
  if (typeof CN !== 'string' || (names.length > 0 && !names.includes(CN))) return undefined;
  if (typeof name !== 'string' || name === '') return undefined;
  return { name, uid: String(uid), groups: req.headersDistinct['x-remote-group'] ?? [] };
}
