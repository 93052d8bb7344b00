/** The authorization seam: may this user do this? RBAC and the rest are further implementations. */
import type { RequestInfo } from '../../apimachinery/request/request-info.ts';
import type { UserInfo } from '../../apimachinery/request/user-info.ts';

export interface AuthorizationAttributes {
  readonly user: UserInfo;
  readonly info: RequestInfo;
}

export type Decision = 'allow' | 'deny' | 'no opinion';

export interface Authorizer {
  authorize(attributes: AuthorizationAttributes): Decision | Promise<Decision>;
}
