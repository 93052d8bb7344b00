/** Defaults of rbac.authorization.k8s.io/v1 types. */
import { type Defaulter, isZero, type PackageDefaulters, structIn } from '../../defaulting.ts';

const GROUP = 'rbac.authorization.k8s.io';

const setRoleGroup: Defaulter = (binding) => {
  const roleRef = structIn(binding, 'roleRef');
  if (isZero(roleRef.apiGroup)) roleRef.apiGroup = GROUP;
};

export const rbacV1: PackageDefaulters = {
  ClusterRoleBinding: setRoleGroup,
  RoleBinding: setRoleGroup,
  Subject(subject) {
    if ((subject.kind === 'User' || subject.kind === 'Group') && isZero(subject.apiGroup)) subject.apiGroup = GROUP;
  },
};
