/** Defaults of admissionregistration.k8s.io/v1alpha1 types. */
import { type PackageDefaulters, setIfUnset } from '../../defaulting.ts';
import { admissionPolicyDefaulters } from '../v1/defaults.ts';

export const admissionregistrationV1alpha1: PackageDefaulters = {
  ...admissionPolicyDefaulters,
  ParamRef: setIfUnset({ parameterNotFoundAction: 'Deny' }),
};
