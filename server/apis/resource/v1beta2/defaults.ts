/** Defaults of resource.k8s.io/v1beta2 types. */
import type { PackageDefaultersFactory } from '../../defaulting.ts';
import { resourceV1 } from '../v1/defaults.ts';

export const resourceV1beta2: PackageDefaultersFactory = resourceV1;
