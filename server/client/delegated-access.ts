/** Who somebody is and what they may do, as the API server says: for servers that leave both to it. Answers are remembered for a while. */
import type { IncomingMessage } from 'node:http';
import type { TLSSocket } from 'node:tls';
import type { Clock } from '../apimachinery/clock/clock.ts';
import type { Client } from './client.ts';
import { ALLOWED_MS, REFUSED_MS, REMEMBERED_ANSWERS } from './limits.ts';

export interface User {
  readonly name: string;
  readonly uid: string;
  readonly groups: readonly string[];
}

interface Remembered<T> {
  readonly answer: Promise<T>;
  until: number;
}

interface TokenReview {
  readonly status?: {
    readonly authenticated?: boolean;
    readonly user?: { readonly username?: string; readonly uid?: string; readonly groups?: readonly string[] };
  };
}

interface AccessReview {
  readonly status?: { readonly allowed?: boolean };
}

/** Of a SubjectAccessReview. */
export type Attributes =
  | { readonly resourceAttributes: Readonly<Record<string, string>> }
  | { readonly nonResourceAttributes: { readonly path: string; readonly verb: string } };

export class DelegatedAccess {
  readonly #client: Client;
  readonly #clock: Clock;
  readonly #users = new Map<string, Remembered<User | undefined>>();
  readonly #decisions = new Map<string, Remembered<boolean>>();

  constructor(client: Client, clock: Clock) {
    this.#client = client;
    this.#clock = clock;
  }

  /** Undefined: nobody that is known. @throws StatusError, TransportError: nobody could be asked */
  async userOf(req: IncomingMessage): Promise<User | undefined> {
    const socket = req.socket as TLSSocket;
    if (socket.authorized) {
      const { subject } = socket.getPeerCertificate();
      const name = textOf(subject?.CN);
      if (name !== '') return { name, uid: '', groups: [...listOf(subject?.O), 'system:authenticated'] };
    }
    return this.userOfToken(req);
  }

  /** By the token alone. @throws StatusError, TransportError: nobody could be asked */
  async userOfToken(req: IncomingMessage): Promise<User | undefined> {
    const token = /^bearer +(\S+)$/i.exec(req.headers.authorization ?? '')?.[1];
    if (token === undefined) return undefined;
    return this.#remember(this.#users, token, () => this.#reviewToken(token));
  }

  async #reviewToken(token: string): Promise<User | undefined> {
    const { status } = await this.#client.request<TokenReview>({
      method: 'POST',
      path: '/apis/authentication.k8s.io/v1/tokenreviews',
      body: JSON.stringify({ apiVersion: 'authentication.k8s.io/v1', kind: 'TokenReview', spec: { token } }),
    });
    if (status?.authenticated !== true) return undefined;
    const { username = '', uid = '', groups = [] } = status.user ?? {};
    return { name: username, uid, groups };
  }

  /** @throws StatusError, TransportError: nobody could be asked */
  mayDo(user: User, attributes: Attributes): Promise<boolean> {
    const key = JSON.stringify([user, attributes]);
    return this.#remember(this.#decisions, key, () => this.#reviewAccess(user, attributes));
  }

  async #reviewAccess({ name, uid, groups }: User, attributes: Attributes): Promise<boolean> {
    const { status } = await this.#client.request<AccessReview>({
      method: 'POST',
      path: '/apis/authorization.k8s.io/v1/subjectaccessreviews',
      body: JSON.stringify({
        apiVersion: 'authorization.k8s.io/v1',
        kind: 'SubjectAccessReview',
        spec: { user: name, uid, groups, ...attributes },
      }),
    });
    return status?.allowed === true;
  }

  #remember<T>(known: Map<string, Remembered<T>>, key: string, ask: () => Promise<T>): Promise<T> {
    const now = this.#clock.monotonic();
    const before = known.get(key);
    if (before !== undefined && before.until > now) return before.answer;
    const entry: Remembered<T> = { answer: ask(), until: now + REFUSED_MS };
    known.delete(key);
    known.set(key, entry);
    const [oldest] = known.keys();
    if (known.size > REMEMBERED_ANSWERS && oldest !== undefined) known.delete(oldest);
    entry.answer.then(
      (answer) => {
        if (answer !== undefined && answer !== false) entry.until = now + ALLOWED_MS;
      },
      // Nobody knows: it is asked again.
      () => known.delete(key),
    );
    return entry.answer;
  }
}

function textOf(value: string | string[] | undefined): string {
  return typeof value === 'string' ? value : (value?.[0] ?? '');
}

function listOf(value: string | string[] | undefined): string[] {
  return value === undefined ? [] : [value].flat();
}
