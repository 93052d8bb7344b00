/** Gives the evaluator of CEL, loaded when the first expression comes: most servers never see one. */
import { createRequire } from 'node:module';
import type * as CelModule from './cel.ts';

export type Cel = typeof CelModule;

let loaded: Cel | undefined;

export function loadCel(): Cel {
  // As a source or as built: the module beside this one has the same ending.
  loaded ??= createRequire(import.meta.url)(`./cel${import.meta.url.slice(-3)}`) as Cel;
  return loaded;
}
