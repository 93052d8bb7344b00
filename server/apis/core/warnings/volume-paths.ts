/** Warnings about files of one volume that overwrite or contain each other. */
import { goQuote } from '../../../apimachinery/errors/field-error.ts';
import { asObject, asObjects, asText, isSet } from '../../../apimachinery/json-access.ts';
import type { JsonObject, JsonValue } from '../../../apimachinery/json.ts';

interface VolumeFile {
  readonly path: string;
  /** What puts the file there, if others do too: `Secret "s"`. */
  readonly source: string;
}

export function overlappingPathWarnings(volumes: JsonValue | undefined): string[] {
  return asObjects(volumes).flatMap((volume) => {
    const { configMap, secret, downwardAPI, projected } = volume;
    const name = asText(volume.name);
    const warn = (kind: string, files: readonly VolumeFile[]): string[] =>
      overlaps(files).map((overlap) => `volume ${goQuote(name)} (${kind}): overlapping paths: ${overlap}`);
    return [
      ...warn(`ConfigMap ${goQuote(asText(asObject(configMap).name))}`, filesOf(configMap)),
      ...warn(`Secret ${goQuote(asText(asObject(secret).secretName))}`, filesOf(secret)),
      ...warn('DownwardAPI', filesOf(downwardAPI)),
      ...emptySources(projected, name),
      ...warn('Projected', asObjects(asObject(projected).sources).flatMap(projectedFiles)),
    ];
  });
}

function emptySources(projected: JsonValue | undefined, volume: string): string[] {
  const empty = asObjects(asObject(projected).sources).filter((source) => !Object.values(source).some(isSet));
  return empty.map(() => `volume ${goQuote(volume)} (Projected) has no sources provided`);
}

function projectedFiles(source: JsonObject): readonly VolumeFile[] {
  const { configMap, secret, downwardAPI, serviceAccountToken, clusterTrustBundle, podCertificate } = source;
  if (isSet(configMap)) return filesOf(configMap, `ConfigMap ${goQuote(asText(asObject(configMap).name))}`);
  if (isSet(secret)) return filesOf(secret, `Secret ${goQuote(asText(asObject(secret).name))}`);
  if (isSet(downwardAPI)) return filesOf(downwardAPI, 'DownwardAPI');
  if (isSet(serviceAccountToken)) {
    return [{ path: asText(asObject(serviceAccountToken).path), source: 'ServiceAccountToken' }];
  }
  if (isSet(clusterTrustBundle)) {
    const { name, signerName, path } = asObject(clusterTrustBundle);
    const shown = isSet(name) ? asText(name) : asText(signerName);
    return [{ path: asText(path), source: `ClusterTrustBundle ${goQuote(shown)}` }];
  }
  const { certificateChainPath, keyPath, credentialBundlePath } = asObject(podCertificate);
  const files = [
    { path: asText(certificateChainPath), source: 'PodCertificate chain' },
    { path: asText(keyPath), source: 'PodCertificate key' },
    { path: asText(credentialBundlePath), source: 'PodCertificate credential bundle' },
  ];
  return files.filter(({ path }) => path !== '');
}

function filesOf(source: JsonValue | undefined, shownAs = ''): readonly VolumeFile[] {
  return asObjects(asObject(source).items).map(({ path }) => ({ path: asText(path), source: shownAs }));
}

function overlaps(files: readonly VolumeFile[]): string[] {
  const warnings: string[] = [];
  const earlier: VolumeFile[] = [];
  for (const { path, source } of files) {
    const file = { path: path.replace(/\/+$/, ''), source };
    for (const other of earlier) {
      if (file.path === '' || other.path === '') continue;
      const isWithin = `${file.path}/`.startsWith(`${other.path}/`) || `${other.path}/`.startsWith(`${file.path}/`);
      if (isWithin) warnings.push(`${format(file)} with ${format(other)}`);
    }
    earlier.push(file);
  }
  return warnings;
}

function format({ path, source }: VolumeFile): string {
  return source === '' ? goQuote(path) : `${goQuote(path)} (${source})`;
}
