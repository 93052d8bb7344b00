/** What simulated containers use: a share of what they may, wavering with time, or what their annotations say. */
import type { ContainerResources, ContainerStats } from '../interface.ts';
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
  readonly resources: ContainerResources;
  /** Milliseconds. */
  readonly age: number;
}): ContainerStats {
  const { id, behaviour, resources, age } = parts;
  const { cpuLimit, memoryLimit } = resources;
  const phase = (hashText(id) % 1000) / 1000;
  const wave = 1 + 0.3 * Math.sin(2 * Math.PI * (age / WAVE + phase));
  const cpu = behaviour.cpu ?? Math.round((cpuLimit > 0 ? cpuLimit * 100_000 : USUAL_CORES) * wave);
  const memory =
    behaviour.memory ?? Math.round((memoryLimit > 0 ? memoryLimit * 0.4 : USUAL_BYTES) * (0.9 + wave / 10));
  return { cpuNanoCores: cpu, cpuNanoSeconds: Math.round((cpu * age) / 1000), memoryBytes: memory };
}
