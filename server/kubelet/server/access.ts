/** Who may ask a kubelet: whom the API server knows, and as it decides. */
import type { IncomingMessage } from 'node:http';
import type { Clock } from '../../apimachinery/clock/clock.ts';
import type { Client } from '../../client/client.ts';
import { DelegatedAccess } from '../../client/delegated-access.ts';

export type Access = 'allowed' | 'unauthorized' | 'forbidden';

export class KubeletAccess {
  readonly #access: DelegatedAccess;

  constructor(client: Client, clock: Clock) {
    this.#access = new DelegatedAccess(client, clock);
  }

  /** @throws StatusError, TransportError: nobody could be asked */
  async check(req: IncomingMessage, node: string): Promise<Access> {
    const user = await this.#access.userOf(req);
    if (user === undefined) return 'unauthorized';
    const [verb, subresource] = [verbOf(req.method), subresourceOf(req.url ?? '')];
    const resourceAttributes = { verb, resource: 'nodes', subresource, name: node };
    return (await this.#access.mayDo(user, { resourceAttributes })) ? 'allowed' : 'forbidden';
  }
}

/** Source: upstream's node authorizer attributes getter. */
function verbOf(method = 'GET'): string {
  const verbs: Readonly<Record<string, string>> = { POST: 'create', PUT: 'update', PATCH: 'patch', DELETE: 'delete' };
  return verbs[method] ?? 'get';
}

function subresourceOf(url: string): string {
  const [, first = ''] = url.split(/[/?]/);
  const own: Readonly<Record<string, string>> = {
    stats: 'stats',
    metrics: 'metrics',
    logs: 'log',
    checkpoint: 'checkpoint',
  };
  return own[first] ?? 'proxy';
}
