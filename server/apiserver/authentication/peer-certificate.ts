/** The certificate that a connection's client has shown, read once a connection. */
import type { DetailedPeerCertificate, PeerCertificate, TLSSocket } from 'node:tls';
import type { HttpRequest } from './authenticator.ts';

export interface ClientCertificate {
  /** TLS has found it signed by an authority that it knows, in time, and meant for clients. */
  readonly isVerified: boolean;
  readonly commonName: string;
  readonly organizations: readonly string[];
  /** SHA-256, in hexadecimal digits. */
  readonly fingerprint: string;
  /** SHA-256 fingerprints of those who vouch for it, the last of them an authority, as Node writes them. */
  readonly chain: readonly string[];
}

const read = new WeakMap<object, { readonly certificate: ClientCertificate | undefined }>();

/** Undefined: the client has shown none. */
export function clientCertificateOf(request: HttpRequest): ClientCertificate | undefined {
  const socket = tlsSocketOf(request);
  if (socket === undefined) return undefined;
  const known = read.get(socket);
  if (known !== undefined) return known.certificate;
  const certificate = readCertificate(socket);
  read.set(socket, { certificate });
  return certificate;
}

function tlsSocketOf(request: HttpRequest): TLSSocket | undefined {
  const session = 'stream' in request ? request.stream.session : undefined;
  // Over HTTP/2 it is a proxy, which has properties that are not `in` it.
  const socket: object = session?.socket ?? request.socket;
  return typeof (socket as Partial<TLSSocket>).getPeerCertificate === 'function' ? (socket as TLSSocket) : undefined;
}

function readCertificate(socket: TLSSocket): ClientCertificate | undefined {
  const shown: Partial<PeerCertificate> = socket.getPeerCertificate();
  if (shown.subject === undefined) return undefined;
  return {
    isVerified: socket.authorized,
    commonName: list(shown.subject.CN)[0] ?? '',
    organizations: list(shown.subject.O),
    fingerprint: (shown.fingerprint256 ?? '').replaceAll(':', '').toLowerCase(),
    chain: socket.authorized ? chainOf(socket.getPeerCertificate(true)) : [],
  };
}

function chainOf(certificate: DetailedPeerCertificate): string[] {
  const chain: string[] = [];
  let at: DetailedPeerCertificate | undefined = certificate.issuerCertificate;
  // An authority is its own issuer.
  while (at !== undefined && !chain.includes(at.fingerprint256)) {
    chain.push(at.fingerprint256);
    at = at.issuerCertificate;
  }
  return chain;
}

function list(value: string | string[] | undefined): string[] {
  return value === undefined ? [] : Array.isArray(value) ? value : [value];
}
