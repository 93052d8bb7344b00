/** Namespaces for test cases: ready for pods on servers with and without controllers, gone or going afterwards. */
import { ApiException, CoreV1Api, KubeConfig } from '@kubernetes/client-node';

const CONFLICT = 409;

export class Namespaces {
  readonly #core: CoreV1Api;
  readonly #waiting: (() => void)[] = [];
  #free: number;

  /** `atOnce`: cases that may run at the same time, so that many child processes do not starve each other. */
  constructor(kubeconfig: string, { atOnce }: { atOnce: number }) {
    const config = new KubeConfig();
    config.loadFromFile(kubeconfig);
    this.#core = config.makeApiClient(CoreV1Api);
    this.#free = atOnce;
  }

  async within(name: string, action: (namespace: string) => Promise<void>): Promise<void> {
    await this.#acquire();
    try {
      await this.#create(name);
      await action(name);
    } finally {
      this.#release();
      await this.#core.deleteNamespace({ name }).catch(ignoreConflict);
    }
  }

  async #create(name: string): Promise<void> {
    await this.#core.createNamespace({ body: { metadata: { name } } });
    // Pods need it, and where no controller makes it nobody else does.
    const body = { metadata: { name: 'default' } };
    await this.#core.createNamespacedServiceAccount({ namespace: name, body }).catch(ignoreConflict);
  }

  async #acquire(): Promise<void> {
    if (this.#free > 0) this.#free--;
    else await new Promise<void>((resolve) => this.#waiting.push(resolve));
  }

  #release(): void {
    const next = this.#waiting.shift();
    if (next === undefined) this.#free++;
    else next();
  }
}

function ignoreConflict(error: unknown): void {
  if (!(error instanceof ApiException && error.code === CONFLICT)) throw error;
}
