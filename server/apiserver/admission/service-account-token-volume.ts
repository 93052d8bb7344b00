/** The projected volume with token, certificate authority and namespace that pods find at a well-known path. */
import { asObjects, asText } from '../../apimachinery/json-access.ts';
import type { Random } from '../../apimachinery/clock/random.ts';
import type { JsonObject } from '../../apimachinery/json.ts';
import { generateName } from '../registry/generic/generate-name.ts';

const prefix = 'kube-api-access-';
const mountPath = '/var/run/secrets/kubernetes.io/serviceaccount';
/** An hour, and seven seconds by which validation knows a token that this plugin asked for. */
const expirationSeconds = 3607;

/** Mutates `spec`. Containers that mount something at the path keep that. */
export function mountServiceAccountToken(spec: JsonObject, random: Random): void {
  const volumes = asObjects(spec.volumes);
  const present = volumes.map(({ name }) => asText(name)).find((name) => name.startsWith(prefix));
  const name = present ?? generateName(prefix, random);
  let isMounted = false;
  for (const list of ['initContainers', 'containers'] as const) {
    for (const container of asObjects(spec[list])) {
      const mounts = asObjects(container.volumeMounts);
      if (mounts.some((mount) => mount.mountPath === mountPath)) continue;
      container.volumeMounts = [...mounts, { name, readOnly: true, mountPath }];
      isMounted = true;
    }
  }
  if (present === undefined && isMounted) spec.volumes = [...volumes, { name, projected: projection() }];
}

function projection(): JsonObject {
  return {
    sources: [
      { serviceAccountToken: { expirationSeconds, path: 'token' } },
      { configMap: { name: 'kube-root-ca.crt', items: [{ key: 'ca.crt', path: 'ca.crt' }] } },
      {
        downwardAPI: {
          items: [{ path: 'namespace', fieldRef: { apiVersion: 'v1', fieldPath: 'metadata.namespace' } }],
        },
      },
    ],
    defaultMode: 0o644,
  };
}
