/** Registers a claim with ava: as a test, as a known gap of our own server, or as one that has to be skipped. */
import test, { type ExecutionContext } from 'ava';
import { knownGaps } from './known-gaps.ts';
import { testsOwnServer } from './server-under-test.ts';

export interface ClaimTest {
  /** "kubectl: get -A prints the namespace of each object" */
  readonly name: string;
  /** Why it cannot be tested here. */
  readonly skip?: string;
  readonly check: (t: ExecutionContext) => Promise<void>;
}

export function testClaim({ name, skip, check }: ClaimTest): void {
  const gap = testsOwnServer() ? knownGaps.get(name) : undefined;
  if (skip !== undefined) test.skip(`${name} (${skip})`, check);
  else if (gap !== undefined) test.failing(`${name} (${gap})`, check);
  else test(name, check);
}
