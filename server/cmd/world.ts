/** What the parts of a cluster take from around them: time, chance, and the name of where they run. */
import { hostname } from 'node:os';
import { type Clock, systemClock } from '../apimachinery/clock/clock.ts';
import { type Random, systemRandom } from '../apimachinery/clock/random.ts';

export interface World {
  readonly clock: Clock;
  readonly random: Random;
  /** In events: which of several processes speaks. */
  readonly host: string;
}

export const realWorld: World = { clock: systemClock, random: systemRandom, host: hostname() };
