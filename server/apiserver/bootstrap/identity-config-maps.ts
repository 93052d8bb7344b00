/** What components beside the server learn from it about identities: whose client certificates it believes, and since when old tokens are watched. */
import { asObject } from '../../apimachinery/json-access.ts';
import { formatTime } from '../../apimachinery/meta/time.ts';
import { OwnObjects, type OwnObjectsOptions } from './own-objects.ts';

export interface IdentityOptions extends OwnObjectsOptions {
  /** PEM. */
  readonly clientAuthorities: string;
}

const namespace = 'kube-system';

export async function createIdentityConfigMaps(options: IdentityOptions): Promise<void> {
  const configMaps = OwnObjects.of(['', 'v1', 'configmaps'], options);
  if (configMaps === undefined) return;
  const key = 'client-ca-file';
  const authorities = {
    metadata: { name: 'extension-apiserver-authentication', namespace },
    data: { [key]: options.clientAuthorities },
  };
  const tracking = {
    metadata: { name: 'kube-apiserver-legacy-service-account-token-tracking', namespace },
    data: { since: formatTime(options.clock.now()).slice(0, 'yyyy-mm-dd'.length) },
  };
  const present = configMaps.get(authorities);
  await Promise.all([
    configMaps.createMissing(authorities),
    configMaps.createMissing(tracking),
    // Another authority since the last start; what others have written beside it stays.
    ...(present === undefined || asObject(present.data)[key] === options.clientAuthorities
      ? []
      : [configMaps.update(authorities, (now) => ({ ...now, data: { ...asObject(now.data), ...authorities.data } }))]),
  ]);
}
