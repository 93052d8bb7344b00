/** EventRateLimit: events beyond a rate are refused, counted for the whole server, a namespace, a user, or one source and object. */
import { joinErrors } from '../../apimachinery/errors/aggregate.ts';
import { failure } from '../../apimachinery/errors/status-error.ts';
import { asNumber, asObject, asObjects, asText } from '../../apimachinery/json-access.ts';
import type { Clock } from '../../apimachinery/clock/clock.ts';
import type { JsonObject } from '../../apimachinery/json.ts';
import type { AdmissionAttributes, AdmissionPlugin } from './admission.ts';

type LimitType = 'Server' | 'Namespace' | 'User' | 'SourceAndObject';

const keys: Readonly<Record<LimitType, (attributes: AdmissionAttributes) => string>> = {
  Server: () => '',
  Namespace: ({ namespace }) => namespace,
  User: ({ user }) => user.name,
  SourceAndObject({ object }) {
    const source = asObject(object?.source);
    const about = asObject(object?.involvedObject);
    const parts = [source.component, source.host, about.kind, about.namespace, about.name, about.uid, about.apiVersion];
    return parts.map(asText).join('');
  },
};
/** Keys whose rate is remembered, where the configuration does not say how many. */
const defaultCacheSize = 4096;

interface Bucket {
  tokens: number;
  /** Monotonic milliseconds. */
  filled: number;
}

/** @throws Error that says what is wrong with the configuration. */
export function eventRateLimit(clock: Clock, configuration: JsonObject | undefined): AdmissionPlugin {
  const limits = asObjects(configuration?.limits);
  if (limits.length === 0)
    throw new Error('EventRateLimit: limits must not be empty (--admission-control-config-file)');
  const enforcers = limits.map((limit, index) => newEnforcer(limit, index, clock));
  return {
    name: 'EventRateLimit',
    resources: ['events', 'events.events.k8s.io'],
    operations: ['CREATE', 'UPDATE'],
    validate(attributes) {
      if (attributes.dryRun) return;
      const reached = enforcers.flatMap((accept) => accept(attributes) ?? []);
      if (reached.length === 0) return;
      throw failure({ code: 429, reason: 'TooManyRequests', message: `Too many requests: ${joinErrors(reached)}` });
    },
  };
}

/** Says which limit is reached; undefined: none, and the event is counted. */
function newEnforcer(
  limit: JsonObject,
  index: number,
  clock: Clock,
): (attributes: AdmissionAttributes) => string | undefined {
  const type = asText(limit.type);
  const [qps, burst, cacheSize] = [asNumber(limit.qps), asNumber(limit.burst), asNumber(limit.cacheSize)];
  if (!isLimitType(type))
    throw new Error(`EventRateLimit: limits[${index}].type must be one of ${Object.keys(keys).join(', ')}`);
  if (!(qps > 0 && burst > 0)) throw new Error(`EventRateLimit: limits[${index}]: qps and burst must be positive`);
  if (cacheSize < 0) throw new Error(`EventRateLimit: limits[${index}].cacheSize must not be negative`);
  const size = cacheSize === 0 ? defaultCacheSize : cacheSize;
  // A Map is in the order of use: what is used comes last, what is forgotten first.
  const buckets = new Map<string, Bucket>();
  return (attributes) => {
    const key = keys[type](attributes);
    const now = clock.monotonic();
    const bucket = buckets.get(key) ?? { tokens: burst, filled: now };
    buckets.delete(key);
    buckets.set(key, bucket);
    if (buckets.size > size) buckets.delete(buckets.keys().next().value ?? '');
    bucket.tokens = Math.min(burst, bucket.tokens + ((now - bucket.filled) / 1000) * qps);
    bucket.filled = now;
    if (bucket.tokens < 1) return `limit reached on type ${type} for key ${key}`;
    bucket.tokens--;
    return undefined;
  };
}

function isLimitType(text: string): text is LimitType {
  return Object.hasOwn(keys, text);
}
