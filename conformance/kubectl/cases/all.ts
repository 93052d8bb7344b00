/** All cases, in the order of a reader. */
import type { Case } from '../case.ts';
import { access } from './access.ts';
import { apply } from './apply.ts';
import { applyServerSide } from './apply-server-side.ts';
import { change } from './change.ts';
import { corpus } from './corpus.ts';
import { create } from './create.ts';
import { customResources } from './custom-resources.ts';
import { remove } from './delete.ts';
import { describe } from './describe.ts';
import { discovery } from './discovery.ts';
import { events } from './events.ts';
import { get } from './get.ts';
import { rollouts } from './rollouts.ts';
import { selectors } from './selectors.ts';
import { validation } from './validation.ts';
import { wait } from './wait.ts';
import { watch } from './watch.ts';
import { workloads } from './workloads.ts';

export const cases: readonly Case[] = [
  ...discovery,
  ...create,
  ...get,
  ...selectors,
  ...watch,
  ...describe,
  ...apply,
  ...applyServerSide,
  ...change,
  ...workloads,
  ...rollouts,
  ...remove,
  ...wait,
  ...validation,
  ...customResources,
  ...access,
  ...events,
  ...corpus,
];
