/** Pods that are processes of this machine, with a network of their own: services, names, hooks, volumes that change. Needs root. */
import { spawnSync } from 'node:child_process';
import test from 'ava';
import type { Container, PodSpec } from '../../server/client/api-types.ts';
import { configMaps, pods, services } from '../../server/client/resource-types.ts';
import { type Portico, startPortico } from '../../server/cmd/start-portico.ts';
import { eventually } from './cluster-under-test.ts';

const namespace = 'default';
const canIsolate =
  process.getuid?.() === 0 && spawnSync('unshare', ['--net', '--mount', '--pid', '--fork', 'ip', 'link']).status === 0;
if (!canIsolate)
  console.log('not tested here: pods as processes with a network of their own, which need root, util-linux and `ip`');
const claim = canIsolate ? test : test.skip;
let portico: Portico;

test.before(async () => {
  if (!canIsolate) return;
  portico = await startPortico({
    storage: 'memory:',
    scheduler: true,
    controllers: '*',
    nodes: 1,
    nodeRuntime: 'process',
    // Networks for documentation: nobody has them.
    processPodCidr: '198.51.100.64/26',
    serviceClusterIpRange: '203.0.113.64/26',
  });
});

test.after.always(() => portico?.stop());

/** Its containers run programs for this Node. */
async function run(
  name: string,
  program: string,
  given: Partial<Container> = {},
  spec: Partial<PodSpec> = {},
): Promise<void> {
  const node = { name: 'node', hostPath: { path: process.execPath, type: 'File' } };
  const { volumeMounts = [], ...rest } = given;
  const container = {
    name: 'main',
    image: 'node',
    command: ['/opt/node', '-e', program],
    volumeMounts: [{ name: 'node', mountPath: '/opt/node' }, ...volumeMounts],
    ...rest,
  } as Container;
  const { volumes = [], ...others } = spec;
  await portico.client.of(pods).create({
    metadata: { name, namespace, labels: { app: name } },
    spec: {
      restartPolicy: 'Never',
      terminationGracePeriodSeconds: 5,
      ...others,
      volumes: [node, ...volumes],
      containers: [container],
    },
  });
}

const isReady = (name: string) =>
  eventually(async () => {
    const { status } = await portico.client.of(pods).get(name, { namespace });
    return status?.conditions?.some((each) => each.type === 'Ready' && each.status === 'True') === true && status;
  });

async function logOf(name: string): Promise<string> {
  const path = `/api/v1/namespaces/${namespace}/pods/${name}/log`;
  return (await (await portico.client.open({ path })).body()).toString('utf8');
}

const logged = (name: string, what: RegExp) =>
  eventually(async () => what.exec(await logOf(name).catch(() => '')) ?? undefined);

const serve = `require('http').createServer((req, res) => { console.log(req.url); res.end(require('os').hostname()); }).listen(8080)`;
const whenReady = { readinessProbe: { httpGet: { port: 8080 as never }, periodSeconds: 1 } };

claim(
  'process pods: a service is reached by its name and at its node port, and the API server as any pod does it',
  async (t) => {
    await run('web', serve, whenReady);
    const { spec } = await portico.client.of(services).create({
      metadata: { name: 'web', namespace },
      spec: { type: 'NodePort', selector: { app: 'web' }, ports: [{ port: 80, targetPort: 8080 }] },
    });
    await isReady('web');
    const ask = `
    const { readFileSync } = require('fs');
    const until = async (look) => { for (;;) { try { return await look(); } catch { await new Promise((r) => setTimeout(r, 50)); } } };
    (async () => {
      console.log('name', await until(async () => (await fetch('http://web.default')).text()));
      console.log('port', await until(async () => (await fetch('http://' + process.env.NODE_IP + ':${spec?.ports?.[0]?.nodePort}')).text()));
      const at = '/var/run/secrets/kubernetes.io/serviceaccount/';
      require('https').get({ host: 'kubernetes.default.svc', path: '/version', ca: readFileSync(at + 'ca.crt'),
        headers: { authorization: 'Bearer ' + readFileSync(at + 'token', 'utf8') } }, (answer) => console.log('api', answer.statusCode));
    })();`;
    const env = [{ name: 'NODE_IP', valueFrom: { fieldRef: { fieldPath: 'status.hostIP' } } }];
    await run('client', ask, { env });
    t.is((await logged('client', /api (\d+)/))[1], '200');
    t.regex(await logOf('client'), /^name web\nport web\n/);
    const here = await fetch(`http://127.0.0.1:${spec?.ports?.[0]?.nodePort}`, { headers: { connection: 'close' } });
    t.is(await here.text(), 'web');
  },
);

claim('process pods: hooks are sent, and a pod that is deleted has its grace', async (t) => {
  await run('hears', serve, whenReady);
  const { podIP } = await isReady('hears');
  const httpGet = { host: podIP, port: 8080 as never, path: '/started' };
  const stopped = { ...httpGet, path: '/stopping' };
  await run('tells', 'setInterval(() => {}, 1000)', {
    lifecycle: { postStart: { httpGet }, preStop: { httpGet: stopped } },
  });
  await logged('hears', /\/started/);
  await portico.client.of(pods).delete('tells', { namespace });
  await logged('hears', /\/stopping/);
  t.pass();
});

claim('process pods: a ConfigMap that changes is seen by the containers that have it', async (t) => {
  const named = { metadata: { name: 'settings', namespace } };
  await portico.client.of(configMaps).create({ ...named, data: { colour: 'blue' } });
  const program = `const look = () => console.log(require('fs').readFileSync('/etc/settings/colour', 'utf8')); look(); setInterval(look, 200)`;
  await run(
    'reads',
    program,
    { volumeMounts: [{ name: 'settings', mountPath: '/etc/settings' }] },
    {
      volumes: [{ name: 'settings', configMap: { name: 'settings' } }],
    },
  );
  await logged('reads', /blue/);
  const { metadata } = await portico.client.of(configMaps).get('settings', { namespace });
  await portico.client.of(configMaps).update({ metadata, data: { colour: 'green' } });
  await logged('reads', /green/);
  t.pass();
});
