/** The authentication seam: each authenticator knows one kind of credential; the union asks them in order. */
import type { IncomingMessage } from 'node:http';
import type { Http2ServerRequest } from 'node:http2';
import type { UserInfo } from '../../apimachinery/request/user-info.ts';

export type HttpRequest = IncomingMessage | Http2ServerRequest;

/** What is found out about a credential beside whose it is. */
export interface CredentialRemarks {
  /** For the audit trail; what was said first counts. */
  annotate(key: string, value: string): void;
  /** For the client. */
  warn(text: string): void;
}

export interface Authenticator {
  /** Undefined: the request carries no credential of this kind. @throws InvalidCredential when it carries a wrong one. */
  authenticate(request: HttpRequest, remarks: CredentialRemarks): UserInfo | undefined | Promise<UserInfo | undefined>;
}

export class InvalidCredential extends Error {
  override name = 'InvalidCredential';
}

/** The first authenticator that knows the caller decides; a wrong credential counts only if no other one is right. */
export function unionAuthenticator(authenticators: readonly Authenticator[]): Authenticator {
  return {
    async authenticate(request, remarks) {
      let refused: InvalidCredential | undefined;
      for (const authenticator of authenticators) {
        try {
          const found = authenticator.authenticate(request, remarks);
          const user = found instanceof Promise ? await found : found;
          if (user !== undefined) return user;
        } catch (error) {
          if (!(error instanceof InvalidCredential)) throw error;
          refused ??= error;
        }
      }
      if (refused !== undefined) throw refused;
      return undefined;
    },
  };
}
