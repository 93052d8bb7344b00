/** What components beside the server learn from it about identities: whose client certificates it believes, and since when old tokens are watched. */
import { asObject } from '../../apimachinery/json-access.ts';
import type { JsonObject } from '../../apimachinery/json.ts';
import { formatTime } from '../../apimachinery/meta/time.ts';
import { combinedTrust } from './combined-trust.ts';
import { OwnObjects, type OwnObjectsOptions } from './own-objects.ts';

export interface IdentityOptions extends OwnObjectsOptions {
  /** What others who authenticate for this cluster need to know. */
  readonly trust: Readonly<Record<string, string>>;
}

const namespace = 'kube-system';

export async function createIdentityConfigMaps(options: IdentityOptions): Promise<void> {
  const configMaps = OwnObjects.of(['', 'v1', 'configmaps'], options);
  if (configMaps === undefined) return;
  const authorities = {
    metadata: { name: 'extension-apiserver-authentication', namespace },
    data: { ...options.trust },
  };
  const tracking = {
    metadata: { name: 'kube-apiserver-legacy-service-account-token-tracking', namespace },
    data: { since: formatTime(options.clock.now()).slice(0, 'yyyy-mm-dd'.length) },
  };
  const publish = async () => {
    await configMaps.createMissing(authorities);
    // Another server may have been first; what else is there stays.
    await configMaps.update(authorities, (now) => {
      const data = asObject(now.data);
      const wanted = combinedTrust(data, options.trust, options.clock.now());
      return isPublished(data, wanted) ? undefined : { ...now, data: { ...data, ...wanted } };
    });
  };
  await Promise.all([publish(), configMaps.createMissing(tracking)]);
}

function isPublished(data: JsonObject, trust: IdentityOptions['trust']): boolean {
  return Object.entries(trust).every(([key, value]) => data[key] === value);
}
