/**
 * The root of a container, and its first process: a shell script in namespaces of its own. The root is made of what the image brings and what
 * the machine has, with layers in memory over them that take what is written, and of the volumes. Linux, with util-linux.
 */

import { readFileSync } from 'node:fs';
import type { ProcessGroup } from './process-groups.ts';

/** Number of the pipe on which a container says that it is about to run. */
export const READY_FD = 3;

export interface BoundPath {
  /** Of the machine. */
  readonly source: string;
  /** In the container. */
  readonly target: string;
  readonly readOnly: boolean;
}

export interface ContainerRoot {
  /** A folder of the machine for the container alone. */
  readonly folder: string;
  /** What the image brings; undefined: nothing. */
  readonly image: string | undefined;
  /** The image is a whole system: nothing of the machine's is seen. */
  readonly isWhole: boolean;
  /** What is not a volume cannot be written. */
  readonly readOnly: boolean;
  /** Sees to what is the machine's as well. */
  readonly privileged: boolean;
  /** Of the container; undefined: it has none. */
  readonly group: ProcessGroup | undefined;
  readonly oomScore: number;
  /** Made, if it is not there. */
  readonly directory: string;
  /** Later ones may lie in earlier ones. */
  readonly paths: readonly BoundPath[];
}

/** Who is root of a part of the machine only may keep what layers need to know in other attributes. */
function attributes(): string {
  const map = readFileSync('/proc/self/uid_map', 'utf8').trim().split(/\s+/).join(' ');
  return process.getuid?.() === 0 && map === '0 0 4294967295' ? '' : 'userxattr,';
}

/** Of `setUp`, after the name of the script. */
export function rootArguments(root: ContainerRoot): string[] {
  const { folder, image = '', isWhole, readOnly, privileged, directory, paths, group, oomScore } = root;
  const groups = (group?.views ?? []).map(({ name, source }) => `${name}=${source}`).join(' ');
  const flags = [isWhole ? 'whole' : 'parts', readOnly ? 'ro' : 'rw', privileged ? 'privileged' : 'usual'];
  const triples = paths.flatMap(({ source, target, readOnly: ro }) => [source, target, ro ? 'ro' : 'rw']);
  return [folder, image, ...flags, directory, groups, String(oomScore), attributes(), ...triples];
}

/**
 * In the container's folder: root, layers (what is written), image (as a name without odd characters), start (what runs). The first process of the
 * namespace passes SIGTERM on, which the command itself would not hear in its place, and takes everything along when it ends.
 */
export const setUp = `set -e
umask 022
base=$1 image=$2 kind=$3 access=$4 privilege=$5 directory=$6 groups=$7 score=$8 attributes=$9; shift 9
root=$base/root layers=$base/layers written=""
mkdir "$root" "$layers"
for each in $groups; do echo $$ > "\${each#*=}/cgroup.procs"; done
{ echo "$score" > /proc/self/oom_score_adj; } 2>/dev/null || true
mount -t tmpfs -o mode=755 container "$layers"
if [ -n "$image" ]; then mkdir "$base/image"; mount --bind "$image" "$base/image"; image=$base/image; fi
# What is written goes to memory; not every system lets everybody have layers.
overlay() {
  mkdir -p "$layers/$1/upper" "$layers/$1/work"
  mount -t overlay -o "\${attributes}lowerdir=$2,upperdir=$layers/$1/upper,workdir=$layers/$1/work" container "$3" 2>/dev/null &&
    written="$written $3"
}
layer() { overlay "$@" || mount --rbind -o ro "\${2%%:*}" "$3"; }
is_folder() { [ -d "$1" ] && [ ! -L "$1" ]; }
folder() { [ -d "$1" ] || mkdir "$1"; }
if [ -n "$image" ] && overlay image "$image" "$root"; then bare=""; else bare=yes; mount -t tmpfs -o mode=755 container "$root"; fi
if [ "$kind" = parts ]; then for each in usr opt etc bin sbin lib lib32 lib64 libx32; do
  if [ -n "$image" ] && is_folder "$image/$each" && [ -d "/$each" ]; then
    # Where the machine has "bin" in "usr", what the image has in its "bin" comes before that.
    if [ -L "/$each" ]; then
      below="$root/usr/$each"; folder "$below"
      both=""; [ ! -d "$image/usr/$each" ] || both=":$image/usr/$each"
      layer "usr-$each" "$image/$each$both:/$each" "$below"
      if [ -n "$bare" ]; then ln -s "usr/$each" "$root/$each"; else mount --bind "$below" "$root/$each"; fi
    else folder "$root/$each"; layer "$each" "$image/$each:/$each" "$root/$each"; fi
  elif [ -n "$image" ] && { [ -e "$image/$each" ] || [ -L "$image/$each" ]; }; then continue
  elif [ -L "/$each" ]; then ln -s "$(readlink "/$each")" "$root/$each"
  elif [ -d "/$each" ]; then mkdir "$root/$each"; layer "$each" "/$each" "$root/$each"; fi
done; fi
if [ -n "$image" ] && [ -n "$bare" ]; then for each in "$image"/* "$image"/.[!.]*; do
  own=\${each##*/}
  if [ -e "$root/$own" ] || [ -L "$root/$own" ]; then continue; fi
  case "$own" in dev|proc|sys) continue ;; esac
  if [ -L "$each" ]; then ln -s "$(readlink "$each")" "$root/$own"
  elif [ -f "$each" ]; then : > "$root/$own"; mount --bind -o ro "$each" "$root/$own"
  elif [ -d "$each" ]; then mkdir "$root/$own"; layer "$own" "$each" "$root/$own"; fi
done; fi
(cd "$root"; mkdir -p dev proc sys tmp run var/tmp root home)
chmod 1777 "$root/tmp" "$root/var/tmp" 2>/dev/null || true
mount -t tmpfs -o mode=755 container "$root/dev"
mkdir "$root/dev/shm" "$root/dev/pts"; chmod 1777 "$root/dev/shm"
# Only root of the machine makes devices.
(cd /dev; cp -a null zero full random urandom tty "$root/dev") 2>/dev/null ||
  for each in null zero full random urandom tty; do : > "$root/dev/$each"; mount --bind "/dev/$each" "$root/dev/$each"; done
# Terminals that are made for it are its own: who makes them stands outside of its root.
if mount -t devpts -o newinstance,ptmxmode=0666,mode=0620 container "$root/dev/pts" 2>/dev/null; then
  ln -s pts/ptmx "$root/dev/ptmx"
  mount --bind "$root/dev/pts" /dev/pts; mount --bind "$root/dev/pts/ptmx" /dev/ptmx
fi
ln -s /proc/self/fd "$root/dev/fd"; ln -s /proc/self/fd/0 "$root/dev/stdin"
ln -s /proc/self/fd/1 "$root/dev/stdout"; ln -s /proc/self/fd/2 "$root/dev/stderr"
mount -t proc proc "$root/proc"
if [ "$privilege" = privileged ]; then mount --rbind /sys "$root/sys" 2>/dev/null || true
else
  mount --bind -o ro /sys "$root/sys" 2>/dev/null || true
  # Of the machine's groups it sees its own.
  if [ -n "$groups" ] && [ -d "$root/sys/fs/cgroup" ]; then case "$groups" in
    =*) mount --bind -o ro "\${groups#=}" "$root/sys/fs/cgroup" ;;
    *) mount -t tmpfs -o mode=755 container "$root/sys/fs/cgroup"
      for each in $groups; do
        mkdir "$root/sys/fs/cgroup/\${each%%=*}"; mount --bind -o ro "\${each#*=}" "$root/sys/fs/cgroup/\${each%%=*}"
      done ;;
  esac; fi
  for each in sys sysrq-trigger irq bus; do
    [ ! -e "$root/proc/$each" ] || { mount --bind "$root/proc/$each" "$root/proc/$each" && mount -o remount,bind,ro "$root/proc/$each"; } 2>/dev/null || true
  done
fi
[ -d "$root$directory" ] || mkdir -p "$root$directory"
while [ $# -gt 0 ]; do
  above="$root\${2%/*}"
  if [ -d "$1" ]; then [ -d "$root$2" ] || mkdir -p "$root$2"
  else [ -d "$above" ] || mkdir -p "$above"; [ -e "$root$2" ] || : > "$root$2"; fi
  mount --rbind "$1" "$root$2"
  [ "$3" = rw ] || mount -o remount,bind,ro "$root$2"
  shift 3
done
if [ "$access" = ro ]; then
  for each in $written; do mount -o remount,ro "$each"; done
  [ -z "$bare" ] || mount -o remount,ro "$root"
fi
# From now on it may be told to end, also before there is something to end.
child="" told=""
trap 'told=yes; [ -z "$child" ] || kill -TERM $child 2>/dev/null' TERM
echo ready >&${READY_FD}
exec 4<&0
sh "$base/start" <&4 4<&- ${READY_FD}>&- &
child=$!
exec 4<&- ${READY_FD}>&- 0<&-
[ -z "$told" ] || kill -TERM $child 2>/dev/null || true
set +e
while :; do
  wait $child; code=$?
  kill -0 $child 2>/dev/null || exit $code
done`;
