/** Defaults of apiregistration.k8s.io/v1 types. */
import { type PackageDefaulters, setIfUnset } from '../../defaulting.ts';

export const apiregistrationV1: PackageDefaulters = {
  ServiceReference: setIfUnset({ port: 443 }),
};
