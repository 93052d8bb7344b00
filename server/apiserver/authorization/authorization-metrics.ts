/** What authorizers decided, under upstream's names. */
import type { Decision } from './authorizer.ts';

type Counted =
  | 'apiserver_authorization_decisions_total'
  | 'apiserver_authorization_match_condition_evaluation_errors_total'
  | 'apiserver_authorization_match_condition_exclusions_total'
  | 'apiserver_authorization_webhook_evaluations_total'
  | 'apiserver_authorization_webhook_evaluations_fail_open_total'
  | 'apiserver_authorization_config_controller_automatic_reloads_total';

export class AuthorizationMetrics {
  readonly #counts = new Map<Counted, Map<string, number>>();

  /** Of the authorizers that allow or deny. */
  countDecision({ type, name }: { readonly type: string; readonly name: string }, decision: Decision): void {
    if (decision === 'no opinion') return;
    const decided = decision === 'allow' ? 'allowed' : 'denied';
    this.count('apiserver_authorization_decisions_total', `decision="${decided}",name="${name}",type="${type}"`);
  }

  count(name: Counted, labels: string): void {
    let series = this.#counts.get(name);
    if (series === undefined) {
      series = new Map<string, number>();
      this.#counts.set(name, series);
    }
    series.set(labels, (series.get(labels) ?? 0) + 1);
  }

  render(): string {
    const lines: string[] = [];
    for (const [name, series] of this.#counts) {
      lines.push(`# TYPE ${name} counter`);
      for (const [labels, count] of series) lines.push(`${name}{${labels}} ${count}`);
    }
    return lines.length === 0 ? '' : `${lines.join('\n')}\n`;
  }
}
