/** Bounds the number of managers that update an object: the oldest become one, called ancient-changes. */
import { union } from '../../apimachinery/structured-merge/field-set.ts';
import { compareTexts, identifierOf, type ManagerEntry, type Managers } from './managed-fields.ts';

/** Source: upstream's DefaultMaxUpdateManagers. */
export const MAX_UPDATE_MANAGERS = 10;

/** The same map where nothing is to be done. */
export function capUpdateManagers(managers: Managers): Managers {
  if (managers.size <= MAX_UPDATE_MANAGERS) return managers;
  const updaters = [...managers].filter(([, { operation }]) => operation === 'Update');
  if (updaters.length <= MAX_UPDATE_MANAGERS) return managers;
  updaters.sort(([a, left], [b, right]) => compareTexts(left.time ?? '', right.time ?? '') || compareTexts(a, b));
  const capped = new Map<string, ManagerEntry>(managers);
  const firstOfVersion = new Map<string, string>();
  let count = updaters.length;
  for (const [id, entry] of updaters) {
    if (count <= MAX_UPDATE_MANAGERS) break;
    const { apiVersion } = entry;
    const first = firstOfVersion.get(apiVersion);
    if (first === undefined) {
      firstOfVersion.set(apiVersion, id);
      continue;
    }
    const ancient = { manager: 'ancient-changes', operation: 'Update', apiVersion, subresource: '' } as const;
    const bucket = identifierOf(ancient);
    const before = capped.get(bucket) ?? capped.get(first);
    if (!capped.has(bucket)) capped.delete(first);
    const fields = before === undefined ? entry.fields : union(entry.fields, before.fields);
    // The younger of the two times.
    capped.set(bucket, { ...ancient, fields, time: entry.time });
    capped.delete(id);
    count--;
  }
  return capped;
}
