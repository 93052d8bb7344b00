/** Volumes of a pod as folders of the machine. */
import { mkdir, stat, writeFile } from 'node:fs/promises';
import { dirname, join, normalize } from 'node:path';
import type { Mount, VolumeFile } from '../interface.ts';
import type { BoundPath } from './isolation.ts';

/** @throws Error of the system */
export async function bindMounts(folder: string, mounts: readonly Mount[]): Promise<BoundPath[]> {
  const bound: BoundPath[] = [];
  // Those that lie inside others come after them.
  for (const mount of mounts.toSorted((a, b) => a.path.length - b.path.length)) {
    const { volume, path, subPath, readOnly } = mount;
    const root = join(folder, encodeURIComponent(volume.name));
    await mkdir(root, { recursive: true, mode: 0o777 });
    if (volume.files !== undefined) await fill(root, await volume.files());
    // Nothing leads out of the volume.
    const source = subPath === '' ? root : join(root, normalize(`/${subPath}`));
    if (subPath !== '' && !(await exists(source))) await mkdir(source, { recursive: true, mode: 0o777 });
    bound.push({ source, target: normalize(`/${path}`), readOnly: readOnly || volume.files !== undefined });
  }
  return bound;
}

async function fill(root: string, files: ReadonlyMap<string, VolumeFile>): Promise<void> {
  for (const [path, { content, mode }] of files) {
    const file = join(root, normalize(`/${path}`));
    await mkdir(dirname(file), { recursive: true });
    await writeFile(file, content, { mode });
  }
}

async function exists(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  );
}
