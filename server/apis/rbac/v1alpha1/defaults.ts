/** Defaults of rbac.authorization.k8s.io/v1alpha1 types: subjects name a version here, not a group. */
import { isZero, type PackageDefaulters } from '../../defaulting.ts';
import { rbacV1 } from '../v1/defaults.ts';

const API_VERSIONS = new Map([
  ['ServiceAccount', 'v1'],
  ['User', 'rbac.authorization.k8s.io/v1alpha1'],
  ['Group', 'rbac.authorization.k8s.io/v1alpha1'],
]);

export const rbacV1alpha1: PackageDefaulters = {
  ...rbacV1,
  Subject(subject) {
    const apiVersion = typeof subject.kind === 'string' ? API_VERSIONS.get(subject.kind) : undefined;
    if (apiVersion !== undefined && isZero(subject.apiVersion)) subject.apiVersion = apiVersion;
  },
};
