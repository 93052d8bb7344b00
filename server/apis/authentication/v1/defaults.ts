/** Defaults of authentication.k8s.io/v1 types. */
import { type PackageDefaulters, setIfUnset } from '../../defaulting.ts';

export const authenticationV1: PackageDefaulters = {
  TokenRequestSpec: setIfUnset({ expirationSeconds: 3600 }),
};
