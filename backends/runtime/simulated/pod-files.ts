/** Files that simulated containers see: those of their image and volumes, and what they write themselves. */
import { hostsFile, resolvConf } from '../etc-files.ts';
import type { ContainerConfig, DnsConfig, Mount, PodSandboxConfig, VolumeContent, VolumeFile } from '../interface.ts';
import { imageFiles } from './known-images.ts';
import type { FileTree } from './program.ts';

/** Room of one volume, by path inside it; a path that ends in a slash is a folder. */
export type VolumeRoom = Map<string, VolumeFile>;

interface MountedPath {
  readonly mount: Mount;
  /** Inside the volume, without a slash at either end. */
  readonly inside: string;
}

export interface PodFilesParts {
  readonly config: ContainerConfig;
  readonly sandbox: PodSandboxConfig;
  readonly ips: readonly string[];
  readonly room: (volume: VolumeContent) => VolumeRoom;
  readonly onTerminationMessage: (text: string) => void;
}

const usualMode = 0o644;
/** Nobody answers there. */
const clusterDns = ({ namespace }: PodSandboxConfig): DnsConfig => ({
  servers: ['10.0.0.10'],
  searches: [`${namespace}.svc.cluster.local`, 'svc.cluster.local', 'cluster.local'],
  options: ['ndots:5'],
  ofMachine: 'nothing',
});
const folder: VolumeFile = { content: new Uint8Array(), mode: 0o755 };

export class PodFiles implements FileTree {
  readonly #parts: PodFilesParts;
  readonly #own: VolumeRoom;
  /** Being read: whoever asks meanwhile gets the same. What the API gives may change, so that nothing is kept. */
  readonly #given = new Map<string, Promise<ReadonlyMap<string, VolumeFile>>>();
  /** Longest path first: mounts may lie inside others. */
  readonly #mounts: readonly Mount[];

  constructor(parts: PodFilesParts) {
    this.#parts = parts;
    this.#mounts = parts.config.mounts.toSorted((a, b) => b.path.length - a.path.length);
    this.#own = imageFiles(parts.config);
    for (const { subPath, volume } of parts.config.mounts) {
      // The kubelet makes them.
      if (subPath !== '' && volume.files === undefined) parts.room(volume).set(`${subPath}/`, folder);
    }
  }

  async read(path: string): Promise<Uint8Array | undefined> {
    return (await this.stat(path))?.content;
  }

  async stat(path: string): Promise<VolumeFile | undefined> {
    const at = this.#locate(path);
    if (at === undefined) return this.#own.get(path) ?? this.#system(path);
    return this.#parts.room(at.mount.volume).get(at.inside) ?? (await this.#filesOf(at.mount)).get(at.inside);
  }

  write(path: string, content: Uint8Array, mode?: number): boolean {
    const { config, onTerminationMessage, room } = this.#parts;
    if (path === config.terminationMessagePath) onTerminationMessage(Buffer.from(content).toString('utf8'));
    const at = this.#locate(path);
    if (at === undefined) {
      if (config.readOnlyRoot && path !== config.terminationMessagePath) return false;
      this.#own.set(path, { content, mode: mode ?? this.#own.get(path)?.mode ?? usualMode });
      return true;
    }
    if (at.mount.readOnly || at.mount.volume.files !== undefined) return false;
    const files = room(at.mount.volume);
    files.set(at.inside, { content, mode: mode ?? files.get(at.inside)?.mode ?? usualMode });
    return true;
  }

  remove(path: string): boolean {
    const at = this.#locate(path);
    if (at === undefined) return this.#own.delete(path);
    return !at.mount.readOnly && this.#parts.room(at.mount.volume).delete(at.inside);
  }

  makeFolder(path: string): boolean {
    return this.write(`${path}/`, folder.content, folder.mode);
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
    if (at !== undefined) {
      const under = at.inside === '' ? '' : `${at.inside}/`;
      for (const file of this.#parts.room(at.mount.volume).keys()) add(file, under);
      for (const file of (await this.#filesOf(at.mount)).keys()) add(file, under);
    }
    names.delete('');
    const isMount = at !== undefined && at.inside === at.mount.subPath;
    const own = at === undefined ? this.#own : this.#parts.room(at.mount.volume);
    const isThere = isMount || own.has(`${at?.inside ?? path}/`);
    return names.size > 0 || isThere || path === '/' || path === '/tmp' ? [...names] : undefined;
  }

  /** What the kubelet puts into every container. */
  #system(path: string): VolumeFile | undefined {
    const { sandbox, ips } = this.#parts;
    const file = (text: string) => ({ content: Buffer.from(text), mode: usualMode });
    if (path === '/dev/null') return file('');
    if (path === '/etc/hostname') return file(`${sandbox.hostname}\n`);
    if (path === '/etc/resolv.conf') return file(resolvConf(sandbox.dns ?? clusterDns(sandbox), ''));
    return path === '/etc/hosts' ? file(hostsFile(sandbox, ips, '127.0.0.1\tlocalhost\n')) : undefined;
  }

  #locate(path: string): MountedPath | undefined {
    for (const mount of this.#mounts) {
      if (path !== mount.path && !path.startsWith(mount.path === '/' ? '/' : `${mount.path}/`)) continue;
      const below = path.slice(mount.path.length).replace(/^\//, '');
      return { mount, inside: [mount.subPath, below].filter((part) => part !== '').join('/') };
    }
    return undefined;
  }

  #filesOf({ volume }: Mount): Promise<ReadonlyMap<string, VolumeFile>> {
    let files = this.#given.get(volume.name);
    if (files === undefined) {
      files = volume.files?.() ?? Promise.resolve(new Map<string, VolumeFile>());
      this.#given.set(volume.name, files);
      const forget = () => this.#given.delete(volume.name);
      files.then(forget, forget);
    }
    return files;
  }
}
