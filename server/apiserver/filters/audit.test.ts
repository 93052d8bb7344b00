import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import test, { type ExecutionContext } from 'ava';
import Koa from 'koa';
import { systemRandom } from '../../apimachinery/clock/random.ts';
import { loadFacts } from '../../../openapi/facts.ts';
import { compileFacts } from '../../apimachinery/schema/compile-facts.ts';
import { ManualClock } from '../cacher/cacher-harness.ts';
import { auditFilters } from './audit.ts';
import { requestInfo } from './request-info.ts';
import { statusErrors } from './status-errors.ts';
import { addLatency, type ApiContext, type RequestState } from '../request-context.ts';
import { AuditMetrics } from '../audit/audit-metrics.ts';
import { compilePolicy } from '../audit/policy.ts';

interface Event {
  readonly stage: string;
  readonly responseStatus?: Record<string, unknown>;
  readonly annotations?: Record<string, string>;
}

/** The events of one request that `handle` answers. */
async function trailOf(t: ExecutionContext, handle: (ctx: ApiContext, clock: ManualClock) => void): Promise<Event[]> {
  const events: Event[] = [];
  const clock = new ManualClock();
  const filters = auditFilters({
    policy: compilePolicy({ rules: [{ level: 'Metadata' }] }),
    backend: {
      process: (kept) => {
        events.push(...kept.map(({ json }) => JSON.parse(json) as Event));
        return true;
      },
      flush: () => Promise.resolve(),
    },
    metrics: new AuditMetrics(),
    clock,
  });
  const app = new Koa<RequestState>();
  app.use(requestInfo({ clock, random: systemRandom }));
  app.use(filters.end);
  app.use(statusErrors({ schemas: compileFacts(loadFacts()), onInternalError: () => undefined }));
  app.use(filters.begin);
  app.use((ctx: ApiContext) => handle(ctx, clock));
  const server = createServer((req, res) => void app.callback()(req, res)).listen(0, '127.0.0.1');
  t.teardown(() => server.close());
  await once(server, 'listening');
  await (await fetch(`http://127.0.0.1:${(server.address() as AddressInfo).port}/api/v1/nodes`)).text();
  return events;
}

test('where a bug ends a request, the trail ends with Panic and says what it was', async (t) => {
  const events = await trailOf(t, () => {
    throw new TypeError('nothing is there');
  });
  t.deepEqual(
    events.map(({ stage }) => stage),
    ['RequestReceived', 'Panic'],
  );
  t.like(events[1]?.responseStatus, {
    status: 'Failure',
    reason: 'InternalError',
    code: 500,
    message: "APIServer panic'd: nothing is there",
  });
});

test('of a request that takes longer than half a second, the trail says for whom it has waited', async (t) => {
  const waits = (milliseconds: number) =>
    trailOf(t, (ctx, clock) => {
      addLatency(ctx, 'mutating-webhook', 300);
      addLatency(ctx, 'mutating-webhook', milliseconds - 300);
      clock.advance(milliseconds);
      ctx.body = 'done';
    });
  const slow = await waits(750.5);
  t.is(slow[0]?.annotations, undefined);
  t.deepEqual(slow.at(-1)?.annotations, {
    'apiserver.latency.k8s.io/mutating-webhook': '750.5ms',
    'apiserver.latency.k8s.io/total': '750.5ms',
  });
  t.is((await waits(500)).at(-1)?.annotations, undefined);
});
