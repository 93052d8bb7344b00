/** Schemas of single values, each with values that it takes. */
import type { Json, JsonObject } from '../case.ts';

export interface Leaf {
  readonly schema: JsonObject;
  readonly values: readonly [Json, ...Json[]];
}

const text = (more: JsonObject, ...values: [Json, ...Json[]]): Leaf => ({
  schema: { type: 'string', ...more },
  values,
});
const whole = (more: JsonObject, ...values: [Json, ...Json[]]): Leaf => ({
  schema: { type: 'integer', ...more },
  values,
});
const fraction = (more: JsonObject, ...values: [Json, ...Json[]]): Leaf => ({
  schema: { type: 'number', ...more },
  values,
});

export const leaves: readonly [Leaf, ...Leaf[]] = [
  text({}, 'a', 'some text', '', 'b'),
  text({ maxLength: 20 }, 'a', 'b', 'x'.repeat(20)),
  text({ minLength: 1, maxLength: 5 }, 'a', 'abc', 'äöüß'),
  text({ pattern: '^[a-z]+(-[a-z]+)*$', maxLength: 30 }, 'a', 'a-b', 'web'),
  text({ pattern: '^(|(https?://)?[^/]+\\.example\\.com)$' }, '', 'https://a.example.com'),
  text({ enum: ['red', 'green', ''] }, 'red', 'green', ''),
  text({ enum: ['Always', 'Never'], default: 'Always' }, 'Always', 'Never'),
  text({ format: 'date-time' }, '2024-01-02T03:04:05Z', '2024-01-02T03:04:05.5+01:00'),
  text({ format: 'date' }, '2024-02-29'),
  text({ format: 'duration' }, '1h', '2m30s'),
  text({ format: 'ipv4' }, '10.0.0.1'),
  text({ format: 'ipv6' }, '::1'),
  text({ format: 'cidr' }, '10.0.0.0/8'),
  text({ format: 'uuid' }, '9d2dbe2c-d03d-4ef8-9f1d-b939926c39a6'),
  text({ format: 'uri' }, 'https://example.com/a'),
  text({ format: 'byte' }, 'aGVsbG8=', 'MQ=='),
  text({ format: 'email' }, 'a@example.com'),
  text({ format: 'hostname' }, 'a.example.com'),
  text({ format: 'k8s-short-name' }, 'a-b'),
  whole({}, 0, 1, 7, -3),
  whole({ minimum: 0, maximum: 10 }, 0, 3, 10),
  whole({ format: 'int32' }, 1, 65_535),
  whole({ format: 'int64', minimum: 1 }, 1, 9_007_199_254_740_991),
  whole({ minimum: 0, exclusiveMinimum: true, multipleOf: 5 }, 5, 10),
  whole({ enum: [1, 2, 3], default: 2 }, 1, 2, 3),
  fraction({}, 0, 0.5, 1, 2.25),
  fraction({ minimum: 0.5, maximum: 3, exclusiveMaximum: true, format: 'double' }, 0.5, 2),
  fraction({ multipleOf: 0.25, format: 'float' }, 0.25, 1),
  { schema: { type: 'boolean' }, values: [true, false] },
  { schema: { type: 'boolean', default: true }, values: [true, false] },
  { schema: { 'x-kubernetes-int-or-string': true }, values: [1, 'http', '25%'] },
  {
    schema: {
      'x-kubernetes-int-or-string': true,
      anyOf: [{ type: 'integer' }, { type: 'string' }],
      pattern: '^([0-9]+%?)$',
    },
    values: [80, '25%', '7'],
  },
  { schema: { 'x-kubernetes-preserve-unknown-fields': true }, values: [1, 'a', { a: { b: null } }, [1, 'a'], true] },
  {
    schema: { type: 'object', 'x-kubernetes-preserve-unknown-fields': true },
    values: [{}, { a: { b: 1 } }, { a: [{ b: null }] }],
  },
  {
    schema: { type: 'object', 'x-kubernetes-preserve-unknown-fields': true, 'x-kubernetes-embedded-resource': true },
    values: [
      { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'x', labels: { a: 'b' } }, spec: { free: true } },
      { apiVersion: 'apps/v1', kind: 'Deployment' },
    ],
  },
  {
    schema: {
      type: 'object',
      'x-kubernetes-embedded-resource': true,
      properties: { spec: { type: 'object', properties: { a: { type: 'string', default: 'x' } } } },
    },
    values: [{ apiVersion: 'v1', kind: 'Pod', metadata: { name: 'x' }, spec: {} }],
  },
];
