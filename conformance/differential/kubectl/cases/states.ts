/** get and describe of objects in every state: those whose rows `cases/tables/rows` lists. */
import type { Case, Manifest } from '../../../kubectl/case.ts';
import { type Row, type Rows, readRows } from '../../cases/tables/row.ts';
import { LABEL, objectOf } from '../../cases/tables/tables.ts';
import { compared } from './compared.ts';

/** What kubectl can patch. */
const SUBRESOURCES = new Set(['status', 'scale']);

export const states: readonly Case[] = readRows()
  // Nobody would end namespaces that are deleted.
  .filter(({ kind }) => kind !== 'Namespace')
  .map(caseOf);

function caseOf(rows: Rows): Case {
  const group = rows.apiVersion.includes('/') ? `.${rows.apiVersion.replace(/(.*)\/(.*)/, '$2.$1')}` : '';
  const type = `${rows.kind.toLowerCase()}${group}`;
  const shown = rows.rows.filter(
    ({ status, subresource = 'status' }) => status === undefined || SUBRESOURCES.has(subresource),
  );
  const selected = `-l ${LABEL}=${rows.name}`;
  return compared({
    name: `describe ${rows.name} in every state`,
    files: Object.fromEntries(shown.map(({ name, status }) => [`${name}.json`, JSON.stringify({ status })])),
    afterwards: [
      // Without controllers nobody else takes them away, and names outside a namespace are needed again.
      ...(rows.collection.includes('{ns}')
        ? []
        : shown.map(({ name }) => `patch ${type} ${name} --type=merge -p '{"metadata":{"finalizers":null}}'`)),
      `delete ${type} ${selected} --wait=false --force --grace-period=0`,
    ],
    lines: [
      { run: 'create -f -', stdin: shown.map((row) => objectOf(rows, row) as unknown as Manifest) },
      ...shown.flatMap((row) => statesOf(type, row)),
      `get ${type} ${selected}`,
      `get ${type} ${selected} -o wide --show-labels`,
      `describe ${type} ${selected}`,
    ],
  });
}

function statesOf(type: string, { name, status, subresource = 'status', deleted }: Row): string[] {
  const written = `patch ${type} ${name} --subresource=${subresource} --type=merge --patch-file={files}/${name}.json`;
  return [...(status === undefined ? [] : [written]), ...(deleted ? [`delete ${type} ${name} --wait=false`] : [])];
}
