/** Warnings about jobs and the jobs of cron jobs. */
import { asNumber } from '../../apimachinery/json-access.ts';
import type { JsonObject } from '../../apimachinery/json.ts';
import { podTemplateWarnings } from '../core/warnings/pods.ts';

const MANY_COMPLETIONS = 100_000;
const MANY_PODS = 10_000;
const untrackable =
  'In Indexed Jobs with a number of completions higher than 10^5 and a parallelism higher than 10^4, Kubernetes might not be able to track completedIndexes when a big number of indexes fail';

/** `path` is that of the spec. */
export function jobSpecWarnings(spec: JsonObject, path: string): string[] {
  const isLarge = asNumber(spec.completions) > MANY_COMPLETIONS && asNumber(spec.parallelism) > MANY_PODS;
  return [
    ...(spec.completionMode === 'Indexed' && isLarge ? [`${path}: ${untrackable}`] : []),
    ...podTemplateWarnings(spec.template, `${path}.template`),
  ];
}
