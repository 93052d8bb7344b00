/** Looks again, for as long as a pod runs, whether what its volumes are made of has changed; only where the runtime keeps copies. */
import type { Pod } from '../client/api-types.ts';
import type { KubeletEnvironment } from './kubelet-environment.ts';
import { VOLUMES_REFRESHED_EVERY } from './limits.ts';
import { hasGivenFiles } from './volumes.ts';

type Environment = Pick<KubeletEnvironment, 'runtime' | 'clock' | 'onError'>;

export class VolumeRefresh {
  readonly #environment: Environment;
  readonly #sandboxId: string;
  readonly #name: string;
  #cancel: () => void = () => undefined;
  #isRunning = false;
  #isWanted = false;
  #isStopped = false;

  private constructor(environment: Environment, sandboxId: string, name: string) {
    this.#environment = environment;
    this.#sandboxId = sandboxId;
    this.#name = name;
    this.#later();
  }

  /** Undefined: nothing of the pod can change. */
  static of(pod: Pod, sandboxId: string, environment: Environment): VolumeRefresh | undefined {
    if (environment.runtime.refreshVolumes === undefined || !hasGivenFiles(pod)) return undefined;
    return new VolumeRefresh(environment, sandboxId, `${pod.metadata.namespace}/${pod.metadata.name}`);
  }

  /** Something has changed. */
  now(): void {
    this.#isWanted = true;
    if (this.#isRunning || this.#isStopped) return;
    this.#cancel();
    this.#isRunning = true;
    void this.#run();
  }

  stop(): void {
    this.#isStopped = true;
    this.#cancel();
  }

  async #run(): Promise<void> {
    const { runtime, onError } = this.#environment;
    while (this.#isWanted && !this.#isStopped) {
      this.#isWanted = false;
      try {
        await runtime.refreshVolumes?.(this.#sandboxId);
      } catch (error) {
        onError(error, `volumes of pod ${this.#name}`);
      }
    }
    this.#isRunning = false;
    this.#later();
  }

  #later(): void {
    if (!this.#isStopped) this.#cancel = this.#environment.clock.after(VOLUMES_REFRESHED_EVERY, () => this.now());
  }
}
