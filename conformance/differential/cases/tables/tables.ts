/** Rows of objects in every state, also odd ones, as kubectl gets them: alone, and in a list. */
import { type Case, get, type JsonObject, PROTOBUF, post, put, remove, type Step, TABLE } from '../../case.ts';
import { type Row, type Rows, readRows } from './row.ts';

export const LABEL = 'differential/table';

export const tableCases: readonly Case[] = readRows().map(caseOf);

function caseOf(rows: Rows): Case {
  const list = `${rows.collection}?labelSelector=${encodeURIComponent(`${LABEL}=${rows.name}`)}`;
  return {
    name: `tables: ${rows.name}`,
    steps: [
      ...rows.rows.flatMap((row) => stepsOf(rows, row)),
      get('list', `${list}&includeObject=None`, { accept: TABLE }),
      get('list as protobuf', list, { accept: PROTOBUF }),
      get('list in the older version of tables', list, { accept: TABLE.replace('v=v1', 'v=v1beta1') }),
    ],
  };
}

function stepsOf(rows: Rows, row: Row): Step[] {
  const { name, status, subresource = 'status', deleted } = row;
  const path = `${rows.collection}/${name}`;
  const created = `create ${name}`;
  const steps = [post(created, rows.collection, objectOf(rows, row))];
  if (status !== undefined)
    steps.push(
      put(`${subresource} of ${name}`, `${path}/${subresource}`, (seen) => ({ ...seen.body(created), status })),
    );
  if (deleted) steps.push(remove(`delete ${name}`, path));
  return [...steps, get(`row of ${name}`, `${path}?includeObject=None`, { accept: TABLE })];
}

export function objectOf({ name: table, apiVersion, kind, base }: Rows, row: Row): JsonObject {
  const spec = base?.spec ?? row.spec;
  return {
    apiVersion,
    kind,
    metadata: {
      ...base?.metadata,
      name: row.name,
      ...row.metadata,
      labels: { ...(row.metadata?.labels as JsonObject | undefined), [LABEL]: table },
    },
    ...(spec === undefined ? {} : { spec: { ...base?.spec, ...row.spec } }),
    ...base?.more,
    ...row.more,
  };
}
