/** What answers at a port of a simulated pod: an HTTP server that says what it stands for. */
import type { Connection } from '../interface.ts';

export function simulatedConnection({ pod, port }: { readonly pod: string; readonly port: number }): Connection {
  const chunks: Uint8Array[] = [];
  let isEnded = false;
  let wake = (): void => undefined;
  let received = '';
  const push = (text: string): void => {
    chunks.push(Buffer.from(text));
    wake();
  };
  async function* read(): AsyncIterable<Uint8Array> {
    for (;;) {
      const chunk = chunks.shift();
      if (chunk !== undefined) yield chunk;
      else if (isEnded) return;
      else
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
    }
  }
  return {
    read: read(),
    write(chunk) {
      received += Buffer.from(chunk).toString('latin1');
      // Requests are answered as their heads are complete; bodies are not looked at.
      for (let end = received.indexOf('\r\n\r\n'); end >= 0; end = received.indexOf('\r\n\r\n')) {
        const [method = '', path = ''] = received.split(' ', 2);
        received = received.slice(end + 4);
        const body = `Simulated: pod ${pod} answers on port ${port} (${method} ${path}).\n`;
        push(
          `HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`,
        );
      }
    },
    end() {
      isEnded = true;
      wake();
    },
  };
}
