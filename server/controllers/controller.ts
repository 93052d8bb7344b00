/** What a controller is, and what it is given. It reaches the cluster through its client alone. */
import type { Clock } from '../apimachinery/clock/clock.ts';
import type { Random } from '../apimachinery/clock/random.ts';
import type { Client } from '../client/client.ts';
import type { EventRecorder } from '../client/event-recorder.ts';
import type { InformerFactory } from '../client/informer-factory.ts';
import type { RateLimiter } from '../client/rate-limiter.ts';
import type { ResourceType } from '../client/resource-type.ts';
import type { WorkQueue } from '../client/work-queue.ts';
import type { ClusterSettings } from './cluster-settings.ts';

export interface Controller {
  /** As upstream's --controllers names it. */
  readonly name: string;
  /** What it was called before. */
  readonly alias?: string;
  /** Who speaks in its events, where that is not its name. */
  readonly component?: string;
  /** The service account of kube-system that it acts as. */
  readonly account: string;
  /** It runs only where it is named: `--controllers=*,bootstrap-signer-controller`. */
  readonly offByDefault?: true;
  /** A resource that is off by default: where it is not served, there is nothing to do. */
  readonly needs?: ResourceType;
  /** Runs until the signal aborts. */
  run(context: ControllerContext): Promise<void>;
}

export interface ControllerContext {
  /** With the controller's own identity. */
  readonly client: Client;
  /** Shared by all controllers of the process. */
  readonly informers: InformerFactory;
  readonly events: EventRecorder;
  readonly clock: Clock;
  readonly random: Random;
  readonly signal: AbortSignal;
  readonly settings: ClusterSettings;
  /** Unset, the limiter is upstream's for most controllers. */
  newQueue<K = string>(name: string, rateLimiter?: RateLimiter<K>): WorkQueue<K>;
  /** Told what went wrong and is tried again. */
  readonly onError: (error: unknown, what: string) => void;
}
