/** Files that simulated containers see: those of their volumes, which the pod shares, and what they write themselves. */
import type { ContainerConfig, Mount } from '../interface.ts';
import type { FileTree } from './program.ts';

/** Room of one volume of a pod, by path inside the volume. */
export type VolumeRoom = Map<string, Uint8Array>;

interface MountedPath {
  readonly mount: Mount;
  /** Inside the volume, without a slash at either end. */
  readonly inside: string;
}

export class PodFiles implements FileTree {
  readonly #config: ContainerConfig;
  readonly #volumes: Map<string, VolumeRoom>;
  readonly #own: VolumeRoom = new Map();
  /** Read when somebody asks for the volume. */
  readonly #given = new Map<string, Promise<ReadonlyMap<string, Uint8Array>>>();
  /** Longest path first: mounts may lie inside others. */
  readonly #mounts: readonly Mount[];
  readonly #onTerminationMessage: (text: string) => void;

  constructor(parts: {
    readonly config: ContainerConfig;
    readonly volumes: Map<string, VolumeRoom>;
    readonly onTerminationMessage: (text: string) => void;
  }) {
    this.#config = parts.config;
    this.#volumes = parts.volumes;
    this.#onTerminationMessage = parts.onTerminationMessage;
    this.#mounts = parts.config.mounts.toSorted((a, b) => b.path.length - a.path.length);
  }

  async read(path: string): Promise<Uint8Array | undefined> {
    const at = this.#locate(path);
    if (at === undefined) return this.#own.get(path) ?? this.#system(path);
    return this.#room(at.mount).get(at.inside) ?? (await this.#filesOf(at.mount)).get(at.inside);
  }

  write(path: string, content: Uint8Array): boolean {
    if (path === this.#config.terminationMessagePath) this.#onTerminationMessage(Buffer.from(content).toString('utf8'));
    const at = this.#locate(path);
    if (at === undefined) {
      this.#own.set(path, content);
      return true;
    }
    if (at.mount.readOnly || at.mount.volume.files !== undefined) return false;
    this.#room(at.mount).set(at.inside, content);
    return true;
  }

  remove(path: string): boolean {
    const at = this.#locate(path);
    if (at === undefined) return this.#own.delete(path);
    return !at.mount.readOnly && this.#room(at.mount).delete(at.inside);
  }

  async list(path: string): Promise<readonly string[] | undefined> {
    const prefix = path === '/' ? '/' : `${path}/`;
    const names = new Set<string>();
    const add = (file: string, under: string) => {
      if (file.startsWith(under)) names.add(file.slice(under.length).split('/')[0] ?? '');
    };
    for (const file of this.#own.keys()) add(file, prefix);
    for (const { path: mounted } of this.#mounts) add(mounted, prefix);
    const at = this.#locate(path);
    let isMount = false;
    if (at !== undefined) {
      const under = at.inside === '' ? '' : `${at.inside}/`;
      isMount = at.inside === '' || this.#mounts.some((mount) => mount.path === path);
      for (const file of this.#room(at.mount).keys()) add(file, under);
      for (const file of (await this.#filesOf(at.mount)).keys()) add(file, under);
    }
    names.delete('');
    return names.size > 0 || isMount || path === '/' || path === '/tmp' ? [...names] : undefined;
  }

  #system(path: string): Uint8Array | undefined {
    if (path === '/etc/hostname')
      return Buffer.from(`${this.#config.env.find(([name]) => name === 'HOSTNAME')?.[1] ?? ''}\n`);
    return path === '/dev/null' ? new Uint8Array() : undefined;
  }

  #locate(path: string): MountedPath | undefined {
    for (const mount of this.#mounts) {
      if (path !== mount.path && !path.startsWith(mount.path === '/' ? '/' : `${mount.path}/`)) continue;
      const below = path.slice(mount.path.length).replace(/^\//, '');
      const inside = [mount.subPath, below].filter((part) => part !== '').join('/');
      return { mount, inside };
    }
    return undefined;
  }

  #room({ volume }: Mount): VolumeRoom {
    let room = this.#volumes.get(volume.name);
    if (room === undefined) this.#volumes.set(volume.name, (room = new Map()));
    return room;
  }

  #filesOf({ volume }: Mount): Promise<ReadonlyMap<string, Uint8Array>> {
    let files = this.#given.get(volume.name);
    if (files === undefined) {
      files = volume.files?.() ?? Promise.resolve(new Map<string, Uint8Array>());
      this.#given.set(volume.name, files);
      // What the API gives may change: the next reader asks anew.
      const forget = () => this.#given.delete(volume.name);
      files.then(forget, forget);
    }
    return files;
  }
}
