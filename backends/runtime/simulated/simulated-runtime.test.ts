import test from 'ava';
import { MovedClock } from '../contract/moved-clock-harness.ts';
import { containerConfig, runtimeContract, sandboxConfig } from '../contract/runtime-contract.ts';
import { ImagePullError } from '../errors.ts';
import { behaviourOf, defaultBehaviour } from './behaviour.ts';
import { fullName } from '../node-images.ts';
import { SimulatedRuntime } from './simulated-runtime.ts';

function made(seed = 1) {
  const clock = new MovedClock();
  return {
    clock,
    runtime: new SimulatedRuntime({ clock, seed }),
    settle: (milliseconds: number) => clock.move(milliseconds),
  };
}

runtimeContract(test, 'simulated', () => Promise.resolve(made()));

/** Runs a script as a container and returns its log and exit code. */
async function run(script: string, { forMilliseconds = 100 } = {}) {
  const { clock, runtime } = made();
  const sandbox = await runtime.runPodSandbox(sandboxConfig('host'));
  const starting = runtime.startContainer(sandbox.id, containerConfig({ command: ['sh', '-c', script] }));
  await clock.move(50);
  const { id } = await starting;
  await clock.move(forMilliseconds);
  const lines: string[] = [];
  for await (const { text } of runtime.logs(id, { follow: false, signal: AbortSignal.timeout(1000) })) lines.push(text);
  const status = runtime.containerStatus(id);
  return { lines, exitCode: status?.state === 'exited' ? status.exitCode : undefined };
}

const scripts: Record<string, readonly [script: string, lines: readonly string[], exitCode: number]> = {
  'commands run one after the other': ['echo a; echo b', ['a', 'b'], 0],
  '&& and || look at exit codes': ['false && echo a || echo b; true && echo c', ['b', 'c'], 0],
  "the last exit code is the script's": ['true; false', [], 1],
  'quotes keep words together': [`X='a  b'; echo "$X" $X '$X'`, ['a  b a b $X'], 0],
  'defaults stand in for what is unset': [
    'echo ${A:-one} ${A-two}; A=; echo ${A:-three}${A-no}',
    ['one two', 'three'],
    0,
  ],
  'commands stand in for their output': ['echo "<$(echo a; echo b)>" `echo c`', ['<a', 'b> c'], 0],
  'numbers are computed': ['i=3; echo $((i * 2 + 1)) $((7 % 4 == 3))', ['7 1'], 0],
  'for goes through words': ['for x in a b "c d"; do echo "[$x]"; done', ['[a]', '[b]', '[c d]'], 0],
  'while goes on as long as it holds': ['i=0; while [ $i -lt 3 ]; do echo $i; i=$((i+1)); done', ['0', '1', '2'], 0],
  'break and continue': [
    'for i in 1 2 3 4; do [ $i = 2 ] && continue; [ $i = 4 ] && break; echo $i; done',
    ['1', '3'],
    0,
  ],
  'if, elif, else': ['if false; then echo a; elif [ x = x ]; then echo b; else echo c; fi', ['b'], 0],
  'case matches patterns': ['case web-3 in db-*) echo db;; web-[0-9]) echo web;; *) echo no;; esac', ['web'], 0],
  'patterns trim values': ['N=web-12; echo ${N##*-} ${N%-*}', ['12 web'], 0],
  'functions have arguments': ['f() { echo "$1-$2"; return 3; }; f a b; echo $?', ['a-b', '3'], 0],
  'a subshell keeps its variables to itself': ['A=1; (A=2; echo $A); echo $A', ['2', '1'], 0],
  pipes: ['printf "b\\na\\nb\\n" | sort -u | wc -l', ['2'], 0],
  'files can be written and read': [
    'echo one > /tmp/f; echo two >> /tmp/f; cat /tmp/f; [ -f /tmp/g ] || echo none',
    ['one', 'two', 'none'],
    0,
  ],
  'tar packs and unpacks folders, in pipes and in files': [
    'mkdir /a /b; cd /; echo one > a/f; echo two > a/g; tar cf - a | tar -xmf - -C /b; ls b/a; ' +
      'tar cf x.tar -C a f; tar tf x.tar; cat b/a/g; tar cf - none >/dev/null',
    ['f', 'g', 'f', 'two', 'tar: none: No such file or directory', 'tar: error exit delayed from previous errors'],
    1,
  ],
  'streams can be joined and dropped': [
    'echo a >&2 2>/dev/null; ls /nope 2>&1',
    ['a', 'ls: /nope: No such file or directory'],
    1,
  ],
  'exit ends it': ['echo a; exit 5; echo b', ['a'], 5],
  'set -e ends it at the first failure': ['set -e; echo a; false; echo b', ['a'], 1],
  'a syntax error is one': ['if true; then echo a', ['sh: syntax error: unexpected end of file'], 2],
  'loops without a pause let others live': ['while true; do :; done & echo on', ['on'], 0],
  'the host is known': ['hostname; echo $HOSTNAME', ['host', 'host'], 0],
};

for (const [claim, [script, lines, exitCode]] of Object.entries(scripts)) {
  test(`shell: ${claim}`, async (t) => {
    t.deepEqual(await run(script), { lines, exitCode });
  });
}

test('shell: sleep takes as long as it says, in the clock of the simulation', async (t) => {
  t.deepEqual(await run('echo a; sleep 10; echo b', { forMilliseconds: 9_000 }), { lines: ['a'], exitCode: undefined });
  t.deepEqual(await run('echo a; sleep 10; echo b', { forMilliseconds: 11_000 }), { lines: ['a', 'b'], exitCode: 0 });
});

test('a command that the shell does not know counts as a server', async (t) => {
  const { lines, exitCode } = await run('exec nginx -g "daemon off;"', { forMilliseconds: 60_000 });
  t.is(exitCode, undefined);
  t.regex(lines[0] ?? '', /^Simulated: /);
});

test('annotations say how long a container runs and how it ends', async (t) => {
  const { clock, runtime } = made();
  const annotations = { 'simulation.portico.dev/run-for': '5s', 'simulation.portico.dev/exit-code': '3' };
  const sandbox = await runtime.runPodSandbox({ ...sandboxConfig('p'), annotations });
  const starting = runtime.startContainer(sandbox.id, containerConfig());
  await clock.move(100);
  const { id } = await starting;
  await clock.move(4_000);
  t.is(runtime.containerStatus(id)?.state, 'running');
  await clock.move(2_000);
  t.like(runtime.containerStatus(id), { state: 'exited', exitCode: 3 });
});

test('annotations of one container win over those of all, and what cannot be read counts as not given', (t) => {
  const prefix = 'simulation.portico.dev/';
  const annotations = {
    [`${prefix}exit-code`]: '1',
    [`${prefix}exit-code.web`]: '2',
    [`${prefix}run-for`]: 'soon',
    [`${prefix}liveness-fails`]: '10s-20s,1m-',
  };
  t.is(behaviourOf(annotations, 'web').exitCode, 2);
  t.is(behaviourOf(annotations, 'db').exitCode, 1);
  t.is(behaviourOf(annotations, 'db').runFor, undefined);
  t.deepEqual(behaviourOf(annotations, 'db').livenessFails, [
    { from: 10_000, to: 20_000 },
    { from: 60_000, to: Number.POSITIVE_INFINITY },
  ]);
  t.is(behaviourOf({ 'example.com/exit-code': '4' }, 'web'), defaultBehaviour);
});

test('probes fail when annotations say so', async (t) => {
  const { clock, runtime } = made();
  const annotations = {
    'simulation.portico.dev/ready-after': '10s',
    'simulation.portico.dev/liveness-fails': '30s-40s',
  };
  const sandbox = await runtime.runPodSandbox({ ...sandboxConfig('p'), annotations });
  const starting = runtime.startContainer(sandbox.id, containerConfig());
  await clock.move(20);
  const { id } = await starting;
  const probe = async (kind: 'readiness' | 'liveness') =>
    (await runtime.probe(id, { type: 'tcpSocket', host: '', port: 80, kind, timeoutSeconds: 1 })).success;
  t.deepEqual([await probe('readiness'), await probe('liveness')], [false, true]);
  await clock.move(15_000);
  t.deepEqual([await probe('readiness'), await probe('liveness')], [true, true]);
  await clock.move(20_000);
  t.deepEqual([await probe('readiness'), await probe('liveness')], [true, false]);
});

test('images that are named as missing cannot be pulled', async (t) => {
  const { clock, runtime } = made();
  const pulling = runtime.pullImage({ node: 'n', image: 'registry.example.com/does-not-exist:1', annotations: {} });
  pulling.catch(() => undefined);
  await clock.move(5_000);
  await t.throwsAsync(pulling, { instanceOf: ImagePullError, message: /not found$/ });
});

test('names of images are completed', (t) => {
  t.is(fullName('nginx'), 'docker.io/library/nginx:latest');
  t.is(fullName('bitnami/redis:7'), 'docker.io/bitnami/redis:7');
  t.is(fullName('localhost:5000/a'), 'localhost:5000/a:latest');
  t.is(fullName('quay.io/a/b@sha256:12'), 'quay.io/a/b@sha256:12');
});

test('the same seed gives the same names and addresses', async (t) => {
  const names = async (seed: number) => {
    const { clock, runtime } = made(seed);
    const sandbox = await runtime.runPodSandbox(sandboxConfig('p'));
    const starting = runtime.startContainer(sandbox.id, containerConfig());
    await clock.move(100);
    return [sandbox, (await starting).id, runtime.describeNode('n')];
  };
  t.deepEqual(await names(7), await names(7));
  t.notDeepEqual(await names(7), await names(8));
});
