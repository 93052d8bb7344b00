/** Another server that a request is handed on to, and the connection to it. */
import { type IncomingMessage, request as httpRequest, type RequestOptions } from 'node:http';
import { type Agent, request as httpsRequest } from 'node:https';
import type { Clock } from '../../apimachinery/clock/clock.ts';
import type { RemoteTls } from '../remote/https-exchange.ts';
import { deadlineExceeded, networkErrorText } from '../remote/network-error.ts';
import type { RemoteAddress } from '../remote/service-resolver.ts';

export interface ProxyTarget {
  readonly address: RemoteAddress;
  /** As it is sent: encoded, with its query. */
  readonly path: string;
  /** Unset: plain HTTP. */
  readonly tls: RemoteTls | undefined;
  /** Sent beside the client's own headers. */
  readonly headers?: Readonly<Record<string, string | readonly string[]>>;
  /** Unset: the client's. */
  readonly hostHeader?: string | undefined;
  /**
   * Path by which clients of this server see the other one's root: it is told so, its redirections are moved below it, and a failure
   * to reach it is a service's. Unset: answers pass as they are.
   */
  readonly shownUnder?: string | undefined;
  /** Unset: a connection of its own. */
  readonly agent?: Agent | undefined;
  /** An answer has the time that any request has; unset: as long as it takes. */
  readonly isBounded?: boolean;
  /** A redirection is answered with 502 in place of it: clients would follow it with their credentials. */
  readonly rejectsRedirects?: boolean;
  /** Milliseconds within which the answer must begin. */
  readonly answerTimeout?: number;
}

/** Milliseconds that a connection may take to be made. */
export const CONNECT_TIMEOUT_MS = 30_000;

/** There is no connection; the message is as Go words it. */
export class Unreachable extends Error {
  override name = 'Unreachable';
}

export interface Outgoing {
  readonly method: string;
  /** Name and value in turn, as on the wire. */
  readonly headers: readonly string[];
  readonly clock: Clock;
  readonly signal: AbortSignal;
  /** Writes the body and ends the request. */
  readonly send: (request: ReturnType<typeof httpRequest>) => void;
  /** The other side speaks another protocol from here on; unset: it cannot be asked to. */
  readonly onUpgrade?: (answer: IncomingMessage, socket: NodeJS.ReadWriteStream, head: Buffer) => void;
}

/** Resolves with the head of the answer, or with undefined once `onUpgrade` has been called. @throws Unreachable */
export function openRequest(target: ProxyTarget, outgoing: Outgoing): Promise<IncomingMessage | undefined> {
  const { address, path, tls, agent } = target;
  const { method, headers, clock, signal, onUpgrade } = outgoing;
  const { promise, resolve, reject } = Promise.withResolvers<IncomingMessage | undefined>();
  const options: RequestOptions = {
    method,
    hostname: address.host,
    port: address.port,
    path,
    headers,
    setHost: false,
    signal,
    agent: agent ?? false,
  };
  const request =
    tls === undefined ? httpRequest(options) : httpsRequest({ ...options, ...tlsOptions(tls, address.host) });
  const cancel = clock.after(CONNECT_TIMEOUT_MS, () =>
    request.destroy(Object.assign(new Error('i/o timeout'), { code: 'ETIMEDOUT' })),
  );
  request.once('socket', (socket) => {
    if (socket.connecting) socket.once(tls === undefined ? 'connect' : 'secureConnect', cancel);
    else cancel();
  });
  const { answerTimeout } = target;
  const late = () => request.destroy(new Error(deadlineExceeded));
  const inTime = answerTimeout === undefined ? () => undefined : clock.after(answerTimeout, late);
  request.once('response', (answer) => {
    inTime();
    resolve(answer);
  });
  request.once('upgrade', (answer, socket, head) => {
    if (onUpgrade === undefined) socket.destroy();
    else onUpgrade(answer, socket, head);
    resolve(undefined);
  });
  request.on('error', (error) => {
    cancel();
    inTime();
    reject(new Unreachable(networkErrorText(error, address)));
  });
  outgoing.send(request);
  return promise;
}

function tlsOptions(tls: RemoteTls, host: string): object {
  const name = tls.serverName ?? host;
  return {
    ALPNProtocols: ['http/1.1'],
    servername: /^[\d.]+$|:/.test(name) ? '' : name,
    ...(tls.authority === undefined ? {} : { ca: tls.authority }),
    ...(tls.certificate === undefined ? {} : { cert: tls.certificate, key: tls.key }),
    ...(tls.insecure === true ? { rejectUnauthorized: false } : {}),
  };
}
