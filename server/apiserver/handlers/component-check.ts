/** How the parts of a control plane are: the store by its own word, controllers and scheduler by their health ports on this host. */
import { request } from 'node:https';

export interface ComponentHealth {
  readonly status: 'True' | 'False' | 'Unknown';
  readonly message: string;
  readonly error?: string;
}

export interface ComponentCheck {
  readonly name: string;
  check(): ComponentHealth | Promise<ComponentHealth>;
}

/** Milliseconds until a component that does not answer counts as failed. */
const PROBE_TIMEOUT_MS = 20_000;
/** Bytes of an answer that are shown. */
const MAX_MESSAGE_BYTES = 10 * 1024;

/** A component's certificate is its own: nobody but this host is asked. */
export function healthPort(name: string, port: number): ComponentCheck {
  return { name, check: () => probe(port) };
}

function probe(port: number): Promise<ComponentHealth> {
  const url = `https://127.0.0.1:${port}/healthz`;
  return new Promise((resolve) => {
    const fail = (message: string) => resolve({ status: 'False', message: `Get "${url}": ${message}` });
    const asked = request(url, { rejectUnauthorized: false, timeout: PROBE_TIMEOUT_MS, agent: false }, (answer) => {
      const chunks: Buffer[] = [];
      answer.on('data', (chunk: Buffer) => chunks.push(chunk));
      answer.on('error', (error) => fail(error.message));
      answer.on('end', () => {
        const { statusCode = 0, statusMessage = '' } = answer;
        const isWell = statusCode >= 200 && statusCode < 400;
        const text = Buffer.concat(chunks).subarray(0, MAX_MESSAGE_BYTES).toString();
        if (isWell) resolve({ status: 'True', message: text });
        else
          resolve({
            status: 'False',
            message: `HTTP probe failed with statuscode: ${statusCode} ${statusMessage}`.trim(),
          });
      });
    });
    asked.on('timeout', () => asked.destroy(new Error('context deadline exceeded')));
    asked.on('error', (error: NodeJS.ErrnoException) =>
      fail(error.code === 'ECONNREFUSED' ? `dial tcp 127.0.0.1:${port}: connect: connection refused` : error.message),
    );
    asked.end();
  });
}
