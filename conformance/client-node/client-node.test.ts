/** Every claim through @kubernetes/client-node 2. */
import { randomBytes } from 'node:crypto';
import { AppsV1Api, CoreV1Api, KubeConfig, KubernetesObjectApi } from '@kubernetes/client-node';
import test from 'ava';
import { testClaim } from '../test-claim.ts';
import { Namespaces } from '../namespaces.ts';
import { type ServerUnderTest, serverUnderTest } from '../server-under-test.ts';
import { claims } from './claims/all.ts';

const AT_ONCE = 6;
const run = randomBytes(3).toString('hex');
let server: ServerUnderTest;
let config: KubeConfig;
let namespaces: Namespaces;

test.before(async () => {
  server = await serverUnderTest();
  config = new KubeConfig();
  config.loadFromFile(server.kubeconfig);
  namespaces = new Namespaces(server.kubeconfig, { atOnce: AT_ONCE });
});

test.after.always(() => server?.stop());

for (const [index, { name, check }] of claims.entries()) {
  testClaim({
    name: `client-node: ${name}`,
    check: (t) =>
      namespaces.within(`client-node-${run}-${index}`, async (namespace) => {
        const core = config.makeApiClient(CoreV1Api);
        const apps = config.makeApiClient(AppsV1Api);
        const objects = KubernetesObjectApi.makeApiClient(config);
        await t.notThrowsAsync(check({ config, namespace, core, apps, objects }));
      }),
  });
}
