/** x509 client certificates: CN is the user, O its groups; TLS has already checked them against the client CA. */
import type { PeerCertificate, TLSSocket } from 'node:tls';
import { credentialIdKey, systemAuthenticated, type UserInfo } from '../../apimachinery/request/user-info.ts';
import type { Authenticator, HttpRequest } from './authenticator.ts';

export function certificateAuthenticator(): Authenticator {
  // A connection keeps its certificate: it is read once.
  const users = new WeakMap<object, { readonly user: UserInfo | undefined }>();
  return {
    authenticate(request) {
      const socket = tlsSocketOf(request);
      if (socket === undefined) return undefined;
      const known = users.get(socket);
      if (known !== undefined) return known.user;
      const user = readUser(socket);
      users.set(socket, { user });
      return user;
    },
  };
}

function tlsSocketOf(request: HttpRequest): TLSSocket | undefined {
  const session = 'stream' in request ? request.stream.session : undefined;
  // Over HTTP/2 it is a proxy, which has properties that are not `in` it.
  const socket: object = session?.socket ?? request.socket;
  return typeof (socket as Partial<TLSSocket>).getPeerCertificate === 'function' ? (socket as TLSSocket) : undefined;
}

function readUser(socket: TLSSocket): UserInfo | undefined {
  if (!socket.authorized) return undefined;
  const certificate: Partial<PeerCertificate> = socket.getPeerCertificate();
  const subject = certificate.subject;
  const name = first(subject?.CN);
  if (subject === undefined || name === '') return undefined;
  const extra = { [credentialIdKey]: [`X509SHA256=${fingerprint(certificate)}`] };
  return { name, uid: '', groups: [...list(subject.O), systemAuthenticated], extra };
}

/** In hexadecimal digits, as upstream writes it. */
function fingerprint({ fingerprint256 = '' }: Partial<PeerCertificate>): string {
  return fingerprint256.replaceAll(':', '').toLowerCase();
}

function list(value: string | string[] | undefined): string[] {
  return value === undefined ? [] : Array.isArray(value) ? value : [value];
}

function first(value: string | string[] | undefined): string {
  return list(value)[0] ?? '';
}
