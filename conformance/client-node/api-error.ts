/** Expects a call to fail with a Status. */
import assert from 'node:assert/strict';
import { ApiException, type V1Status } from '@kubernetes/client-node';

/** @returns the Status that the error carries, after its code and reason were compared. */
export async function rejectsWith(code: number, reason: string, call: () => Promise<unknown>): Promise<V1Status> {
  const error = await call().then(
    () => assert.fail(`expected ${code} ${reason}, but the call succeeded`),
    (thrown: unknown) => thrown,
  );
  assert(error instanceof ApiException, `expected an ApiException, got ${String(error)}`);
  const status = (typeof error.body === 'string' ? JSON.parse(error.body) : error.body) as V1Status;
  assert.partialDeepStrictEqual(
    { ...status },
    { kind: 'Status', apiVersion: 'v1', status: 'Failure', code, reason },
    `Status of ${error.message}`,
  );
  assert.equal(error.code, code);
  return status;
}
