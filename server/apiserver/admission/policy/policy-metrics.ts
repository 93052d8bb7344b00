/** apiserver_validating_admission_policy_check_* and apiserver_mutating_admission_policy_check_*. */
import { Counter, LabelledHistogram } from '../../metrics/labelled-metrics.ts';

/** Upper bounds in seconds, upstream's. */
const buckets = [0.0000005, 0.001, 0.01, 0.1, 1];

export interface Check {
  readonly policy: string;
  readonly binding: string;
  /** What went wrong; undefined: nothing. */
  readonly error: string | undefined;
  readonly seconds: number;
}

const labels = ['policy', 'policy_binding', 'error_type'];

export class PolicyMetrics {
  readonly #validations = new Counter('apiserver_validating_admission_policy_check_total', [
    ...labels,
    'enforcement_action',
  ]);
  readonly #validationDurations = new LabelledHistogram(
    'apiserver_validating_admission_policy_check_duration_seconds',
    [...labels, 'enforcement_action'],
    buckets,
  );
  readonly #mutations = new Counter('apiserver_mutating_admission_policy_check_total', labels);
  readonly #mutationDurations = new LabelledHistogram(
    'apiserver_mutating_admission_policy_check_duration_seconds',
    labels,
    buckets,
  );

  validated({ policy, binding, error, seconds }: Check, action: 'allow' | 'deny' | 'audit' | 'warn'): void {
    const values = [policy, binding, errorType(error), action];
    this.#validations.add(values);
    this.#validationDurations.observe(values, seconds);
  }

  mutated({ policy, binding, error, seconds }: Check): void {
    const values = [policy, binding, errorType(error)];
    this.#mutations.add(values);
    this.#mutationDurations.observe(values, seconds);
  }

  render(): string {
    return [this.#validations, this.#validationDurations, this.#mutations, this.#mutationDurations]
      .map((metric) => metric.render())
      .join('');
  }
}

function errorType(error: string | undefined): string {
  if (error === undefined) return 'no_error';
  if (error.startsWith('compilation')) return 'compile_error';
  return error.startsWith('validation failed due to running out of cost budget') ? 'out_of_budget' : 'invalid_error';
}
