/** Defaults of admissionregistration.k8s.io/v1beta1 types. */
import type { PackageDefaulters } from '../../defaulting.ts';
import { admissionPolicyDefaulters } from '../v1/defaults.ts';

export const admissionregistrationV1beta1: PackageDefaulters = admissionPolicyDefaulters;
