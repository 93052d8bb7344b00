/** Registers a claim with ava: as a test, or as one that has to be skipped. */
import test, { type ExecutionContext } from 'ava';

export interface ClaimTest {
  /** "kubectl: get -A prints the namespace of each object" */
  readonly name: string;
  /** Why it cannot be tested here. */
  readonly skip?: string;
  readonly check: (t: ExecutionContext) => Promise<void>;
}

export function testClaim({ name, skip, check }: ClaimTest): void {
  if (skip !== undefined) test.skip(`${name} (${skip})`, check);
  else test(name, check);
}
