/** Runs a controller of one's own against any cluster that a kubeconfig names. */
import { systemClock } from '../apimachinery/clock/clock.ts';
import { systemRandom } from '../apimachinery/clock/random.ts';
import { Client } from '../client/client.ts';
import { httpsTransport } from '../client/https-transport.ts';
import { parseKubeConfig } from '../client/kube-config.ts';
import type { DefinedController } from '../extend/define-controller.ts';
import { porticoVersion } from './version.ts';

export interface RunControllerOptions {
  /** As text. */
  readonly kubeConfig: string;
  readonly signal: AbortSignal;
  /** Told what went wrong and is tried again. */
  readonly onError: (error: unknown, what: string) => void;
}

/** Resolves when the signal has aborted. */
export async function runController(controller: DefinedController, options: RunControllerOptions): Promise<void> {
  const { signal, onError } = options;
  const kubeConfig = await parseKubeConfig(options.kubeConfig);
  const transport = httpsTransport({ kubeConfig, clock: systemClock, signal });
  const client = new Client({ transport, userAgent: `${controller.name}/${porticoVersion()}` });
  await controller.run({ client, clock: systemClock, random: systemRandom, signal, onError });
}
