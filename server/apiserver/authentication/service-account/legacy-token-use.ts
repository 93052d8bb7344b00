/** Secrets with tokens that never end carry the day of their last use, so that those of nobody can be taken away. */
import type { KubeObject } from '../../../apimachinery/meta/object.ts';
import { OwnObjects, type OwnObjectsOptions } from '../../bootstrap/own-objects.ts';

const lastUsed = 'kubernetes.io/legacy-token-last-used';
const dayMilliseconds = 24 * 60 * 60 * 1000;

/** Told of each use; writes once a day. A write that fails is made with the next use. */
export function newLegacyTokenUse(
  sources: OwnObjectsOptions,
  onTrouble: (error: unknown) => void,
): (secret: KubeObject) => void {
  const underWay = new Set<string>();
  const dayOf = (milliseconds: number) => new Date(milliseconds).toISOString().slice(0, 'yyyy-mm-dd'.length);
  return (secret) => {
    const { uid = '', labels } = secret.metadata;
    const now = sources.clock.now();
    const today = dayOf(now);
    const said = labels?.[lastUsed];
    // Another server's clock may be ahead.
    if (said === today || said === dayOf(now + dayMilliseconds) || underWay.has(uid)) return;
    underWay.add(uid);
    const mark = (present: KubeObject) => {
      const { metadata } = present;
      if (metadata.uid !== uid || metadata.labels?.[lastUsed] === today) return undefined;
      return { ...present, metadata: { ...metadata, labels: { ...metadata.labels, [lastUsed]: today } } };
    };
    const secrets = OwnObjects.of(['', 'v1', 'secrets'], sources);
    void Promise.resolve(secrets?.update(secret, mark))
      .catch(onTrouble)
      .finally(() => underWay.delete(uid));
  };
}
