import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import test from 'ava';
import { type Portico, startPortico } from '../../server/cmd/start-portico.ts';
import { compareTranscripts } from '../differential/compare.ts';
import { temporaryFolder } from '../temporary-folder.ts';
import { scenarios } from './cases/index.ts';
import { ComparedSide } from './compared-side.ts';
import { runScenario } from './run-scenario.ts';

let portico: Portico;
let folder: string;
let side: ComparedSide;
test.before(async () => {
  folder = await temporaryFolder('portico-workloads');
  portico = await startPortico({ storage: 'memory:', nodes: 3, scheduler: true, controllers: '*' });
  await writeFile(join(folder, 'kubeconfig'), portico.kubeConfig, { mode: 0o600 });
  side = await ComparedSide.open(join(folder, 'kubeconfig'));
});
test.after.always(async () => {
  side?.close();
  await portico?.stop();
  await rm(folder, { recursive: true, force: true });
});

const names = [
  'deployment: rolls out with a surge',
  'statefulset: makes claims',
  'daemonset: is updated node by node',
  'job: completes by index',
];

test('two runs of the same scenario have nothing that differs, and see what happens', async (t) => {
  const chosen = scenarios.filter(({ name }) => names.includes(name));
  t.is(chosen.length, names.length);
  await Promise.all(
    chosen.map(async ({ name, steps }) => {
      const scenario = { name, steps };
      const once = (word: string) =>
        runScenario({ side, scenario, run: scenario.name.replaceAll(/[^a-z]+/g, '-'), word, restMs: 400 });
      const [one, other] = await Promise.all([
        once(`${names.indexOf(scenario.name)}a`),
        once(`${names.indexOf(scenario.name)}b`),
      ]);
      t.is(one.length, scenario.steps.length + 1, scenario.name);
      t.deepEqual(compareTranscripts(scenario.name, one, other), [], scenario.name);
      t.notDeepEqual(one.at(-1)?.body, {}, 'there are events');
    }),
  );
});

test('names of scenarios are unique', (t) => {
  t.is(new Set(scenarios.map(({ name }) => name)).size, scenarios.length);
});
