/** A claim's two data source fields: dataSource (the old one, claims and snapshots only) and dataSourceRef, kept in step. */
import { asObject, asText, isSet } from '../../../../apimachinery/json-access.ts';
import type { JsonObject, JsonValue } from '../../../../apimachinery/json.ts';

/** Drops what the API server silently ignores. Mutates `spec`; `before` is the stored spec of an update. */
export function dropUnsupportedDataSources(spec: JsonObject, before: JsonObject | undefined): void {
  const refInUse = before !== undefined && isSet(before.dataSourceRef);
  // Sources in other namespaces are an alpha feature.
  if (asText(asObject(spec.dataSourceRef).namespace) !== '' && !refInUse) delete spec.dataSourceRef;
  const inUse = refInUse || (before !== undefined && isSet(before.dataSource));
  if (inUse || isSet(spec.dataSourceRef)) return;
  if (!isClaimOrSnapshot(spec.dataSource)) delete spec.dataSource;
}

/** Mutates `spec`. */
export function syncDataSources(spec: JsonObject): void {
  if (isSet(spec.dataSource) && !isSet(spec.dataSourceRef)) spec.dataSourceRef = reference(spec.dataSource);
  else if (isSet(spec.dataSourceRef) && !isSet(spec.dataSource)) {
    if (asText(asObject(spec.dataSourceRef).namespace) === '') spec.dataSource = reference(spec.dataSourceRef);
  }
}

function isClaimOrSnapshot(source: JsonValue | undefined): boolean {
  const { apiGroup, kind } = asObject(source);
  const group = asText(apiGroup);
  return (
    (kind === 'PersistentVolumeClaim' && group === '') ||
    (kind === 'VolumeSnapshot' && group === 'snapshot.storage.k8s.io')
  );
}

function reference(source: JsonValue | undefined): JsonObject {
  const { apiGroup, kind, name } = asObject(source);
  return { ...(isSet(apiGroup) ? { apiGroup } : { apiGroup: null }), kind: asText(kind), name: asText(name) };
}
