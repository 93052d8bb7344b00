/** apiserver_admission_webhook_* and apiserver_admission_match_condition_*: what webhooks were asked, how long it took, what came of it. */
import type { MatchResult } from '../expressions/match-conditions.ts';
import { Counter, LabelledHistogram } from '../../metrics/labelled-metrics.ts';

/** Upper bounds in seconds, upstream's. */
const callBuckets = [0.005, 0.025, 0.1, 0.5, 1, 2.5, 10, 25];
const conditionBuckets = [0.001, 0.005, 0.01, 0.025, 0.1, 0.2, 0.25];
/** Codes beyond it are counted as it, so that no webhook makes up series. */
const MAX_CODE = 600;

export type RejectionType = 'calling_webhook_error' | 'apiserver_internal_error' | 'no_error';

export interface CallLabels {
  readonly name: string;
  readonly type: string;
  readonly operation: string;
}

const conditionLabels = ['name', 'kind', 'type', 'operation'];

export class WebhookMetrics {
  readonly #durations = new LabelledHistogram(
    'apiserver_admission_webhook_admission_duration_seconds',
    ['name', 'type', 'operation', 'rejected'],
    callBuckets,
  );
  readonly #requests = new Counter('apiserver_admission_webhook_request_total', [
    'name',
    'type',
    'operation',
    'code',
    'rejected',
  ]);
  readonly #rejections = new Counter('apiserver_admission_webhook_rejection_count', [
    'name',
    'type',
    'operation',
    'error_type',
    'rejection_code',
  ]);
  readonly #failedOpen = new Counter('apiserver_admission_webhook_fail_open_count', ['name', 'type']);
  readonly #conditionErrors = new Counter(
    'apiserver_admission_match_condition_evaluation_errors_total',
    conditionLabels,
  );
  readonly #conditionExclusions = new Counter('apiserver_admission_match_condition_exclusions_total', conditionLabels);
  readonly #conditionDurations = new LabelledHistogram(
    'apiserver_admission_match_condition_evaluation_seconds',
    conditionLabels,
    conditionBuckets,
  );

  /** `rejection` unset: the request goes on. */
  called(
    { name, type, operation }: CallLabels,
    {
      seconds,
      code,
      rejection,
    }: { readonly seconds: number; readonly code: number; readonly rejection?: RejectionType },
  ): void {
    const rejected = String(rejection !== undefined);
    const shown = String(Math.min(code, MAX_CODE));
    this.#requests.add([name, type, operation, shown, rejected]);
    this.#durations.observe([name, type, operation, rejected], seconds);
    if (rejection !== undefined) this.#rejections.add([name, type, operation, rejection, shown]);
  }

  failedOpen({ name, type }: CallLabels): void {
    this.#failedOpen.add([name, type]);
  }

  conditionsEvaluated(
    { name, kind, type, operation }: CallLabels & { readonly kind: string },
    seconds: number,
    { matches, error, failures }: MatchResult,
  ): void {
    const labels = [name, kind, type, operation];
    this.#conditionDurations.observe(labels, seconds);
    for (let failure = 0; failure < failures; failure++) this.#conditionErrors.add(labels);
    if (!matches && error === undefined) this.#conditionExclusions.add(labels);
  }

  render(): string {
    return [
      this.#durations,
      this.#requests,
      this.#rejections,
      this.#failedOpen,
      this.#conditionErrors,
      this.#conditionExclusions,
      this.#conditionDurations,
    ]
      .map((metric) => metric.render())
      .join('');
  }
}
