/**
 * How a process becomes a container: namespaces of its own for mounts, processes and the host's name, and a root made of the
 * machine's own system, read-only, with the pod's volumes where the container wants them. Linux, with util-linux.
 */
import { spawnSync } from 'node:child_process';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

export interface BoundPath {
  /** Of the machine. */
  readonly source: string;
  /** In the container. */
  readonly target: string;
  readonly readOnly: boolean;
}

export interface IsolatedCommand {
  /** A folder of the machine for the container alone. */
  readonly folder: string;
  readonly hostname: string;
  readonly paths: readonly BoundPath[];
  readonly env: readonly (readonly [string, string])[];
  readonly directory: string;
  readonly user: number;
  readonly group: number;
  readonly command: readonly string[];
  /** What the image brings, in place of what the machine has under the same names; undefined: nothing. */
  readonly image: string | undefined;
}

/** Number of the pipe on which a container says that it is about to run. */
export const READY_FD = 3;
const DEFAULT_PATH = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';

/**
 * Arguments: the container's folder, the host's name, the image's root or nothing, and triples of source, target and ro or rw. It is the first process of its
 * namespace: it passes SIGTERM on, which the first process itself would not hear, and takes everything along when it ends.
 */
const setUp = `set -e
root=$1/root run=$1/start name=$2 image=$3; shift 3
mount --make-rprivate /
mount -t tmpfs -o mode=755 container "$root"
hostname "$name" 2>/dev/null || true
for each in bin sbin lib lib32 lib64 libx32; do
  [ -z "$image" ] || [ ! -e "$image/$each" ] || continue
  if [ -L "/$each" ]; then ln -s "$(readlink "/$each")" "$root/$each"
  elif [ -d "/$each" ]; then mkdir "$root/$each"; mount --rbind -o ro "/$each" "$root/$each"; fi
done
for each in usr opt etc; do [ -d "/$each" ] || continue; [ -z "$image" ] || [ ! -e "$image/$each" ] || continue; mkdir "$root/$each"; mount --rbind -o ro "/$each" "$root/$each"; done
mkdir "$root/dev" "$root/proc" "$root/sys" "$root/tmp" "$root/run" "$root/var" "$root/root" "$root/home"
chmod 1777 "$root/tmp"
mkdir "$root/var/tmp" "$root/var/run" "$root/dev/shm"; chmod 1777 "$root/var/tmp" "$root/dev/shm"
for each in null zero full random urandom tty; do : > "$root/dev/$each"; mount --bind "/dev/$each" "$root/dev/$each"; done
ln -s /proc/self/fd "$root/dev/fd"; ln -s /proc/self/fd/0 "$root/dev/stdin"
ln -s /proc/self/fd/1 "$root/dev/stdout"; ln -s /proc/self/fd/2 "$root/dev/stderr"
mount -t proc proc "$root/proc"
mount --rbind -o ro /sys "$root/sys" 2>/dev/null || true
if [ -n "$image" ]; then for each in "$image"/* "$image"/.[!.]*; do
  own=\${each##*/}
  if [ -L "$each" ]; then ln -s "$(readlink "$each")" "$root/$own"
  elif [ -f "$each" ]; then : > "$root/$own"; mount --bind -o ro "$each" "$root/$own"
  elif [ -d "$each" ]; then case "$own" in
    dev|proc|sys) ;;
    tmp|run|var|root|home) cp -a "$each/." "$root/$own/" ;;
    *) mkdir "$root/$own"; mount --rbind -o ro "$each" "$root/$own" ;;
  esac; fi
done; fi
while [ $# -gt 0 ]; do
  if [ -d "$1" ]; then mkdir -p "$root$2"; else mkdir -p "$root$(dirname "$2")"; [ -e "$root$2" ] || : > "$root$2"; fi
  mount --bind "$1" "$root$2"
  [ "$3" = rw ] || mount -o remount,bind,ro "$root$2"
  shift 3
done
echo ready >&${READY_FD}
exec 4<&0
sh "$run" <&4 4<&- ${READY_FD}>&- &
child=$!
exec 4<&- ${READY_FD}>&- 0<&-
trap 'kill -TERM $child 2>/dev/null' TERM
set +e
while :; do
  wait $child; code=$?
  kill -0 $child 2>/dev/null || exit $code
done`;

/** Undefined: this machine can isolate processes. */
export function isolationProblem(): string | undefined {
  if (process.platform !== 'linux') return 'the process runtime needs Linux';
  const tried = spawnSync('setpriv', ['--pdeathsig', 'KILL', 'unshare', ...namespaces(), 'true'], { encoding: 'utf8' });
  if (tried.error !== undefined)
    return `the process runtime needs setpriv and unshare, of util-linux: ${tried.error.message}`;
  return tried.status === 0 ? undefined : `the process runtime may not make namespaces: ${tried.stderr.trim()}`;
}

function namespaces(): string[] {
  const isRoot = process.getuid?.() === 0;
  return [...(isRoot ? [] : ['--user', '--map-root-user']), '--mount', '--pid', '--uts', '--fork', '--kill-child=KILL'];
}

/** Of `unshare`. Writes what it needs into the container's folder. @throws Error of the system */
export async function startArguments(parts: IsolatedCommand): Promise<string[]> {
  const { folder, hostname, paths, image } = parts;
  await mkdir(join(folder, 'root'), { mode: 0o755 });
  await writeFile(join(folder, 'set-up'), setUp, { mode: 0o600 });
  await writeFile(join(folder, 'start'), commandScript(parts), { mode: 0o600 });
  const triples = paths.flatMap(({ source, target, readOnly }) => [source, target, readOnly ? 'ro' : 'rw']);
  return [...namespaces(), 'sh', join(folder, 'set-up'), folder, hostname, image ?? '', ...triples];
}

/** Of `nsenter`: another process beside the first one, whose ID on the machine is given. `script`: commandScript, in a file. */
export function joinArguments(script: string, firstProcess: number): string[] {
  const isRoot = process.getuid?.() === 0;
  const target = ['--target', String(firstProcess), '--mount', '--pid', '--uts'];
  const user = isRoot ? [] : ['--user', '--preserve-credentials'];
  return [...target, ...user, '--', 'sh', script];
}

/** In a file, since the arguments of processes can be read by everybody on the machine, and the environment holds secrets. */
export function commandScript({
  folder,
  env,
  directory,
  user,
  group,
  command,
}: Omit<IsolatedCommand, 'paths' | 'hostname' | 'image'>): string {
  const variables = new Map([['PATH', DEFAULT_PATH], ['HOME', '/root'], ...env]);
  // Without root's rights there is only one user.
  const identity = process.getuid?.() === 0 && (user !== 0 || group !== 0) ? [`--userspec=${user}:${group}`] : [];
  const words = [
    'exec',
    'chroot',
    ...identity,
    join(folder, 'root'),
    'env',
    '-i',
    `--chdir=${directory === '' ? '/' : directory}`,
    ...[...variables].map(([name, value]) => `${name}=${value}`),
    ...command,
  ];
  return `${words.map(quoted).join(' ')}\n`;
}

/** One word of a shell's. */
export function quoted(word: string): string {
  return `'${word.replaceAll("'", `'\\''`)}'`;
}
