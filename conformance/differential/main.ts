/**
 * Sends the same requests to two servers and prints where the answers differ:
 *   node conformance/differential/main.ts --left KUBECONFIG --right KUBECONFIG [--only PATTERN] [options]
 *   --only PATTERN     runs the cases whose names match
 *   --count N          also makes about N requests by random edits of the corpus ("generated creation: …", "generated change: …")
 *   --seed N           what these are made from (default 1): the same seed makes the same requests
 *   --operators        the cases of widely used operators instead, which are fetched from a registry: "operator: argo-cd/applications…";
 *                      with --count also random edits of their objects
 *   --steps PATTERN    leaves out generated requests whose names do not match
 *   --ignore PATTERN   leaves out differences whose paths match, such as managedFields
 *   --summary          counts differences by path instead of printing each
 *   --json             prints the report as JSON
 *   --list             prints the names of the cases
 *   --print            prints what --left answers, normalised, and needs no --right
 * Neither server should have controllers running: what they change between two requests would show up as differences.
 * Exits with 1 if there are unexplained differences.
 */
import { randomBytes } from 'node:crypto';
import { parseArgs } from 'node:util';
import { startBehavingServer, type BehavingServer } from '../webhooks/behaving-server.ts';
import { cases } from './cases/index.ts';
import { cleanUp } from './clean-up.ts';
import { Client } from './client.ts';
import { compareTranscripts } from './compare.ts';
import { explain, type Finding, RANDOM_ORDER } from './explained.ts';
import { generatedCases } from './generated/generated-cases.ts';
import { operatorCases } from './generated/operator-cases.ts';
import { readKubeconfig } from './kubeconfig.ts';
import { Report } from './report.ts';
import { runCase, type Side } from './run-case.ts';
import type { Transcript } from './transcript.ts';
import { unstableSteps } from './unstable.ts';

const { values: options } = parseArgs({
  options: {
    left: { type: 'string' },
    right: { type: 'string' },
    only: { type: 'string' },
    seed: { type: 'string', default: '1' },
    count: { type: 'string', default: '0' },
    steps: { type: 'string' },
    operators: { type: 'boolean', default: false },
    ignore: { type: 'string' },
    summary: { type: 'boolean', default: false },
    json: { type: 'boolean', default: false },
    list: { type: 'boolean', default: false },
    print: { type: 'boolean', default: false },
  },
});

const wanted = new RegExp(options.only ?? '');
const ignored = options.ignore === undefined ? undefined : new RegExp(options.ignore);
const wantedSteps = new RegExp(options.steps ?? '');
const made = { seed: Number(options.seed), count: Number(options.count), wanted };
const generated = options.operators ? await operatorCases(made) : made.count > 0 ? generatedCases(made) : [];
const chosen = [
  ...(options.operators ? [] : cases.filter(({ name }) => wanted.test(name))),
  ...generated.map((its) => ({
    ...its,
    independent: its.independent?.filter(({ name }) => wantedSteps.test(name)),
  })),
];
if (options.list) {
  for (const { name, steps, independent = [] } of chosen) {
    console.log(`${String(steps.length + independent.length).padStart(4)}  ${name}`);
  }
} else if (options.print && options.left !== undefined) {
  await print(options.left);
} else if (options.left === undefined || options.right === undefined) {
  console.error(
    'usage: main.ts --left KUBECONFIG --right KUBECONFIG [--only PATTERN] [--seed N] [--count N] [--operators] [--steps PATTERN] ' +
      '[--ignore PATTERN] [--summary] [--json] [--list] [--print]',
  );
  process.exitCode = 2;
} else {
  process.exitCode = (await main(options.left, options.right)) ? 0 : 1;
}

/** True if nothing unexplained was found. */
async function main(left: string, right: string): Promise<boolean> {
  const webhooks = await startBehavingServer();
  await using leftSide = await openSide(left, 'left', webhooks);
  await using rightSide = await openSide(right, 'rite', webhooks);
  const report = new Report({ form: options.json ? 'json' : options.summary ? 'summary' : 'text' });
  for (const its of chosen) {
    // One side after the other: both may be the same server.
    const transcripts = [await runCase(leftSide, its), await runCase(rightSide, its)] as const;
    const compare = (one: readonly Transcript[], other: readonly Transcript[]): Finding[] =>
      compareTranscripts(its.name, one, other)
        .filter(({ path }) => !ignored?.test(path))
        .map((difference) => ({ difference, explanation: explain(difference) }));
    const findings = compare(...transcripts);
    const unstable = await unstableSteps({ side: leftSide, case: its, other: transcripts[1], findings, compare });
    report.add(
      its,
      transcripts[0].length,
      findings.map((found) => (unstable.has(found.difference.step) ? { ...found, explanation: RANDOM_ORDER } : found)),
    );
  }
  await webhooks.stop();
  return report.finish();
}

async function print(kubeconfig: string): Promise<void> {
  const webhooks = await startBehavingServer();
  await using side = await openSide(kubeconfig, 'left', webhooks);
  for (const its of chosen) {
    for (const { step, request, status, headers, body } of await runCase(side, its)) {
      console.log(
        `# ${its.name} / ${step}\n${request}\n${status} ${JSON.stringify(headers)}\n${JSON.stringify(body)}\n`,
      );
    }
  }
  await webhooks.stop();
}

/** With a namespace of its own, which goes when the side is disposed of. */
async function openSide(kubeconfig: string, word: string, webhooks: BehavingServer): Promise<Side & AsyncDisposable> {
  const client = new Client(readKubeconfig(kubeconfig));
  // Letters only: wherever a name comes to stand it is read in one way.
  const letters = randomBytes(3)
    .toString('hex')
    .replace(/\d/g, (digit) => 'ghijklmnop'.charAt(Number(digit)));
  const namespace = `differential-${word}-${letters}`;
  const { status, body } = await client.send({
    method: 'POST',
    path: '/api/v1/namespaces',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace } }),
  });
  if (status !== 201) throw new Error(`cannot create a namespace by ${kubeconfig}: ${status} ${body.toString('utf8')}`);
  return {
    client,
    namespace,
    webhooks,
    async [Symbol.asyncDispose]() {
      await cleanUp(client, [`/api/v1/namespaces/${namespace}`]);
      client.close();
    },
  };
}
