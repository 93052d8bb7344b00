import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import test, { type ExecutionContext } from 'ava';
import { type Portico, startPortico } from '../../server/cmd/start-portico.ts';
import { Kubectl, minorVersion } from '../kubectl/kubectl.ts';
import { findAllKubectls } from '../kubectl-binaries.ts';
import { temporaryFolder } from '../temporary-folder.ts';

/** A whole cluster in this process, looked at through the oldest and the newest kubectl of this machine. */
let portico: Portico;
let folder: string;
test.before(async () => {
  folder = await temporaryFolder('portico-rollouts');
  portico = await startPortico({ storage: 'memory:', nodes: 2, scheduler: true, controllers: '*' });
  await writeFile(join(folder, 'kubeconfig'), portico.kubeConfig, { mode: 0o600 });
});
test.after.always(async () => {
  await portico?.stop();
  await rm(folder, { recursive: true, force: true });
});

const minorOf = (path: string) => Number(/\.1\.(\d+)$/.exec(path)?.[1] ?? 0);
const all = findAllKubectls().toSorted((a, b) => minorOf(a) - minorOf(b));
const binaries = [...new Set([...all.slice(0, 1), ...all.slice(-1)])];
if (binaries.length === 0) test.skip('there is no kubectl: put one on PATH or name it in KUBECTL', (t) => t.pass());

class Shell {
  readonly #t: ExecutionContext;
  readonly #kubectl: Kubectl;

  constructor(t: ExecutionContext, kubectl: Kubectl) {
    this.#t = t;
    this.#kubectl = kubectl;
  }

  /** What it prints. */
  async run(line: string, stdin?: object): Promise<string> {
    const input = stdin === undefined ? {} : { stdin: JSON.stringify(stdin) };
    const { exit, stdout, stderr } = await this.#kubectl.run({ line, ...input });
    this.#t.is(exit, 0, `kubectl ${line}: ${stdout}${stderr}`);
    return stdout;
  }

  async prints(line: string, pattern: RegExp): Promise<void> {
    const stdout = await this.run(line);
    this.#t.regex(stdout, pattern, `kubectl ${line}`);
  }
}

const template = (name: string) => ({
  metadata: { labels: { app: name } },
  spec: { terminationGracePeriodSeconds: 0, containers: [{ name: 'main', image: 'registry.example.com/app:1' }] },
});
const workload = (kind: string, name: string, spec: object = {}) => ({
  apiVersion: 'apps/v1',
  kind,
  metadata: { name },
  spec: { selector: { matchLabels: { app: name } }, template: template(name), ...spec },
});

for (const binary of binaries) {
  const claim = async (t: ExecutionContext, act: (shell: Shell) => Promise<void>): Promise<void> => {
    const version = await minorVersion(binary);
    const name = `rollouts-${version}-${process.hrtime.bigint().toString(36)}`;
    const options = { binary, kubeconfig: join(folder, 'kubeconfig'), home: join(folder, `home-${version}`) };
    await new Shell(t, new Kubectl({ ...options, namespace: 'default' })).run(`create namespace ${name}`);
    await act(new Shell(t, new Kubectl({ ...options, namespace: name })));
  };
  const title = (text: string) => `${binary}: ${text}`;

  test(title('a deployment is rolled out, updated, paused, taken back, restarted and scaled'), (t) =>
    claim(t, async (shell) => {
      await shell.run('create -f -', workload('Deployment', 'web', { replicas: 3 }));
      await shell.prints('rollout status deployment web', /successfully rolled out/);
      await shell.run('set image deployment web main=registry.example.com/app:2');
      await shell.prints('rollout status deployment web', /successfully rolled out/);
      await shell.prints('rollout history deployment web', /^1 .*\n2 /m);
      await shell.prints('rollout history deployment web --revision=1', /app:1/);
      await shell.run('rollout pause deployment web');
      await shell.run('set image deployment web main=registry.example.com/app:3');
      await shell.prints('get deployment web -o jsonpath={.status.updatedReplicas}', /^3?$/);
      await shell.run('rollout resume deployment web');
      await shell.prints('rollout status deployment web', /successfully rolled out/);
      await shell.run('rollout undo deployment web --to-revision=1');
      await shell.prints('rollout status deployment web', /successfully rolled out/);
      await shell.prints('get deployment web -o jsonpath={.spec.template.spec.containers[0].image}', /app:1$/);
      await shell.prints('rollout history deployment web', /^2 .*\n3 .*\n4 /m);
      await shell.run('rollout restart deployment web');
      await shell.run('scale deployment web --replicas=1');
      await shell.prints('rollout status deployment web', /successfully rolled out/);
      await shell.run('wait --for=condition=Available deployment/web --timeout=30s');
      await shell.run('wait --for=jsonpath={.status.replicas}=1 deployment/web --timeout=30s');
    }),
  );

  test(title('stateful and daemon sets are updated and taken back by their revisions'), (t) =>
    claim(t, async (shell) => {
      await shell.run('create -f -', workload('StatefulSet', 'db', { replicas: 2, serviceName: 'db' }));
      await shell.run('create -f -', workload('DaemonSet', 'agent'));
      for (const set of ['statefulset db', 'daemonset agent']) {
        await shell.run(`rollout status ${set}`);
        await shell.run(`set image ${set} main=registry.example.com/app:2`);
        await shell.run(`rollout status ${set}`);
        await shell.run(`rollout undo ${set}`);
        await shell.run(`rollout status ${set}`);
        await shell.prints(`get ${set} -o jsonpath={.spec.template.spec.containers[0].image}`, /app:1$/);
        await shell.prints(`rollout history ${set}`, /^2 .*\n3 /m);
      }
      await shell.run('delete statefulset db --cascade=orphan');
      await shell.prints('get pods -l app=db -o name', /db-0\npod\/db-1/);
    }),
  );

  test(title('jobs complete, by themselves and from a cron job'), (t) =>
    claim(t, async (shell) => {
      await shell.run(`create cronjob tick --image=busybox --schedule='0 0 1 1 *' -- true`);
      await shell.run('create job once --image=busybox -- true');
      await shell.run('create job now --from=cronjob/tick');
      await shell.run('wait --for=condition=complete job/once job/now --timeout=60s');
      await shell.prints('get job once -o jsonpath={.status.succeeded}', /^1$/);
      await shell.run('delete job once now');
    }),
  );
}
