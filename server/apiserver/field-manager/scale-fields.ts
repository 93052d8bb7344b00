/**
 * managedFields of a workload as those of its scale, and back: whoever owns the replicas of one owns those of the other. Source:
 * upstream's ScaleHandler, its entries without a time included.
 */
import type { JsonValue } from '../../apimachinery/json.ts';
import { difference, hasPath, isEmptySet, setOfPath } from '../../apimachinery/structured-merge/field-set.ts';
import { fieldElement } from '../../apimachinery/structured-merge/path-element.ts';
import { encodeEntries, type ManagerEntry, storedManagers } from './managed-fields.ts';

export interface ScaleMapping {
  /** Of the workload, as the request names it. */
  readonly apiVersion: string;
  /** In which it may be owned; entries of others are dropped. */
  readonly apiVersions: readonly string[];
  /** Steps to the replicas: ["spec", "replicas"]. */
  readonly replicas: readonly string[];
}

const scaleVersion = 'autoscaling/v1';
const scaleReplicas = ['spec', 'replicas'].map(fieldElement);

export function toScaleFields(workload: readonly JsonValue[] | undefined, mapping: ScaleMapping): JsonValue[] {
  const path = mapping.replicas.map(fieldElement);
  const entries = [...storedManagers(workload).values()]
    .filter(({ apiVersion, fields }) => mapping.apiVersions.includes(apiVersion) && hasPath(fields, path))
    .map((entry) => ({ ...entry, apiVersion: scaleVersion, fields: setOfPath(scaleReplicas) }));
  return encodeEntries(entries);
}

export function toWorkloadFields(
  workload: readonly JsonValue[] | undefined,
  scale: readonly JsonValue[] | undefined,
  mapping: ScaleMapping,
): JsonValue[] | undefined {
  const path = mapping.replicas.map(fieldElement);
  const own = storedManagers(workload);
  const left = new Map(storedManagers(scale));
  const entries: ManagerEntry[] = [];
  for (const [id, entry] of own) {
    if (!mapping.apiVersions.includes(entry.apiVersion)) continue;
    if (!hasPath(entry.fields, path)) entries.push(entry);
    else if (left.delete(id)) entries.push(entry);
    else {
      const fields = difference(entry.fields, setOfPath(path));
      if (!isEmptySet(fields)) entries.push({ ...entry, fields });
    }
  }
  for (const [id, entry] of left) {
    if (!hasPath(entry.fields, scaleReplicas)) continue;
    entries.push({ ...entry, apiVersion: mapping.apiVersion, fields: setOfPath(path), time: own.get(id)?.time });
  }
  return entries.length === 0 ? undefined : encodeEntries(entries);
}
