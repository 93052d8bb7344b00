/** Parts of the cluster that run in the server's own process are whom it has made them: their requests carry no credential. */
import type { UserInfo } from '../../apimachinery/request/user-info.ts';
import type { Authenticator, HttpRequest } from './authenticator.ts';

export class InProcessUsers implements Authenticator {
  readonly #users = new WeakMap<object, UserInfo>();

  /** Only requests made in this process can be known here: those from outside are other objects. */
  introduce(request: object, user: UserInfo): void {
    this.#users.set(request, user);
  }

  authenticate(request: HttpRequest): UserInfo | undefined {
    return this.#users.get(request);
  }
}
