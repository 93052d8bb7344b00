/** Answers on connections whose bytes never become a request: broken HTTP/1.1, late senders, plain HTTP on the TLS port. */
import { STATUS_CODES } from 'node:http';
import type { Socket } from 'node:net';
import { failure, newMethodNotAllowed, type StatusError } from '../../apimachinery/errors/status-error.ts';

/** What Node's parser says of a broken request. */
export interface ParserError extends Error {
  readonly code?: string;
  readonly reason?: string;
  readonly rawPacket?: Buffer;
}

/** Fields of Node's sockets that its types leave out. */
interface InnerSocket {
  /** HTTP/1.1: the answer that is being written. */
  readonly _httpMessage?: { readonly headersSent: boolean } | null;
  /** TLS: the TCP socket underneath. */
  readonly _parent?: Socket | null;
}

/** A request line of a method that Node's parser does not know; anything else it stumbles over is no HTTP. */
const requestLine = /^[!-~]+ \/[!-~]* HTTP\/1\.[01]\r\n/;

function refusalOf(error: ParserError): StatusError {
  const bad = (code: number, reason: string, message: string) => failure({ code, reason, message });
  switch (error.code ?? '') {
    case 'HPE_HEADER_OVERFLOW':
      return bad(431, 'RequestHeaderFieldsTooLarge', 'Request Header Fields Too Large');
    case 'HPE_CHUNK_EXTENSIONS_OVERFLOW':
      return bad(413, 'RequestEntityTooLarge', 'Request entity too large: chunk extensions');
    case 'ERR_HTTP_REQUEST_TIMEOUT':
      return bad(408, 'Timeout', 'the request did not arrive in time');
    case 'HPE_INVALID_METHOD':
      if (requestLine.test(error.rawPacket?.toString('latin1') ?? '')) return newMethodNotAllowed();
      break;
  }
  return bad(400, 'BadRequest', error.reason === undefined ? 'Bad Request' : `Bad Request: ${error.reason}`);
}

/** A whole HTTP/1.1 answer; nothing of the connection can be understood after it. */
export function finalAnswer({ status }: StatusError): string {
  const body = JSON.stringify(status);
  const head = [
    `HTTP/1.1 ${status.code} ${STATUS_CODES[status.code] ?? ''}`,
    'Content-Type: application/json',
    'Cache-Control: no-cache, private',
    `Content-Length: ${Buffer.byteLength(body)}`,
    'Connection: close',
  ];
  return `${head.join('\r\n')}\r\n\r\n${body}`;
}

/** The answer to give on the socket, or undefined where another has begun or nobody can read it. */
export function refusalFor(error: ParserError, socket: Socket): string | undefined {
  const begun = (socket as InnerSocket)._httpMessage?.headersSent === true;
  if (begun || !socket.writable || error.code === 'ECONNRESET') return undefined;
  return finalAnswer(refusalOf(error));
}

/** TCP sockets outlive a failed handshake on them. */
export function tcpSocketOf(socket: Socket): Socket | undefined {
  return (socket as InnerSocket)._parent ?? undefined;
}

/** Source of the wording: Go's net/http, which upstream serves with. */
export const plainHttpAnswer = 'HTTP/1.0 400 Bad Request\r\n\r\nClient sent an HTTP request to an HTTPS server.\n';
