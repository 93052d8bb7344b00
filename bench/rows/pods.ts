/** Many pods: created, listed in every way, deleted as a collection. */
import { quantile, underLoad } from '../load.ts';
import { podBody } from '../objects.ts';
import type { Row, ServerUnderLoad } from '../row.ts';

const IN_FLIGHT = 32;
const REPETITIONS = 7;

async function podCount({ connections, namespacePath }: ServerUnderLoad): Promise<number> {
  const body = await connections.expect({ path: `${namespacePath}/pods?limit=1` });
  const { items, metadata } = JSON.parse(body.toString()) as {
    items: unknown[];
    metadata: { remainingItemCount?: number };
  };
  return items.length + (metadata.remainingItemCount ?? 0);
}

function createPods(server: ServerUnderLoad, requests: number) {
  const { connections, namespacePath, run, settings } = server;
  return underLoad({ inFlight: IN_FLIGHT, requests }, (index) =>
    connections.expect({
      method: 'POST',
      path: `${namespacePath}/pods`,
      body: podBody(`pod-${run}-${requests}-${index}`, index, settings.podBytes),
    }),
  );
}

/** Rows may be chosen one by one: each finds the pods that it needs. */
async function fill(server: ServerUnderLoad): Promise<void> {
  const missing = server.settings.objects - (await podCount(server));
  if (missing > 0) await createPods(server, missing);
}

const list = (name: string, what: string, query: string): Row => ({
  name,
  what,
  async measure(server) {
    await fill(server);
    const { connections, namespacePath } = server;
    const times: number[] = [];
    let size = 0;
    for (let repetition = 0; repetition < REPETITIONS; repetition++) {
      const sent = performance.now();
      ({ length: size } = await connections.expect({ path: `${namespacePath}/pods?${query}` }));
      times.push(performance.now() - sent);
    }
    return { value: quantile(times, 0.5), unit: 'ms', figures: { 'max ms': Math.max(...times), MiB: size / 2 ** 20 } };
  },
});

export const podRows: readonly Row[] = [
  {
    name: 'create-pods',
    what: `create of all pods, ${IN_FLIGHT} in flight`,
    measure: (server) => createPods(server, server.settings.objects),
  },
  list('list-all', 'LIST of all pods, consistent', ''),
  list('list-rv0', 'LIST of all pods, resourceVersion=0', 'resourceVersion=0'),
  list('list-page', 'LIST of a page of 500 pods', 'limit=500'),
  list('list-label', 'LIST of a tenth of the pods by a label', 'labelSelector=tenth%3D7'),
  {
    name: 'delete-collection',
    what: 'deletecollection of all pods',
    async measure(server) {
      await fill(server);
      const count = await podCount(server);
      const { connections, namespacePath } = server;
      const sent = performance.now();
      await connections.expect({ method: 'DELETE', path: `${namespacePath}/pods?gracePeriodSeconds=0` });
      const elapsed = (performance.now() - sent) / 1000;
      return { value: count / elapsed, unit: 'per second', figures: { objects: count, seconds: elapsed } };
    },
  },
];
