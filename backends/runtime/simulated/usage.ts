/** What simulated containers use: a share of what they may, wavering with time, or what their annotations say. */
import type { ContainerStats } from '../interface.ts';
import type { Behaviour } from './behaviour.ts';
import { hashText } from './seeded-random.ts';

/** For a container without limits. */
const USUAL_CORES = 5_000_000;
const USUAL_BYTES = 32 * 2 ** 20;
/** Milliseconds of one wave. */
const WAVE = 300_000;

export function usageOf(parts: {
  readonly id: string;
  readonly behaviour: Behaviour;
  readonly limits: { readonly cpuNanoCores: number; readonly memoryBytes: number };
  /** Milliseconds. */
  readonly age: number;
}): ContainerStats {
  const { id, behaviour, limits, age } = parts;
  const phase = (hashText(id) % 1000) / 1000;
  const wave = 1 + 0.3 * Math.sin(2 * Math.PI * (age / WAVE + phase));
  const cpu = behaviour.cpu ?? Math.round((limits.cpuNanoCores > 0 ? limits.cpuNanoCores * 0.1 : USUAL_CORES) * wave);
  const memory =
    behaviour.memory ??
    Math.round((limits.memoryBytes > 0 ? limits.memoryBytes * 0.4 : USUAL_BYTES) * (0.9 + wave / 10));
  return { cpuNanoCores: cpu, cpuNanoSeconds: Math.round((cpu * age) / 1000), memoryBytes: memory };
}
