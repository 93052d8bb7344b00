/** The controllers of a server's own process: begun once it is ready, each with its own account, over loopback. */
import { hostname } from 'node:os';
import { systemClock } from '../apimachinery/clock/clock.ts';
import { systemRandom } from '../apimachinery/clock/random.ts';
import type { WorkQueueMetrics } from '../client/work-queue.ts';
import type { ClusterSettings } from '../controllers/cluster-settings.ts';
import type { LoopbackClients } from './loopback-clients.ts';
import { leadWithLease } from './leading.ts';

const program = 'kube-controller-manager';

export interface InProcessControllersParts {
  readonly clients: LoopbackClients;
  /** --controllers */
  readonly list: string;
  /** Other servers on the same database may run them too. */
  readonly shared: boolean;
  readonly settings: ClusterSettings;
  readonly metrics: WorkQueueMetrics;
  readonly signal: AbortSignal;
  readonly onError: (error: unknown, what: string) => void;
}

/** Resolves when they have ended. @throws Error for a name that no controller has */
export async function runInProcessControllers(parts: InProcessControllersParts): Promise<void> {
  const { clients, list, shared, settings, metrics, signal, onError } = parts;
  // A server without controllers loads none.
  const { allControllers } = await import('../controllers/all-controllers.ts');
  const { chooseControllers } = await import('../controllers/choose-controllers.ts');
  const { runControllers } = await import('../controllers/run-controllers.ts');
  const client = clients.component(program);
  const [clock, random] = [systemClock, systemRandom];
  const controllers = chooseControllers(allControllers, list);
  const run = (until: AbortSignal) =>
    runControllers({
      controllers,
      client,
      clientFor: (account) => clients.serviceAccount(program, account),
      clock,
      random,
      signal: until,
      settings,
      metrics,
      host: hostname(),
      onError,
    });
  if (!shared) await run(signal);
  else await leadWithLease({ client, lease: program, signal, lead: run, onError });
}
