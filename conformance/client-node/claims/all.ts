/** All claims, in the order of a reader. */
import type { Claim } from '../claim.ts';
import { crud } from './crud.ts';
import { errors } from './errors.ts';
import { informer } from './informer.ts';
import { pagination } from './pagination.ts';
import { patch } from './patch.ts';
import { watch } from './watch.ts';

export const claims: readonly Claim[] = [...crud, ...patch, ...pagination, ...watch, ...informer, ...errors];
