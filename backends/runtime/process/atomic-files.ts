/**
 * Files of a volume that change all at once: they lie in a folder of their own, "..data" leads to the newest one, and names lead through it.
 * Source of the layout, which programs that follow changes know: upstream's atomic writer.
 */
import {
  chmod,
  chown,
  lstat,
  mkdir,
  mkdtemp,
  readdir,
  readlink,
  rename,
  rm,
  symlink,
  writeFile,
} from 'node:fs/promises';
import { dirname, join, normalize } from 'node:path';
import type { VolumeFile } from '../interface.ts';

const DATA = '..data';
const GROUP_READS = 0o440;
const GROUP_FOLDER = 0o2770;
const PERMISSIONS = 0o7777;

/** `group`: whose they are as well. @throws Error of the system */
export async function writeAtomically(
  root: string,
  files: ReadonlyMap<string, VolumeFile>,
  group: number | undefined,
): Promise<void> {
  const before = await readlink(join(root, DATA)).catch(() => undefined);
  const folder = await mkdtemp(join(root, '..v'));
  const name = folder.slice(root.length + 1);
  await giveFolder(folder, group);
  for (const [path, { content, mode, owner = 0 }] of files) {
    // Nothing leads out of the volume.
    const inside = normalize(`/${path}`).slice(1);
    const file = join(folder, inside);
    for (const parent of parentsOf(inside)) {
      const place = join(folder, parent);
      if ((await mkdir(place, { recursive: true })) !== undefined) await giveFolder(place, group);
    }
    await writeFile(file, content);
    if (isRoot()) await chown(file, owner, group ?? 0);
    await chmod(file, group === undefined ? mode : mode | GROUP_READS);
  }
  await rm(join(root, `${DATA}_tmp`), { force: true });
  await symlink(name, join(root, `${DATA}_tmp`));
  await rename(join(root, `${DATA}_tmp`), join(root, DATA));
  await nameThem(root, files);
  if (before !== undefined) await rm(join(root, before), { recursive: true, force: true });
}

/** Names of files at the top lead through "..data", and those of files that are gone go. */
async function nameThem(root: string, files: ReadonlyMap<string, VolumeFile>): Promise<void> {
  const names = new Set([...files.keys()].map((path) => normalize(`/${path}`).split('/')[1] ?? ''));
  for (const name of await readdir(root)) {
    if (!name.startsWith('..') && !names.has(name)) await rm(join(root, name), { force: true });
  }
  for (const name of names) {
    const isThere = await lstat(join(root, name)).then(
      () => true,
      () => false,
    );
    if (!isThere) await symlink(join(DATA, name), join(root, name));
  }
}

async function giveFolder(folder: string, group: number | undefined): Promise<void> {
  if (group !== undefined && isRoot()) await chown(folder, 0, group);
  await chmod(folder, group === undefined ? 0o755 : (0o755 | GROUP_FOLDER) & PERMISSIONS);
}

/** From the top on. */
function parentsOf(path: string): string[] {
  const parent = dirname(path);
  return parent === '.' ? [] : [...parentsOf(parent), parent];
}

function isRoot(): boolean {
  return process.getuid?.() === 0;
}
