/** A remote command over a WebSocket: the first byte of each message names the stream. */
import type { WebSocket } from 'ws';
import { ByteQueue } from './byte-queue.ts';
import type { CommandConnection, WantedStreams } from './remote-command.ts';

/** The newest first. */
export const webSocketCommandProtocols = [
  'v5.channel.k8s.io',
  'v4.channel.k8s.io',
  'channel.k8s.io',
  'v4.base64.channel.k8s.io',
  'base64.channel.k8s.io',
] as const;

/** As bytes, and as digits where messages are texts. */
const channels = { stdin: 0, stdout: 1, stderr: 2, error: 3, resize: 4 } as const;
/** v5: the stream whose number follows has ended. */
const CLOSE = 255;

export function webSocketCommand(socket: WebSocket, wanted: WantedStreams): CommandConnection {
  const { protocol } = socket;
  const isText = protocol.includes('base64');
  const stdin = wanted.stdin ? new ByteQueue() : undefined;
  const resize = wanted.tty ? new ByteQueue() : undefined;
  const gone = new AbortController();
  const send = (channel: number, data: Uint8Array) => {
    if (socket.readyState !== socket.OPEN) return;
    if (isText) socket.send(String(channel) + Buffer.from(data).toString('base64'));
    else socket.send(Buffer.concat([Buffer.of(channel), data]));
  };
  socket.on('message', (message: Buffer) => {
    const [channel, data] = isText
      ? [Number(message.toString('latin1', 0, 1)), Buffer.from(message.toString('latin1', 1), 'base64')]
      : [message[0], message.subarray(1)];
    const queue = channel === channels.stdin ? stdin : channel === channels.resize ? resize : undefined;
    const wait = queue?.push(Buffer.from(data));
    if (wait !== undefined) {
      socket.pause();
      void wait.then(() => socket.resume());
    }
    if (channel === CLOSE && protocol === 'v5.channel.k8s.io' && data[0] === channels.stdin) stdin?.end();
  });
  socket.on('close', () => {
    stdin?.end();
    resize?.end();
    gone.abort();
  });
  socket.on('error', () => socket.terminate());
  // Says that the command has been reached.
  send(wanted.stdout ? channels.stdout : wanted.stderr ? channels.stderr : channels.error, new Uint8Array());
  return {
    stdin,
    stdout: wanted.stdout ? (chunk) => send(channels.stdout, chunk) : undefined,
    stderr: wanted.stderr ? (chunk) => send(channels.stderr, chunk) : undefined,
    resize,
    tellsStatus: protocol.startsWith('v'),
    signal: gone.signal,
    finish(message) {
      if (message !== '') send(channels.error, Buffer.from(message));
      socket.close(1000);
    },
  };
}
