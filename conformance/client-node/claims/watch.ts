/** Watches: order, resumption, selectors, ends. */
import assert from 'node:assert/strict';
import type { Claim, World } from '../claim.ts';
import { currentResourceVersion, openWatch, summary } from '../watching.ts';

const WRITES = 30;

async function write({ core, namespace }: World, name: string, labels: Record<string, string> = {}): Promise<void> {
  await core.createNamespacedConfigMap({ namespace, body: { metadata: { name, labels } } });
}

export const watch: readonly Claim[] = [
  {
    name: 'a watch brings every later change, in order, each with a higher resourceVersion',
    async check(world) {
      const { core, namespace } = world;
      const { events, close } = await openWatch(world, {
        resourceVersion: await currentResourceVersion(world),
        fieldSelector: 'metadata.name=a',
      });
      const body = { metadata: { name: 'a' }, data: { n: '1' } };
      await core.createNamespacedConfigMap({ namespace, body });
      await core.replaceNamespacedConfigMap({ namespace, name: 'a', body: { ...body, data: { n: '2' } } });
      await core.deleteNamespacedConfigMap({ namespace, name: 'a' });
      const seen = await events.waitFor(3);
      close();
      assert.deepEqual(seen.map(summary), ['ADDED a', 'MODIFIED a', 'DELETED a']);
      assert.deepEqual(
        seen.map(({ object }) => object.data?.n),
        ['1', '2', '2'],
      );
      const versions = seen.map(({ object }) => Number(object.metadata?.resourceVersion));
      assert.deepEqual(
        versions,
        versions.toSorted((a, b) => a - b),
      );
      assert.equal(new Set(versions).size, 3);
    },
  },
  {
    name: 'a watch that resumes from the last resourceVersion misses and repeats nothing',
    async check(world) {
      const names = Array.from({ length: WRITES }, (_, index) => `n-${String(index).padStart(2, '0')}`);
      let resourceVersion = await currentResourceVersion(world);
      const writing = (async () => {
        for (const name of names) await write(world, name, { set: 'resumed' });
      })();
      const seen: string[] = [];
      while (seen.length < WRITES) {
        const { events, close } = await openWatch(world, { resourceVersion, labelSelector: 'set=resumed' });
        // A few events each time, then the connection is dropped.
        const some = (await events.waitFor(Math.min(4, WRITES - seen.length))).slice();
        close();
        seen.push(...some.map(summary));
        resourceVersion = some.at(-1)?.object.metadata?.resourceVersion ?? '';
      }
      await writing;
      assert.deepEqual(
        seen,
        names.map((name) => `ADDED ${name}`),
      );
    },
  },
  {
    name: 'a watch without resourceVersion starts with the objects that are there',
    async check(world) {
      await write(world, 'before', { set: 'w' });
      const { events, close } = await openWatch(world, { labelSelector: 'set=w' });
      await events.waitFor(1);
      await write(world, 'after', { set: 'w' });
      const seen = await events.waitFor(2);
      close();
      assert.deepEqual(seen.map(summary), ['ADDED before', 'ADDED after']);
    },
  },
  {
    name: 'sendInitialEvents brings the objects, then a bookmark that says they are complete',
    async check(world) {
      await write(world, 'a', { set: 'w' });
      await write(world, 'b', { set: 'w' });
      const { events, close } = await openWatch(world, {
        labelSelector: 'set=w',
        sendInitialEvents: true,
        resourceVersionMatch: 'NotOlderThan',
        allowWatchBookmarks: true,
      });
      const seen = await events.waitUntil((items) => items.some(({ type }) => type === 'BOOKMARK'));
      close();
      assert.deepEqual(seen.slice(0, 2).map(summary), ['ADDED a', 'ADDED b']);
      const bookmark = seen.at(-1)?.object.metadata;
      assert.equal(bookmark?.annotations?.['k8s.io/initial-events-end'], 'true');
      assert.match(bookmark?.resourceVersion ?? '', /^[1-9]\d*$/);
    },
  },
  {
    name: 'an object that enters the selector is ADDED, one that leaves it is DELETED',
    async check(world) {
      const { core, namespace } = world;
      await write(world, 'a');
      const resourceVersion = await currentResourceVersion(world);
      const { events, close } = await openWatch(world, { resourceVersion, labelSelector: 'set=w' });
      for (const set of ['w', 'x'])
        await core.replaceNamespacedConfigMap({
          namespace,
          name: 'a',
          body: { metadata: { name: 'a', labels: { set } } },
        });
      const seen = await events.waitFor(2);
      close();
      assert.deepEqual(seen.map(summary), ['ADDED a', 'DELETED a']);
    },
  },
  {
    name: 'a watch ends cleanly after timeoutSeconds',
    async check(world) {
      const { ended } = await openWatch(world, { timeoutSeconds: 1 });
      assert.equal(await ended, undefined);
    },
  },
  {
    name: 'a watch of a resource that is not served is NotFound',
    async check(world) {
      const elsewhere = { ...world, namespace: `${world.namespace}/nonsense` };
      const { ended } = await openWatch(elsewhere, {});
      assert.equal(((await ended) as { statusCode?: number } | undefined)?.statusCode, 404);
    },
  },
];
