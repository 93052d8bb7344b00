/** Reads rows/*.yaml: objects brought into a state through their status, whose rows are compared. */
import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseAllDocuments } from 'yaml';
import type { JsonObject } from '../../case.ts';

export interface Rows {
  readonly name: string;
  readonly apiVersion: string;
  readonly kind: string;
  /** With "{ns}" where it is namespaced. */
  readonly collection: string;
  /** What every row has unless it says otherwise. */
  readonly base?: Partial<Row>;
  readonly rows: readonly Row[];
}

export interface Row {
  /** Also the name of the object; unique in its collection. */
  readonly name: string;
  readonly metadata?: JsonObject;
  readonly spec?: JsonObject;
  /** Fields beside metadata, spec and status. */
  readonly more?: JsonObject;
  /** Written through /status, or the subresource that is named. */
  readonly status?: JsonObject;
  readonly subresource?: string;
  /** Deleted before it is shown: a node with a grace period or a finalizer keeps it there. */
  readonly deleted?: boolean;
}

const DIRECTORY = fileURLToPath(new URL('./rows', import.meta.url));
/** "{ago 9h}" stands for a time whose age reads the same for as long as a run takes, "{micro ago 9h}" for one of a MicroTime. */
const AGO = /\{(micro )?ago (\d+)h\}/g;
const HOUR = 3_600_000;

export function readRows(): readonly Rows[] {
  const now = Date.now();
  return globSync('*.yaml', { cwd: DIRECTORY })
    .toSorted()
    .flatMap((file) => {
      const text = readFileSync(join(DIRECTORY, file), 'utf8').replace(AGO, (_, micro, hours) => {
        const time = new Date(now - (Number(hours) + 0.5) * HOUR).toISOString();
        return time.replace(/\.\d+Z$/, micro === undefined ? 'Z' : '.000000Z');
      });
      return parseAllDocuments(text, { merge: true }).map((document) => document.toJS() as Rows);
    });
}
