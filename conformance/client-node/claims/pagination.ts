/** Lists in pages. */
import assert from 'node:assert/strict';
import type { V1ConfigMapList } from '@kubernetes/client-node';
import type { Claim, World } from '../claim.ts';
import { rejectsWith } from '../api-error.ts';

const OBJECTS = 25;
const PAGE = 10;
const names = Array.from({ length: OBJECTS }, (_, index) => `n-${String(index).padStart(2, '0')}`);

async function fill({ core, namespace }: World): Promise<void> {
  await Promise.all(
    names.map((name) =>
      core.createNamespacedSecret({
        namespace,
        body: { metadata: { name, labels: { set: name.endsWith('7') ? 'seven' : 'other' } } },
      }),
    ),
  );
}

export const pagination: readonly Claim[] = [
  {
    name: 'pages hold every object once, in the order of names, at one resourceVersion',
    async check(world) {
      await fill(world);
      const { core, namespace } = world;
      const pages: V1ConfigMapList[] = [];
      let next: string | undefined;
      do {
        const page = await core.listNamespacedSecret({ namespace, limit: PAGE, _continue: next });
        pages.push(page);
        next = page.metadata?._continue;
      } while (next);
      assert.deepEqual(
        pages.map(({ items }) => items.length),
        [10, 10, 5],
      );
      assert.deepEqual(
        pages.flatMap(({ items }) => items.map(({ metadata }) => metadata?.name)),
        names,
      );
      assert.deepEqual(
        pages.map(({ metadata }) => metadata?.remainingItemCount),
        [15, 5, undefined],
      );
      assert.equal(new Set(pages.map(({ metadata }) => metadata?.resourceVersion)).size, 1);
    },
  },
  {
    name: 'later pages show the state of the first one',
    async check(world) {
      await fill(world);
      const { core, namespace } = world;
      const first = await core.listNamespacedSecret({ namespace, limit: PAGE });
      await core.createNamespacedSecret({ namespace, body: { metadata: { name: 'n-99' } } });
      await core.deleteNamespacedSecret({ namespace, name: 'n-24' });
      const rest = await core.listNamespacedSecret({ namespace, _continue: first.metadata?._continue });
      assert.deepEqual(
        rest.items.map(({ metadata }) => metadata?.name),
        names.slice(PAGE),
      );
    },
  },
  {
    name: 'with a selector pages are full as well, and say nothing of what remains',
    async check(world) {
      await fill(world);
      const { core, namespace } = world;
      const first = await core.listNamespacedSecret({ namespace, limit: 1, labelSelector: 'set=seven' });
      assert.equal(first.items[0]?.metadata?.name, 'n-07');
      assert.equal(first.metadata?.remainingItemCount, undefined);
      const second = await core.listNamespacedSecret({
        namespace,
        limit: 1,
        labelSelector: 'set=seven',
        _continue: first.metadata?._continue,
      });
      assert.equal(second.items[0]?.metadata?.name, 'n-17');
    },
  },
  {
    name: 'a continue token that is none is a BadRequest',
    async check({ core, namespace }) {
      await rejectsWith(400, 'BadRequest', () => core.listNamespacedSecret({ namespace, _continue: 'nonsense' }));
    },
  },
  {
    name: 'a list from the cache and one at an exact resourceVersion show the same objects',
    async check(world) {
      await fill(world);
      const { core, namespace } = world;
      const latest = await core.listNamespacedSecret({ namespace });
      const resourceVersion = latest.metadata?.resourceVersion;
      await core.deleteNamespacedSecret({ namespace, name: 'n-00' });
      const exact = await core.listNamespacedSecret({ namespace, resourceVersion, resourceVersionMatch: 'Exact' });
      assert.equal(exact.items.length, OBJECTS);
      const cached = await core.listNamespacedSecret({
        namespace,
        resourceVersion,
        resourceVersionMatch: 'NotOlderThan',
      });
      assert(cached.items.length >= OBJECTS - 1);
    },
  },
];
