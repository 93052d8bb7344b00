/** What went wrong on the way to another server, in the words of Go's network packages: people search for them. */
import type { RemoteAddress } from './service-resolver.ts';

/** What the other server had not done in its time. */
export const deadlineExceeded = 'context deadline exceeded';

/** The text of an error that Node's TLS sockets and requests end with. */
export function networkErrorText(error: unknown, address: RemoteAddress): string {
  if (!(error instanceof Error)) return String(error);
  const code = 'code' in error ? String(error.code) : '';
  const known = Object.hasOwn(texts, code) ? texts[code] : undefined;
  return known === undefined ? error.message : known(error, address);
}

const unverified = 'tls: failed to verify certificate: x509: ';
const unknownAuthority = () => `${unverified}certificate signed by unknown authority`;

const texts: Readonly<Record<string, (error: Error, address: RemoteAddress) => string>> = {
  ECONNREFUSED: (_, address) => `dial tcp ${hostPort(address)}: connect: connection refused`,
  EHOSTUNREACH: (_, address) => `dial tcp ${hostPort(address)}: connect: no route to host`,
  ENETUNREACH: (_, address) => `dial tcp ${hostPort(address)}: connect: network is unreachable`,
  ETIMEDOUT: (_, address) => `dial tcp ${hostPort(address)}: i/o timeout`,
  ENOTFOUND: (_, { host }) => `dial tcp: lookup ${host}: no such host`,
  EAI_AGAIN: (_, { host }) => `dial tcp: lookup ${host}: server misbehaving`,
  ECONNRESET: ({ message }) => (message === 'socket hang up' ? 'EOF' : 'read: connection reset by peer'),
  EPIPE: () => 'write: broken pipe',
  ERR_SSL_WRONG_VERSION_NUMBER: () => 'http: server gave HTTP response to HTTPS client',
  ERR_SSL_PACKET_LENGTH_TOO_LONG: () => 'http: server gave HTTP response to HTTPS client',
  CERT_HAS_EXPIRED: () => `${unverified}certificate has expired or is not yet valid`,
  CERT_NOT_YET_VALID: () => `${unverified}certificate has expired or is not yet valid`,
  DEPTH_ZERO_SELF_SIGNED_CERT: unknownAuthority,
  SELF_SIGNED_CERT_IN_CHAIN: unknownAuthority,
  UNABLE_TO_GET_ISSUER_CERT: unknownAuthority,
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: unknownAuthority,
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: unknownAuthority,
  CERT_UNTRUSTED: unknownAuthority,
  CERT_SIGNATURE_FAILURE: unknownAuthority,
  ERR_TLS_CERT_ALTNAME_INVALID: (error) => `${unverified}${nameMismatch(error)}`,
};

/** Node names what was asked for and, as text, what the certificate is for. */
function nameMismatch(error: Error): string {
  const asked = 'host' in error ? String(error.host) : '';
  const certificate = 'cert' in error ? (error.cert as { subjectaltname?: string } | undefined) : undefined;
  const names = [...(certificate?.subjectaltname ?? '').matchAll(/(DNS|IP Address):([^,\s]+)/g)];
  const ofKind = (kind: string) => names.filter((match) => match[1] === kind).map((match) => match[2]);
  const valid = ofKind('DNS').length > 0 ? ofKind('DNS') : ofKind('IP Address');
  return valid.length === 0
    ? `certificate is not valid for any names, but wanted to match ${asked}`
    : `certificate is valid for ${valid.join(', ')}, not ${asked}`;
}

export function hostPort({ host, port }: RemoteAddress): string {
  return `${host.includes(':') ? `[${host}]` : host}:${port}`;
}
