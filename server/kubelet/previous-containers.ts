/** Containers before the present ones: their logs can still be asked for, until there is another one before the present. */
import type { Runtime } from '../../backends/runtime/interface.ts';
import type { ContainerRecord } from './container-record.ts';

export class PreviousContainers {
  readonly #runtime: Runtime;
  readonly #ids = new Map<ContainerRecord, string>();

  constructor(runtime: Runtime) {
    this.#runtime = runtime;
  }

  get(record: ContainerRecord): string | undefined {
    return this.#ids.get(record);
  }

  /** Logs of the one before it are nobody's any more. */
  async keep(record: ContainerRecord, id: string): Promise<void> {
    const older = this.#ids.get(record);
    this.#ids.set(record, id);
    if (older !== undefined) await this.#runtime.removeContainer(older);
  }
}
