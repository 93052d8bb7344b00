/** A cluster in one process, from the moment its API answers. */
import test from 'ava';
import { startPortico } from '../../server/cmd/start-portico.ts';

test('expressions can be asked for while the parts of the cluster are still being loaded', async (t) => {
  const portico = await startPortico({ storage: 'memory:', nodes: 1, scheduler: true, controllers: '*' });
  try {
    const made = await portico.client.request<{ kind: string }>({
      method: 'POST',
      path: '/apis/apiextensions.k8s.io/v1/customresourcedefinitions',
      body: JSON.stringify({
        apiVersion: 'apiextensions.k8s.io/v1',
        kind: 'CustomResourceDefinition',
        metadata: { name: 'things.example.com' },
        spec: {
          group: 'example.com',
          scope: 'Namespaced',
          names: { plural: 'things', kind: 'Thing' },
          versions: [
            {
              name: 'v1',
              served: true,
              storage: true,
              schema: {
                openAPIV3Schema: {
                  type: 'object',
                  properties: { size: { type: 'integer', 'x-kubernetes-validations': [{ rule: 'self > 0' }] } },
                },
              },
            },
          ],
        },
      }),
    });
    t.is(made.kind, 'CustomResourceDefinition');
  } finally {
    await portico.stop();
  }
});

test('a start that is called off ends by itself, however far it has come', async (t) => {
  for (const turns of [0, 3, 30, 300]) {
    const stop = new AbortController();
    const starting = startPortico({
      storage: 'memory:',
      nodes: 1,
      scheduler: true,
      controllers: '*',
      signal: stop.signal,
    }).then(
      () => 'started',
      () => 'called off',
    );
    for (let turn = 0; turn < turns; turn++) await new Promise((resolve) => setImmediate(resolve));
    stop.abort();
    // Whoever has started by then stops by the same signal: the suite ends only if nothing is left.
    t.true(['started', 'called off'].includes(await starting));
  }
});

test('documents that lead clients to a server name the address at which it listens, not the one of its endpoint', async (t) => {
  const portico = await startPortico({ storage: 'memory:', advertiseAddress: '10.1.2.3' });
  t.teardown(() => portico.stop());
  const ask = (path: string) => portico.client.request<Record<string, unknown>>({ method: 'GET', path });
  const { host } = new URL(portico.url);
  t.like(await ask('/api'), { serverAddressByClientCIDRs: [{ clientCIDR: '0.0.0.0/0', serverAddress: host }] });
  t.is((await ask('/.well-known/openid-configuration')).jwks_uri, `https://${host}/openid/v1/jwks`);
});
