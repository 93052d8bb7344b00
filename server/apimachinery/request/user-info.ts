/** Who sends a request, as authentication found it. */
export interface UserInfo {
  readonly name: string;
  readonly uid: string;
  readonly groups: readonly string[];
  readonly extra: Readonly<Record<string, readonly string[]>>;
}

export const systemAnonymous = 'system:anonymous';
export const systemUnauthenticated = 'system:unauthenticated';
export const systemAuthenticated = 'system:authenticated';
export const systemNodes = 'system:nodes';
export const systemMasters = 'system:masters';

export const anonymousUser: UserInfo = { name: systemAnonymous, uid: '', groups: [systemUnauthenticated], extra: {} };

/** Extra: which of a user's credentials a request came with. */
export const credentialIdKey = 'authentication.kubernetes.io/credential-id';
