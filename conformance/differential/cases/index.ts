/** All cases, in the order in which they run. */
import type { Case } from '../case.ts';
import { crudCases } from './crud.ts';

import { discoveryCases } from './discovery.ts';
import { parameterCases } from './parameters.ts';
import { pathCases } from './paths-and-methods.ts';

export const cases: readonly Case[] = [...discoveryCases, ...pathCases, ...parameterCases, ...crudCases];
