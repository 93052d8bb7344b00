/** Who may do what before RBAC: system:masters everything, anyone the health and version paths, nobody else anything. */
import { systemMasters } from '../../apimachinery/request/user-info.ts';
import type { Authorizer } from './authorizer.ts';

/** Source: upstream's system:public-info-viewer role. */
const publicPaths = new Set(['/healthz', '/livez', '/readyz', '/version', '/version/']);

export function isPublicPath(path: string): boolean {
  return publicPaths.has(path);
}

export const systemMastersAuthorizer: Authorizer = {
  authorize({ user, info }) {
    if (user.groups.includes(systemMasters)) return 'allow';
    return !info.isResourceRequest && info.verb === 'get' && publicPaths.has(info.path) ? 'allow' : 'no opinion';
  },
};
