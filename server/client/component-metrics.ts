/** What a component does beside its queues, under upstream's metric names: its requests, whether it leads, what it runs. */
import type { Transport } from './transport.ts';

export class ComponentMetrics {
  readonly #host: string;
  /** By code and method. */
  readonly #requests = new Map<string, number>();
  readonly #leads = new Map<string, boolean>();
  /** By name. */
  readonly #running = new Map<string, boolean>();
  readonly #manager: string;

  /** @param server the URL of the API server */
  constructor(manager: string, server: string) {
    this.#manager = manager;
    this.#host = new URL(server).host;
  }

  /** Counts what goes through it. */
  counted(transport: Transport): Transport {
    return {
      request: async (request) => {
        const count = (code: string) => {
          const labels = `code="${code}",host="${this.#host}",method="${request.method}"`;
          this.#requests.set(labels, (this.#requests.get(labels) ?? 0) + 1);
        };
        try {
          const response = await transport.request(request);
          count(String(response.status));
          return response;
        } catch (error) {
          count('<error>');
          throw error;
        }
      },
    };
  }

  leads(lease: string, isLeader: boolean): void {
    this.#leads.set(lease, isLeader);
  }

  runs(controller: string, isRunning: boolean): void {
    this.#running.set(controller, isRunning);
  }

  render(): string {
    const lines: string[] = [];
    const family = (
      name: string,
      type: string,
      values: ReadonlyMap<string, number | boolean>,
      label: (key: string) => string,
    ) => {
      lines.push(`# TYPE ${name} ${type}`);
      for (const [key, value] of values) lines.push(`${name}{${label(key)}} ${Number(value)}`);
    };
    family('rest_client_requests_total', 'counter', this.#requests, (labels) => labels);
    family('leader_election_master_status', 'gauge', this.#leads, (lease) => `name="${lease}"`);
    family(
      'running_managed_controllers',
      'gauge',
      this.#running,
      (name) => `manager="${this.#manager}",name="${name}"`,
    );
    return `${lines.join('\n')}\n`;
  }
}
