/** Asks again, where a server says that it cannot answer now and when it is worth asking: 429 or 5xx with Retry-After, as client-go does. */
import type { Clock } from '../apimachinery/clock/clock.ts';
import { pause } from './backoff.ts';
import { MAX_RETRIES_LATER } from './limits.ts';
import { abortReason, type Transport, type TransportResponse } from './transport.ts';

const never = new AbortController().signal;

export function retryingLater(transport: Transport, clock: Clock): Transport {
  return {
    async request(request) {
      const { signal = never } = request;
      for (let retries = 0; ; retries++) {
        const response = await transport.request(request);
        const wait = waitOf(response);
        if (wait === undefined || retries >= MAX_RETRIES_LATER) return response;
        // An answer that nobody reads would hold its stream.
        await response.body();
        await pause(clock, wait, signal);
        if (signal.aborted) throw abortReason(signal);
      }
    },
  };
}

/** Milliseconds; undefined: the answer stands. A date is no number of seconds, and not waited for. */
function waitOf(response: TransportResponse): number | undefined {
  if (response.status !== 429 && response.status < 500) return undefined;
  const after = response.header('retry-after');
  return after !== undefined && /^\d+$/.test(after) ? Number(after) * 1000 : undefined;
}
