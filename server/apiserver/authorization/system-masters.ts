/** Asked before all other authorizers, and not to be switched off: members of system:masters may do everything. */
import { systemMasters } from '../../apimachinery/request/user-info.ts';
import { allowed, type Authorizer, noOpinion } from './authorizer.ts';

export const systemMastersAuthorizer: Authorizer = {
  authorize: ({ user }) => (user.groups.includes(systemMasters) ? allowed : noOpinion),
};
