/** Exec and attach whatever the wire: which streams there are, what comes of resizing, and how the end is told. */
import type { Streams } from '../../../backends/runtime/interface.ts';

/** Which streams a client wants. */
export interface WantedStreams {
  readonly stdin: boolean;
  readonly stdout: boolean;
  readonly stderr: boolean;
  readonly tty: boolean;
}

/** One remote command's connection. */
export interface CommandConnection {
  readonly stdin: AsyncIterable<Uint8Array> | undefined;
  readonly stdout: ((chunk: Uint8Array) => void) | undefined;
  readonly stderr: ((chunk: Uint8Array) => void) | undefined;
  /** JSON texts, in pieces. */
  readonly resize: AsyncIterable<Uint8Array> | undefined;
  /** The wire knows Status objects (from v4 on); else a text, and nothing for success. */
  readonly tellsStatus: boolean;
  /** Aborts when the client has gone. */
  readonly signal: AbortSignal;
  /** The last that is said, and the end of everything. */
  finish(message: string): void;
}

export function wantedStreams(query: URLSearchParams): WantedStreams {
  const asked = (name: string) => query.get(name) === '1' || query.get(name) === 'true';
  const tty = asked('tty');
  // A terminal has one screen.
  return { stdin: asked('input'), stdout: asked('output'), stderr: asked('error') && !tty, tty };
}

/** `run` gives the exit code. Never throws. */
export async function runRemoteCommand(
  connection: CommandConnection,
  tty: boolean,
  run: (streams: Streams) => Promise<number>,
): Promise<void> {
  const { stdin, stdout, stderr, signal, resize } = connection;
  try {
    const code = await run({
      stdin,
      stdout,
      stderr,
      tty,
      resize: resize === undefined ? undefined : terminalSizes(resize),
      signal,
    });
    connection.finish(connection.tellsStatus ? exitStatus(code) : exitText(code));
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    connection.finish(connection.tellsStatus ? internalError(message) : message);
  }
}

function exitText(code: number): string {
  return code === 0 ? '' : `command terminated with non-zero exit code: exit status ${code}`;
}

/** As client-go reads it: reason and cause carry the code. */
function exitStatus(code: number): string {
  if (code === 0) return JSON.stringify({ metadata: {}, status: 'Success' });
  return JSON.stringify({
    metadata: {},
    status: 'Failure',
    message: exitText(code),
    reason: 'NonZeroExitCode',
    details: { causes: [{ reason: 'ExitCode', message: String(code) }] },
  });
}

function internalError(message: string): string {
  return JSON.stringify({
    metadata: {},
    status: 'Failure',
    message: `Internal error occurred: ${message}`,
    reason: 'InternalError',
    details: { causes: [{ message }] },
    code: 500,
  });
}

/** {"Width":80,"Height":24}, one after the other. */
async function* terminalSizes(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<{ width: number; height: number }> {
  let text = '';
  for await (const chunk of chunks) {
    text += Buffer.from(chunk).toString();
    for (let end = text.indexOf('}'); end >= 0; end = text.indexOf('}')) {
      const size = sizeOf(text.slice(0, end + 1));
      text = text.slice(end + 1);
      if (size !== undefined) yield size;
    }
    // Whatever this is, it is no size.
    if (text.length > 1024) text = '';
  }
}

function sizeOf(text: string): { width: number; height: number } | undefined {
  try {
    const { Width: width, Height: height } = JSON.parse(text) as { Width?: unknown; Height?: unknown };
    return typeof width === 'number' && typeof height === 'number' ? { width, height } : undefined;
  } catch {
    return undefined;
  }
}
