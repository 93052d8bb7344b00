/** Cells that PersistentVolumes and their claims share. */
import type { KubeObject } from '../../../../apimachinery/meta/object.ts';
import type { Cell } from './column.ts';
import { fieldsOf, itemsOf, ownField, pathReader, stringOf } from './json-reading.ts';

const BETA_STORAGE_CLASS_ANNOTATION = 'volume.beta.kubernetes.io/storage-class';

/** In the order in which they are shown. */
const accessModeAbbreviations = [
  ['ReadWriteOnce', 'RWO'],
  ['ReadOnlyMany', 'ROX'],
  ['ReadWriteMany', 'RWX'],
  ['ReadWriteOncePod', 'RWOP'],
] as const;

/** "RWO,ROX". */
export function accessModes(path: string): Cell {
  const read = pathReader(path);
  return (object) => {
    const modes = itemsOf(read(object));
    return accessModeAbbreviations
      .filter(([mode]) => modes.includes(mode))
      .map(([, abbreviation]) => abbreviation)
      .join(',');
  };
}

/** The annotation from before the field existed wins, even where it is empty. */
export function storageClassName(object: KubeObject): string {
  const annotated = ownField(fieldsOf(object.metadata?.annotations), BETA_STORAGE_CLASS_ANNOTATION);
  return stringOf(annotated ?? fieldsOf(object.spec).storageClassName);
}

export function volumePhase(object: KubeObject): string {
  return object.metadata?.deletionTimestamp ? 'Terminating' : stringOf(fieldsOf(object.status).phase);
}
