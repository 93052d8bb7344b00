/** What is found out about a credential on the way of a request: kept in its audit trail, told to its client. */
import type { CredentialRemarks } from './authentication/authenticator.ts';
import { addAuditAnnotation, addWarning, type ApiContext } from './request-context.ts';

export class RequestRemarks implements CredentialRemarks {
  readonly #ctx: ApiContext;

  constructor(ctx: ApiContext) {
    this.#ctx = ctx;
  }

  annotate(key: string, value: string): void {
    addAuditAnnotation(this.#ctx, key, value);
  }

  warn(text: string): void {
    addWarning(this.#ctx, text);
  }
}
