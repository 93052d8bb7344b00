/** Informers: the cache of a client stays true, also over cut connections. */
import assert from 'node:assert/strict';
import { CoreV1Api, type Informer, makeInformer, type ObjectCache, type V1ConfigMap } from '@kubernetes/client-node';
import type { Claim, World } from '../claim.ts';
import { Collector } from '../collector.ts';
import { CuttableProxy } from '../cuttable-proxy.ts';

const CUTS = 3;

interface Running {
  readonly cache: Informer<V1ConfigMap> & ObjectCache<V1ConfigMap>;
  /** "add a" */
  readonly calls: Collector<string>;
  stop(): Promise<void>;
}

async function startInformer({ config, namespace }: World): Promise<Running> {
  const core = config.makeApiClient(CoreV1Api);
  const labelSelector = 'set=i';
  const cache = makeInformer(
    config,
    `/api/v1/namespaces/${namespace}/configmaps`,
    () => core.listNamespacedConfigMap({ namespace, labelSelector }),
    labelSelector,
  );
  const calls = new Collector<string>();
  for (const verb of ['add', 'update', 'delete'] as const)
    cache.on(verb, ({ metadata }) => calls.push(`${verb} ${metadata?.name}`));
  // As its documentation asks: after an error the owner starts it again. To be stopped is also an error.
  const restart = () => void cache.start();
  cache.on('error', restart);
  await cache.start();
  return {
    cache,
    calls,
    async stop() {
      cache.off('error', restart);
      await cache.stop();
    },
  };
}

const write = ({ core, namespace }: World, name: string) =>
  core.createNamespacedConfigMap({ namespace, body: { metadata: { name, labels: { set: 'i' } } } });

export const informer: readonly Claim[] = [
  {
    name: 'an informer tells of objects that are there, added, updated and deleted',
    async check(world) {
      const { core, namespace } = world;
      await write(world, 'before');
      const { cache, calls, stop } = await startInformer(world);
      const added = await write(world, 'a');
      await core.replaceNamespacedConfigMap({ namespace, name: 'a', body: { ...added, data: { n: '1' } } });
      await core.deleteNamespacedConfigMap({ namespace, name: 'a' });
      const seen = await calls.waitFor(4);
      await stop();
      assert.deepEqual(seen, ['add before', 'add a', 'update a', 'delete a']);
      assert.deepEqual(
        cache.list(namespace).map(({ metadata }) => metadata?.name),
        ['before'],
      );
    },
  },
  {
    name: 'an informer whose connections are cut sees everything once',
    async check(world) {
      const { core, namespace, config } = world;
      const proxy = await CuttableProxy.start(new URL(config.getCurrentCluster()?.server ?? ''));
      const { cache, calls, stop } = await startInformer({ ...world, config: proxy.configThrough(config) });
      try {
        const expected: string[] = [];
        for (let round = 0; round < CUTS; round++) {
          await write(world, `kept-${round}`);
          expected.push(`add kept-${round}`);
          await calls.waitFor(expected.length);
          proxy.cut();
          await write(world, `missed-${round}`);
          await core.deleteNamespacedConfigMap({ namespace, name: `kept-${round}` });
          expected.push(`add missed-${round}`, `delete kept-${round}`);
          await calls.waitFor(expected.length);
        }
        assert.deepEqual(calls.items, expected);
        assert.equal(cache.list(namespace).length, CUTS);
      } finally {
        await stop();
        await proxy.stop();
      }
    },
  },
];
