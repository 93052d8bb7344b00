/** Clients of the API server in this process, each with an identity of its own. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { serviceAccountGroups, serviceAccountUserName } from '../apimachinery/request/service-account.ts';
import { type Clock, systemClock } from '../apimachinery/clock/clock.ts';
import { systemAuthenticated, systemMasters, type UserInfo } from '../apimachinery/request/user-info.ts';
import type { InProcessUsers } from '../apiserver/authentication/in-process.ts';
import type { RequestListener } from '../apiserver/serving/secure-server.ts';
import { Client } from '../client/client.ts';
import { loopbackTransport } from '../client/loopback-transport.ts';
import type { Transport } from '../client/transport.ts';
import { retryingLater } from '../client/retry-later.ts';
import { porticoVersion } from './version.ts';

export interface LoopbackClientsParts {
  readonly listener: RequestListener;
  readonly users: InProcessUsers;
  /** Default: the real one. */
  readonly clock?: Clock;
  /** What requests pass on their way. */
  readonly wrap?: (transport: Transport) => Transport;
}

export class LoopbackClients {
  readonly #parts: LoopbackClientsParts;

  constructor(parts: LoopbackClientsParts) {
    this.#parts = parts;
  }

  administrator(): Client {
    return this.#as('portico', 'portico-admin', [systemMasters]);
  }

  /** "kube-controller-manager": the user system:kube-controller-manager. */
  component(name: string): Client {
    return this.#as(name, `system:${name}`, []);
  }

  /** A controller that the program brings with it: its own administrator. */
  ownController(name: string): Client {
    return this.#as(name, `portico-${name}`, [systemMasters]);
  }

  node(name: string): Client {
    return this.#as('kubelet', `system:node:${name}`, ['system:nodes']);
  }

  /** Of several nodes in one process, which the rules for a single one would not let see each other's pods. */
  kubelets(): Client {
    return this.#as('kubelet', 'system:kubelets', [systemMasters]);
  }

  /** A service account of kube-system, as controllers have them; the program is the one that it works in. */
  serviceAccount(program: string, name: string): Client {
    const [user, groups] = [serviceAccountUserName('kube-system', name), serviceAccountGroups('kube-system')];
    return this.#as(program, user, groups);
  }

  #as(program: string, name: string, groups: readonly string[]): Client {
    const { listener, users, clock = systemClock, wrap } = this.#parts;
    const user: UserInfo = { name, uid: '', groups: [...groups, systemAuthenticated], extra: {} };
    const loopback = loopbackTransport((request, response) => {
      users.introduce(request, user);
      // As much of node's classes as the chain uses: loopback-exchange.ts.
      listener(request as unknown as IncomingMessage, response as unknown as ServerResponse);
    });
    const transport = retryingLater(wrap === undefined ? loopback : wrap(loopback), clock);
    return new Client({ transport, userAgent: `${program}/${porticoVersion()}` });
  }
}
