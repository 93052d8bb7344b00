/** The audit log's file: begun anew when it is full, old ones kept for so long, so many, compressed where asked. */
import {
  closeSync,
  createReadStream,
  createWriteStream,
  fstatSync,
  mkdirSync,
  openSync,
  renameSync,
  writeSync,
} from 'node:fs';
import { readdir, unlink } from 'node:fs/promises';
import { basename, dirname, extname, join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { createGzip } from 'node:zlib';
import type { Clock } from '../../apimachinery/clock/clock.ts';

export interface RotatingFileOptions {
  readonly path: string;
  /** Bytes; 0: never begun anew. */
  readonly maxSize: number;
  /** Days that old files are kept; 0: for ever. */
  readonly maxAge: number;
  /** Old files that are kept; 0: all. */
  readonly maxBackups: number;
  readonly compress: boolean;
  readonly clock: Clock;
  /** Old files that cannot be compressed or removed. */
  readonly onTrouble: (error: unknown) => void;
}

const dayMilliseconds = 24 * 60 * 60 * 1000;

export class RotatingFile {
  readonly #options: RotatingFileOptions;
  #descriptor: number;
  #size: number;
  #tidying: Promise<void> = Promise.resolve();

  /** @throws Error where the file cannot be written */
  constructor(options: RotatingFileOptions) {
    this.#options = options;
    mkdirSync(dirname(options.path), { recursive: true, mode: 0o700 });
    [this.#descriptor, this.#size] = openLog(options.path);
    if (options.maxSize > 0) this.#tidy();
  }

  /** Whole lines. @throws Error */
  write(bytes: Buffer): void {
    const { maxSize } = this.#options;
    if (maxSize > 0 && this.#size > 0 && this.#size + bytes.length > maxSize) this.#rotate();
    let written = 0;
    while (written < bytes.length) written += writeSync(this.#descriptor, bytes, written);
    this.#size += bytes.length;
  }

  async close(): Promise<void> {
    closeSync(this.#descriptor);
    await this.#tidying;
  }

  #rotate(): void {
    const { path, clock } = this.#options;
    renameSync(path, join(dirname(path), oldName(path, clock.now())));
    const [descriptor, size] = openLog(path);
    closeSync(this.#descriptor);
    [this.#descriptor, this.#size] = [descriptor, size];
    this.#tidy();
  }

  #tidy(): void {
    this.#tidying = this.#tidying.then(() => tidyOldFiles(this.#options)).catch(this.#options.onTrouble);
  }
}

function openLog(path: string): [descriptor: number, size: number] {
  const descriptor = openSync(path, 'a', 0o600);
  return [descriptor, fstatSync(descriptor).size];
}

/** audit.log becomes audit-2026-11-28T01-02-03.456.log. */
function oldName(path: string, now: number): string {
  const extension = extname(path);
  const time = new Date(now).toISOString().slice(0, -1).replaceAll(':', '-');
  return `${basename(path, extension)}-${time}${extension}`;
}

async function tidyOldFiles({ path, maxAge, maxBackups, compress, clock }: RotatingFileOptions): Promise<void> {
  const folder = dirname(path);
  const extension = extname(path);
  const stem = `${basename(path, extension)}-`;
  const timeOf = (name: string) => {
    const rest = name.startsWith(stem) ? name.slice(stem.length).replace(/\.gz$/, '') : '';
    const match = /^(\d{4}-\d\d-\d\d)T(\d\d)-(\d\d)-(\d\d\.\d{3})/.exec(rest);
    if (match === null || rest.slice(match[0].length) !== extension) return Number.NaN;
    return Date.parse(`${match[1]}T${match[2]}:${match[3]}:${match[4]}Z`);
  };
  const old = (await readdir(folder))
    .map((name) => ({ name, time: timeOf(name) }))
    .filter(({ time }) => !Number.isNaN(time))
    .toSorted((a, b) => b.time - a.time);
  const oldest = maxAge > 0 ? clock.now() - maxAge * dayMilliseconds : Number.NEGATIVE_INFINITY;
  const isKept = (time: number, index: number) => time >= oldest && (maxBackups === 0 || index < maxBackups);
  for (const [index, { name, time }] of old.entries()) {
    if (!isKept(time, index)) await unlink(join(folder, name));
    else if (compress && !name.endsWith('.gz')) await compressed(join(folder, name));
  }
}

async function compressed(file: string): Promise<void> {
  await pipeline(createReadStream(file), createGzip(), createWriteStream(`${file}.gz`, { mode: 0o600 }));
  await unlink(file);
}
