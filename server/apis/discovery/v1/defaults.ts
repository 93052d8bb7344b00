/** Defaults of discovery.k8s.io/v1 types. */
import { type PackageDefaulters, setIfUnset } from '../../defaulting.ts';

export const discoveryV1: PackageDefaulters = {
  EndpointPort: setIfUnset({ name: '', protocol: 'TCP' }),
};
