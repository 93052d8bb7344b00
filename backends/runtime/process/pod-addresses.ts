/**
 * Addresses of pods. Those of the machine's loopback need no rights, but services may not have them as endpoints; a block of another
 * network becomes the machine's own by one route, so that pods are reached at its addresses and nothing leaves the machine.
 */
import { spawnSync } from 'node:child_process';

export interface PodAddresses {
  /** The next one. @throws Error when all are taken */
  take(): string;
  release(address: string): void;
  /** Takes the route away. */
  close(): void;
}

/** 127.128.0.0/9. */
const LOOPBACK = { first: 0x7f_80_00_01, count: 2 ** 23 - 2 };

/** @param block as "10.244.0.0/16"; undefined: of the loopback. @throws Error that says what is wrong with the block, or what this user may not do */
export function podAddresses(block: string | undefined): PodAddresses {
  if (block === undefined) return { ...addressesOf(LOOPBACK), close: () => undefined };
  const addresses = addressesOf(parseBlock(block));
  const route = ['route', 'replace', 'local', block, 'dev', 'lo'];
  const { status, error, stderr } = spawnSync('ip', route, { encoding: 'utf8' });
  if (status !== 0) {
    const why = error?.message ?? stderr.trim();
    throw new Error(`--process-pod-cidr ${block}: \`ip ${route.join(' ')}\` failed (${why}): it needs root`);
  }
  return {
    ...addresses,
    close: () => void spawnSync('ip', ['route', 'del', 'local', block, 'dev', 'lo']),
  };
}

function addressesOf({
  first,
  count,
}: {
  readonly first: number;
  readonly count: number;
}): Omit<PodAddresses, 'close'> {
  const taken = new Set<number>();
  let next = 0;
  return {
    take() {
      if (taken.size >= count) throw new Error('there is no address left for a pod');
      while (taken.has(next)) next = (next + 1) % count;
      taken.add(next);
      const address = textOf(first + next);
      next = (next + 1) % count;
      return address;
    },
    release(address) {
      taken.delete(numberOf(address) - first);
    },
  };
}

/** Without its first and last address, which stand for the whole. */
function parseBlock(block: string): { readonly first: number; readonly count: number } {
  const [, address = '', bits = ''] = /^(\d+\.\d+\.\d+\.\d+)\/(\d+)$/.exec(block) ?? [];
  const size = 2 ** (32 - Number(bits));
  const start = numberOf(address);
  if (address === '' || Number(bits) < 8 || Number(bits) > 30 || !(start <= 0xff_ff_ff_ff) || start % size !== 0) {
    throw new Error(`--process-pod-cidr ${block}: expected a block of IPv4 addresses, as 10.244.0.0/16`);
  }
  return { first: start + 1, count: size - 2 };
}

function numberOf(address: string): number {
  const parts = address.split('.').map(Number);
  if (parts.some((part) => part > 255)) return Number.NaN;
  return parts.reduce((sum, part) => sum * 256 + part, 0);
}

function textOf(address: number): string {
  return [24, 16, 8, 0].map((shift) => Math.floor(address / 2 ** shift) % 256).join('.');
}
