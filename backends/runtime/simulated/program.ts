/** What a simulated container runs: nothing that ends, or commands that the built-in shell knows. */
import type { ContainerConfig } from '../interface.ts';

export interface ProgramHost {
  readonly config: ContainerConfig;
  readonly hostname: string;
  readonly ips: readonly string[];
  /** The files of the pod's volumes and of the container, as far as they are known. */
  readonly files: FileTree;
  /** Milliseconds since the epoch. */
  now(): number;
  sleep(milliseconds: number, signal: AbortSignal): Promise<void>;
  /** In [0, 1). */
  random(): number;
  readonly signal: AbortSignal;
  print(stream: 'stdout' | 'stderr', text: string): void;
}

export interface FileTree {
  /** Undefined: there is no such file. */
  read(path: string): Promise<Uint8Array | undefined>;
  stat(path: string): Promise<{ readonly content: Uint8Array; readonly mode: number } | undefined>;
  /** False: it cannot be written there. */
  write(path: string, content: Uint8Array, mode?: number): boolean;
  remove(path: string): boolean;
  /** False: none can be made there. */
  makeFolder(path: string): boolean;
  /** Names directly below; undefined: there is no such folder. */
  list(path: string): Promise<readonly string[] | undefined>;
}

export type Program =
  | { readonly kind: 'serve' }
  | { readonly kind: 'commands'; readonly run: (host: ProgramHost) => Promise<number> };

export const serve: Program = { kind: 'serve' };
