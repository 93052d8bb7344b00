/** Warnings about names kept for configurations that come as files. */
import type { KubeObject } from '../../apimachinery/meta/object.ts';

const SUFFIX = '.static.k8s.io';

export function staticNameWarnings(object: KubeObject): string[] {
  if (object.metadata.name?.endsWith(SUFFIX) !== true) return [];
  const reason = 'are reserved for static manifest-based configurations and cannot be managed via the API';
  return [`metadata.name: names ending with "${SUFFIX}" ${reason}`];
}
