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

const patch: Row = {
  name: `patch-${MANY}`,
  what: `merge patch, each worker its own object, ${MANY} in flight`,
  async measure({ connections, namespacePath, run, settings: { seconds } }) {
    for (let worker = 0; worker < MANY; worker++) {
      const body = configMapBody(`patch-${run}-${worker}`, { payload: 'p'.repeat(200) });
      await connections.expect({ method: 'POST', path: `${namespacePath}/configmaps`, body });
    }
    return underLoad({ inFlight: MANY, seconds }, (index, worker) =>
      connections.expect({
        method: 'PATCH',
        path: `${namespacePath}/configmaps/patch-${run}-${worker}`,
        contentType: 'application/merge-patch+json',
        body: JSON.stringify({ data: { count: String(index) } }),
      }),
    );
  },
};

export const requestRows: readonly Row[] = [get(1), get(MANY), create(1), create(MANY), patch];
