/** An admission webhook whose path says how it behaves: well, or as badly as servers do. */
import { startWebhookServer, type WebhookServer } from '../webhook-server.ts';
import { behaviours, type Review } from './behaviours.ts';

export interface BehavingServer extends WebhookServer {
  /** Reviews that came, by the path that they came to. */
  readonly received: ReadonlyMap<string, readonly Review[]>;
}

export async function startBehavingServer(): Promise<BehavingServer> {
  const received = new Map<string, Review[]>();
  const server = await startWebhookServer(({ path, body, response }) => {
    const review = (body ?? {}) as Review;
    const known = received.get(path);
    if (known === undefined) received.set(path, [review]);
    else known.push(review);
    const [, name = '', ...parameters] = path.split('/');
    const behave = Object.hasOwn(behaviours, name) ? behaviours[name] : undefined;
    if (behave !== undefined) behave({ review, response, parameters });
    else response.writeHead(404).end('there is no such webhook');
  });
  return { ...server, received };
}
