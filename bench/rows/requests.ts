/** Single requests: GET, create and patch, alone and many at once. */
import { underLoad } from '../load.ts';
import { configMapBody } from '../objects.ts';
import type { Row } from '../row.ts';

const PAYLOAD = 'y'.repeat(1000);
const MANY = 32;

const get = (inFlight: number): Row => ({
  name: `get-${inFlight}`,
  what: `GET of a config map of 1 kB, ${inFlight} in flight`,
  async measure({ connections, namespacePath, run, settings: { seconds } }) {
    const name = `seed-${run}-${inFlight}`;
    await connections.expect({
      method: 'POST',
      path: `${namespacePath}/configmaps`,
      body: configMapBody(name, { PAYLOAD }),
    });
    return underLoad({ inFlight, seconds }, () => connections.expect({ path: `${namespacePath}/configmaps/${name}` }));
  },
});

const create = (inFlight: number): Row => ({
  name: `create-${inFlight}`,
  what: `create of config maps of 1 kB, ${inFlight} in flight`,
  measure: ({ connections, namespacePath, run, settings: { seconds } }) =>
    underLoad({ inFlight, seconds }, (index) =>
      connections.expect({
        method: 'POST',
        path: `${namespacePath}/configmaps`,
        body: configMapBody(`create-${run}-${inFlight}-${index}`, { PAYLOAD }),
      }),
    ),
});

interface PatchKind {
  readonly name: string;
  readonly what: string;
  readonly contentType: string;
  readonly query: string;
  readonly body: (object: string, count: string) => string;
}

const mergePatch: PatchKind = {
  name: 'patch',
  what: 'merge patch',
  contentType: 'application/merge-patch+json',
  query: '',
  body: (_object, count) => JSON.stringify({ data: { count } }),
};

const apply: PatchKind = {
  name: 'apply',
  what: 'server-side apply',
  contentType: 'application/apply-patch+yaml',
  query: '?fieldManager=bench',
  body: (object, count) => configMapBody(object, { count }),
};

const patch = ({ name, what, contentType, query, body }: PatchKind): Row => ({
  name: `${name}-${MANY}`,
  what: `${what}, each worker its own object, ${MANY} in flight`,
  async measure({ connections, namespacePath, run, settings: { seconds } }) {
    const objectOf = (worker: number) => `${name}-${run}-${worker}`;
    for (let worker = 0; worker < MANY; worker++) {
      const object = configMapBody(objectOf(worker), { payload: 'p'.repeat(200) });
      await connections.expect({ method: 'POST', path: `${namespacePath}/configmaps`, body: object });
    }
    return underLoad({ inFlight: MANY, seconds }, (index, worker) =>
      connections.expect({
        method: 'PATCH',
        path: `${namespacePath}/configmaps/${objectOf(worker)}${query}`,
        contentType,
        body: body(objectOf(worker), String(index)),
      }),
    );
  },
});

export const requestRows: readonly Row[] = [
  get(1),
  get(MANY),
  create(1),
  create(MANY),
  patch(mergePatch),
  patch(apply),
];
