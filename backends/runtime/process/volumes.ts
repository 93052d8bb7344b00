/** Volumes of a pod as folders of the machine, and where its containers have them. */
import { createHash } from 'node:crypto';
import { chmod, chown, mkdir, realpath, stat, writeFile } from 'node:fs/promises';
import { dirname, join, normalize } from 'node:path';
import { RuntimeError } from '../errors.ts';
import type { Mount, VolumeContent, VolumeFile } from '../interface.ts';
import { writeAtomically } from './atomic-files.ts';
import type { BoundPath } from './container-root.ts';

export interface VolumesParts {
  /** Of the pod. */
  readonly folder: string;
  /** Of what outlives the pod. */
  readonly sharedFolder: string;
  readonly fsGroup: number | undefined;
  /** Mounts memory at a folder, where the pod's containers see it. */
  readonly mountMemory: (folder: string, options: string) => Promise<void>;
  /** What an image brings. @throws RuntimeError */
  readonly imageRoot: (image: string) => Promise<string>;
}

interface GivenVolume {
  readonly root: string;
  readonly files: () => Promise<ReadonlyMap<string, VolumeFile>>;
  /** Of what was written last. */
  fingerprint: string;
}

const ANYBODY = 0o777;
const GROUP_TOO = 0o2775;

export class Volumes {
  readonly #parts: VolumesParts;
  /** Roots, by the volume's name; a volume is made once. */
  readonly #made = new Map<string, Promise<string>>();
  readonly #given = new Map<string, GivenVolume>();

  constructor(parts: VolumesParts) {
    this.#parts = parts;
  }

  /** Outer ones first. @throws RuntimeError, or what reading a volume's files throws */
  async bind(mounts: readonly Mount[]): Promise<BoundPath[]> {
    const bound: BoundPath[] = [];
    for (const { volume, path, subPath, readOnly } of mounts.toSorted((a, b) => a.path.length - b.path.length)) {
      const root = await this.#rootOf(volume);
      const source = subPath === '' ? root : await inside(root, subPath, volume.name);
      const isGiven = volume.files !== undefined || volume.image !== undefined;
      bound.push({ source, target: normalize(`/${path}`), readOnly: readOnly || isGiven });
    }
    return bound;
  }

  /** What the API gives, if it has changed. */
  async refresh(): Promise<void> {
    for (const given of this.#given.values()) await this.#write(given);
  }

  #rootOf(volume: VolumeContent): Promise<string> {
    const key = volume.name;
    const known = this.#made.get(key);
    if (known !== undefined) return known;
    const made = this.#make(volume);
    this.#made.set(key, made);
    // What failed is tried again.
    made.catch(() => this.#made.delete(key));
    return made;
  }

  async #make(volume: VolumeContent): Promise<string> {
    const { name, sharedBy, files, isMemory, sizeLimit, hostPath, image } = volume;
    if (hostPath !== undefined) return hostFolder(hostPath);
    if (image !== undefined) return this.#parts.imageRoot(image);
    const root = join(sharedBy === 'pod' ? this.#parts.folder : this.#parts.sharedFolder, encodeURIComponent(name));
    await mkdir(dirname(root), { recursive: true, mode: 0o755 });
    const isNew = (await mkdir(root, { recursive: true })) !== undefined;
    const { fsGroup } = this.#parts;
    if (files !== undefined) {
      await chmod(root, 0o755);
      const given = { root, files, fingerprint: '' };
      await this.#write(given);
      this.#given.set(name, given);
    } else if (isMemory === true) {
      const mode = fsGroup === undefined ? 'mode=0777' : `mode=2777,gid=${fsGroup}`;
      const size = sizeLimit === undefined ? '' : `,size=${sizeLimit}`;
      await this.#parts.mountMemory(root, mode + size);
    } else if (isNew) await chmod(root, ANYBODY);
    if (files === undefined && isMemory !== true && fsGroup !== undefined && process.getuid?.() === 0) {
      await chown(root, 0, fsGroup);
      await chmod(root, sharedBy === 'pod' ? GROUP_TOO | ANYBODY : GROUP_TOO);
    }
    return root;
  }

  async #write(given: GivenVolume): Promise<void> {
    const files = await given.files();
    const fingerprint = fingerprintOf(files);
    if (fingerprint === given.fingerprint) return;
    await writeAtomically(given.root, files, this.#parts.fsGroup);
    given.fingerprint = fingerprint;
  }
}

function fingerprintOf(files: ReadonlyMap<string, VolumeFile>): string {
  const hash = createHash('sha256');
  for (const [path, { content, mode, owner = 0 }] of files) {
    hash.update(JSON.stringify([path, mode, owner, content.length])).update(content);
  }
  return `${files.size} ${hash.digest('hex')}`;
}

/** A path inside a volume, made as a folder where there is none; links do not lead out of it. @throws RuntimeError */
async function inside(root: string, subPath: string, volume: string): Promise<string> {
  const wanted = join(root, normalize(`/${subPath}`));
  if (!(await exists(wanted))) {
    const { mode } = await stat(root);
    // Folders from the volume's root on are as it is.
    for (const parent of [...foldersAbove(normalize(`/${subPath}`)), normalize(`/${subPath}`)]) {
      const made = await mkdir(join(root, parent)).then(
        () => true,
        () => false,
      );
      if (made) await chmod(join(root, parent), mode);
    }
  }
  const [real, realRoot] = await Promise.all([realpath(wanted), realpath(root)]);
  if (real === realRoot || real.startsWith(`${realRoot}/`)) return real;
  throw new RuntimeError(
    `failed to prepare subPath for volumeMount ${JSON.stringify(volume)}`,
    'CreateContainerConfigError',
  );
}

function foldersAbove(path: string): string[] {
  const parent = dirname(path);
  return parent === '/' ? [] : [...foldersAbove(parent), parent];
}

/** As the types of a hostPath want it. @throws RuntimeError */
async function hostFolder({ path, type }: NonNullable<VolumeContent['hostPath']>): Promise<string> {
  const found = await stat(path).catch(() => undefined);
  if (found === undefined) {
    if (type === '' || type === 'DirectoryOrCreate') await mkdir(path, { recursive: true, mode: 0o755 });
    else if (type === 'FileOrCreate') await writeFile(path, '', { mode: 0o644 });
    else
      throw new RuntimeError(
        `hostPath type check failed: ${path} is not a ${type.toLowerCase()}`,
        'CreateContainerError',
      );
    return path;
  }
  const fits = {
    Directory: found.isDirectory(),
    DirectoryOrCreate: found.isDirectory(),
    File: found.isFile(),
    FileOrCreate: found.isFile(),
    Socket: found.isSocket(),
    CharDevice: found.isCharacterDevice(),
    BlockDevice: found.isBlockDevice(),
  }[type];
  if (fits !== false) return path;
  const kind = type.replace('OrCreate', '').toLowerCase();
  throw new RuntimeError(`hostPath type check failed: ${path} is not a ${kind}`, 'CreateContainerError');
}

async function exists(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  );
}
