/** A configuration file that is read again when it has changed; one that is wrong changes nothing and is reported. */
import type { Clock } from '../apimachinery/clock/clock.ts';
import { readFlagFile } from './flag-file.ts';
import type { PorticoOptions } from './options.ts';

/** Milliseconds between two looks at a file. */
const LOOK_EVERY_MS = 10_000;

export interface FollowedFile {
  readonly flag: string;
  readonly file: string;
  readonly clock: Clock;
  readonly log: NonNullable<PorticoOptions['log']>;
  /** What is used now. */
  readonly text: string;
  /** @throws Error that says what is wrong with the new text */
  readonly use: (text: string) => Promise<void>;
  /** Told how each reading of a new text ended. */
  readonly onRead?: (status: 'success' | 'failure') => void;
}

/** Ends with the function that it returns. */
export function followFile({ flag, file, clock, log, text, use, onRead }: FollowedFile): () => void {
  let present = text;
  let isStopped = false;
  let cancel: () => void = () => undefined;
  const look = async (): Promise<void> => {
    try {
      const found = await readFlagFile(flag, file);
      if (found !== present) {
        await use(found);
        present = found;
        onRead?.('success');
        log({ level: 'info', message: `--${flag} ${file}: the new configuration is used` });
      }
    } catch (error) {
      onRead?.('failure');
      const why = error instanceof Error ? error.message : String(error);
      log({ level: 'error', message: `${why}; the configuration stays as it was`, error });
    }
    again();
  };
  const again = () => {
    if (!isStopped) cancel = clock.after(LOOK_EVERY_MS, () => void look());
  };
  again();
  return () => {
    isStopped = true;
    cancel();
  };
}
