/** Counts of the audit trail, under upstream's names. */
import type { AuditLevel } from './audited-request.ts';

export class AuditMetrics {
  events = 0;
  rejected = 0;
  readonly #levels = new Map<AuditLevel, number>();
  readonly #errors = new Map<string, number>();

  countLevel(level: AuditLevel): void {
    this.#levels.set(level, (this.#levels.get(level) ?? 0) + 1);
  }

  countErrors(plugin: string, events: number): void {
    this.#errors.set(plugin, (this.#errors.get(plugin) ?? 0) + events);
  }

  render(): string {
    const labelled = (name: string, label: string, values: ReadonlyMap<string, number>) => [
      `# TYPE ${name} counter`,
      ...[...values].map(([value, count]) => `${name}{${label}="${value}"} ${count}`),
    ];
    return [
      '# TYPE apiserver_audit_event_total counter',
      `apiserver_audit_event_total ${this.events}`,
      ...labelled('apiserver_audit_error_total', 'plugin', this.#errors),
      ...labelled('apiserver_audit_level_total', 'level', this.#levels),
      '# TYPE apiserver_audit_requests_rejected_total counter',
      `apiserver_audit_requests_rejected_total ${this.rejected}`,
      '',
    ].join('\n');
  }
}
