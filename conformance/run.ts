/**
 * The conformance suites against one server, once with every kubectl of this machine.
 *
 *     node conformance/run.ts [--kubeconfig FILE] [--kubectl PATH]… [--match 'kubectl: get*'] [--only kubectl|client-node]
 *
 * Without a kubeconfig (or KUBECONFIG) each run starts a Portico of its own. Exit code 1 if anything fails.
 */
import { spawn } from 'node:child_process';
import { basename, delimiter, dirname, join } from 'node:path';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { minorVersion } from './kubectl/kubectl.ts';
import { findAllKubectls } from './kubectl-binaries.ts';

interface Summary {
  readonly suite: string;
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
  readonly seconds: number;
  readonly output: string;
}

const FOLDER = dirname(fileURLToPath(import.meta.url));
const AVA = join(FOLDER, '../node_modules/.bin/ava');

const { values } = parseArgs({
  options: {
    kubeconfig: { type: 'string' },
    kubectl: { type: 'string', multiple: true },
    match: { type: 'string' },
    only: { type: 'string' },
  },
});

const kubectls = values.kubectl ?? findAllKubectls();
if (values.only !== 'client-node') {
  if (kubectls.length === 0) console.log('no kubectl found: put one on PATH, or name it in KUBECTL');
  for (const binary of kubectls) {
    const suite = `kubectl 1.${await minorVersion(binary)} (${basename(binary)})`;
    report(await runSuite(suite, 'kubectl/kubectl.test.ts', { KUBECTL: binary }));
  }
}
if (values.only !== 'kubectl') report(await runSuite('client-node', 'client-node/client-node.test.ts', {}));

async function runSuite(suite: string, file: string, environment: NodeJS.ProcessEnv): Promise<Summary> {
  const started = performance.now();
  const match = values.match === undefined ? [] : ['--match', values.match];
  const child = spawn(process.execPath, [AVA, '--tap', join(FOLDER, file), ...match], {
    cwd: dirname(FOLDER),
    env: {
      ...process.env,
      ...environment,
      PATH: `${dirname(process.execPath)}${delimiter}${process.env.PATH}`,
      KUBECONFIG: values.kubeconfig ?? process.env.KUBECONFIG ?? '',
    },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const output = await text(child.stdout);
  return { suite, ...countTap(output), seconds: (performance.now() - started) / 1000, output };
}

function countTap(output: string): { passed: number; failed: number; skipped: number } {
  const results = output.split('\n').filter((line) => /^(not )?ok \d+/.test(line));
  const skipped = results.filter((line) => /# (SKIP|TODO)/i.test(line)).length;
  const failed = results.filter((line) => line.startsWith('not ok')).length;
  return { passed: results.length - skipped - failed, failed, skipped };
}

function report({ suite, passed, failed, skipped, seconds, output }: Summary): void {
  if (failed > 0 || passed === 0) {
    process.exitCode = 1;
    console.log(output);
  }
  console.log(`${suite}: ${passed} passed, ${failed} failed, ${skipped} skipped (${seconds.toFixed(0)} s)`);
}
