/** GET /metrics: requests, requests in flight, what the caches hold, and the process itself. */
import type { RequestLifecycle } from '../filters/lifecycle.ts';
import type { InFlight } from '../filters/max-in-flight.ts';
import type { RequestMetrics } from './request-metrics.ts';
import type { CacherMetrics } from '../cacher/interface.ts';

export interface MetricSources {
  readonly requests: RequestMetrics;
  readonly inFlight: InFlight;
  readonly lifecycle: RequestLifecycle;
  readonly cacher: { metrics(): CacherMetrics };
  /** What other stations count. */
  readonly others: ReadonlyArray<{ render(): string } | undefined>;
}

export function renderMetrics(sources: MetricSources): string {
  const { requests, inFlight, cacher, lifecycle, others } = sources;
  const lines: string[] = [];
  const gauge = (name: string, samples: ReadonlyArray<readonly [labels: string, value: number]>) => {
    lines.push(`# TYPE ${name} gauge`);
    for (const [labels, value] of samples) lines.push(`${name}${labels === '' ? '' : `{${labels}}`} ${value}`);
  };
  gauge('apiserver_current_inflight_requests', [
    ['request_kind="readOnly"', inFlight.reads],
    ['request_kind="mutating"', inFlight.writes],
  ]);
  gauge('portico_requests_active', [['', lifecycle.active]]);
  const { revision, resources } = cacher.metrics();
  gauge('portico_cache_revision', [['', revision]]);
  const per = (value: (resource: (typeof resources)[number]) => number) =>
    resources.map(
      (resource) => [`resource="${resource.prefix.replace(/^\/registry\/|\/$/g, '')}"`, value(resource)] as const,
    );
  gauge(
    'apiserver_storage_objects',
    per((resource) => resource.objects),
  );
  gauge(
    'portico_cache_bytes',
    per((resource) => resource.bytes),
  );
  gauge(
    'portico_cache_ring_events',
    per((resource) => resource.ringEvents),
  );
  gauge(
    'portico_cache_ring_bytes',
    per((resource) => resource.ringBytes),
  );
  gauge(
    'apiserver_longrunning_requests',
    per((resource) => resource.watchers),
  );
  const memory = process.memoryUsage();
  gauge('process_resident_memory_bytes', [['', memory.rss]]);
  gauge('nodejs_heap_size_used_bytes', [['', memory.heapUsed]]);
  gauge('nodejs_external_memory_bytes', [['', memory.external]]);
  return `${lines.join('\n')}\n${requests.render()}${others.map((other) => other?.render() ?? '').join('')}`;
}
