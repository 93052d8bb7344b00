/** Why a server did not start, for the person who started it: what, why, and what to do. */
import type { PorticoOptions } from './options.ts';

const hints: Readonly<Record<string, (options: PorticoOptions) => string>> = {
  EADDRINUSE: ({ bindAddress, securePort }) =>
    `port ${securePort ?? 0} of ${bindAddress} is in use: choose another with --secure-port (0: any), or stop who has it`,
  EADDRNOTAVAIL: ({ bindAddress }) => `--bind-address ${bindAddress} is no address of this machine`,
  ENOTFOUND: ({ bindAddress }) => `--bind-address ${bindAddress} is no address`,
  EACCES: ({ securePort }) =>
    `port ${securePort ?? 0} is not allowed for this user: choose one above 1023 with --secure-port`,
};

/** Only errors of listening are reworded; all others say enough themselves. */
export function explainListenError(error: unknown, options: PorticoOptions): unknown {
  if (!(error instanceof Error) || !('code' in error) || typeof error.code !== 'string') return error;
  const hint = Object.hasOwn(hints, error.code) ? hints[error.code] : undefined;
  return hint === undefined ? error : new Error(hint(options), { cause: error });
}
