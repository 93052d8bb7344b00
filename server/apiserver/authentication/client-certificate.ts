/** x509 client certificates: CN is the user, O its groups. */
import { credentialIdKey, systemAuthenticated, type UserInfo } from '../../apimachinery/request/user-info.ts';
import { type Authenticator, InvalidCredential } from './authenticator.ts';
import { type ClientCertificate, clientCertificateOf } from './peer-certificate.ts';
import type { TrustedAuthorities } from './trusted-authorities.ts';

export function certificateAuthenticator(authorities: TrustedAuthorities): Authenticator {
  // One certificate names one user, whatever its connection asks for.
  const users = new WeakMap<ClientCertificate, UserInfo>();
  return {
    authenticate(request) {
      const certificate = clientCertificateOf(request);
      if (certificate === undefined) return undefined;
      if (!certificate.isVerified || !authorities.isClient(certificate.chain)) {
        throw new InvalidCredential('x509: certificate signed by unknown authority');
      }
      let user = users.get(certificate);
      if (user === undefined) users.set(certificate, (user = userOf(certificate)));
      return user.name === '' ? undefined : user;
    },
  };
}

function userOf({ commonName, organizations, fingerprint }: ClientCertificate): UserInfo {
  return {
    name: commonName,
    uid: '',
    groups: [...organizations, systemAuthenticated],
    extra: { [credentialIdKey]: [`X509SHA256=${fingerprint}`] },
  };
}
