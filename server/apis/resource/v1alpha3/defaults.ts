/** Defaults of resource.k8s.io/v1alpha3 types. */
import type { PackageDefaultersFactory } from '../../defaulting.ts';
import { taintDefaulter } from '../v1/defaults.ts';

export const resourceV1alpha3: PackageDefaultersFactory = taintDefaulter;
