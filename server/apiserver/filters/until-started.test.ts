import test from 'ava';
import type { ApiContext } from '../request-context.ts';
import { untilStarted } from './until-started.ts';

test('requests wait for what is stored to be read; those about health and version are answered at once', async (t) => {
  const started = Promise.withResolvers<void>();
  const filter = untilStarted(started.promise);
  const answered: string[] = [];
  const ask = (path: string): Promise<unknown> =>
    Promise.resolve(
      filter({ state: { info: { path } } } as unknown as ApiContext, () => Promise.resolve(void answered.push(path))),
    );
  const asked = ['/api/v1/pods', '/readyz', '/livez/etcd', '/version', '/apis'].map(ask);
  await new Promise((resolve) => setImmediate(resolve));
  t.deepEqual(answered, ['/readyz', '/livez/etcd', '/version']);
  started.resolve();
  await Promise.all(asked);
  t.deepEqual(answered.slice(3), ['/api/v1/pods', '/apis']);
  await ask('/api/v1/nodes');
  t.is(answered.at(-1), '/api/v1/nodes');
});
