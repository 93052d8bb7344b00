/** apiserver_conversion_webhook_request_total and …_duration_seconds, as upstream counts calls of conversion webhooks. */
import { Histogram } from '../../metrics/histogram.ts';

export type ConversionFailure =
  | 'conversion_webhook_call_failure'
  | 'conversion_webhook_malformed_response_failure'
  | 'conversion_webhook_partial_response_failure'
  | 'conversion_webhook_invalid_converted_object_failure';

/** Upper bounds in seconds; source: upstream's. */
const buckets = [0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 20, 30, 45, 60];

export class ConversionMetrics {
  readonly #durations = new Map<string, Histogram>();

  /** @param milliseconds that the call took */
  succeeded(milliseconds: number): void {
    this.#observe('failure_type="",result="success"', milliseconds);
  }

  failed(type: ConversionFailure, milliseconds: number): void {
    this.#observe(`failure_type="${type}",result="failure"`, milliseconds);
  }

  render(): string {
    if (this.#durations.size === 0) return '';
    const totals = ['# TYPE apiserver_conversion_webhook_request_total counter'];
    const durations = ['# TYPE apiserver_conversion_webhook_duration_seconds histogram'];
    for (const [labels, histogram] of this.#durations) {
      totals.push(`apiserver_conversion_webhook_request_total{${labels}} ${histogram.count}`);
      durations.push(...histogram.lines('apiserver_conversion_webhook_duration_seconds', labels));
    }
    return `${totals.join('\n')}\n${durations.join('\n')}\n`;
  }

  #observe(labels: string, milliseconds: number): void {
    let histogram = this.#durations.get(labels);
    if (histogram === undefined) this.#durations.set(labels, (histogram = new Histogram(buckets)));
    histogram.observe(milliseconds / 1000);
  }
}
