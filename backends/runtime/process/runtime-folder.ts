/** The folder of a runtime among the machine's temporary files. Those of processes that were killed are taken away by the next one. */
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isOwned, ownMark } from './owner-mark.ts';

const PREFIX = 'portico-pods-';
const OWNER = 'owner';

/** @throws Error of the system */
export async function makeRuntimeFolder(): Promise<string> {
  await removeLeftovers();
  const folder = await mkdtemp(join(tmpdir(), PREFIX));
  await writeFile(join(folder, OWNER), ownMark());
  return folder;
}

async function removeLeftovers(): Promise<void> {
  for (const name of await readdir(tmpdir())) {
    if (!name.startsWith(PREFIX)) continue;
    const folder = join(tmpdir(), name);
    const mark = await readFile(join(folder, OWNER), 'utf8').catch(() => undefined);
    // Without a mark it is being made.
    if (mark !== undefined && !isOwned(mark)) await rm(folder, { recursive: true, force: true }).catch(() => undefined);
  }
}
