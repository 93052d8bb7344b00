/**
 * Runs the same workloads on two clusters and prints where their controllers come to something else, or say something else:
 *   node conformance/workloads/main.ts --left KUBECONFIG --right KUBECONFIG [--only PATTERN] [options]
 *   --only PATTERN     runs the scenarios whose names match
 *   --lanes N          scenarios under way at once on each side (default 6)
 *   --rest MS          a namespace is at rest when nothing in it has changed for so long (default 1000)
 *   --ignore PATTERN   leaves out differences whose paths match, such as managedFields
 *   --summary          counts differences by path
 *   --json             prints the report as JSON
 *   --list             prints the names of the scenarios
 *   --writes           also prints how often the objects of each resource were updated on either side
 * A scenario in which something differs is run once more, alone: what comes from one side being faster does not come twice.
 * Exits with 1 if there are differences.
 */
import { randomBytes } from 'node:crypto';
import { parseArgs } from 'node:util';
import { compareTranscripts, type Difference } from '../differential/compare.ts';
import { Report } from '../differential/report.ts';
import type { Transcript } from '../differential/transcript.ts';
import { scenarios } from './cases/index.ts';
import { ComparedSide } from './compared-side.ts';
import { type RunOptions, runScenario } from './run-scenario.ts';
import type { Scenario } from './scenario.ts';

const { values: options } = parseArgs({
  options: {
    left: { type: 'string' },
    right: { type: 'string' },
    only: { type: 'string' },
    lanes: { type: 'string', default: '6' },
    rest: { type: 'string', default: '1000' },
    ignore: { type: 'string' },
    summary: { type: 'boolean', default: false },
    json: { type: 'boolean', default: false },
    list: { type: 'boolean', default: false },
    writes: { type: 'boolean', default: false },
  },
});

const wanted = new RegExp(options.only ?? '');
const chosen = scenarios.filter(({ name }) => wanted.test(name));
if (options.list) for (const { name } of chosen) console.log(name);
else if (options.left === undefined || options.right === undefined) {
  console.error(
    'usage: main.ts --left KUBECONFIG --right KUBECONFIG [--only PATTERN] [--lanes N] [--rest MS] [--ignore PATTERN] [--summary] [--json] [--list] [--writes]',
  );
  process.exitCode = 2;
} else process.exitCode = (await main(options.left, options.right)) ? 0 : 1;

/** True if nothing differs. */
async function main(left: string, right: string): Promise<boolean> {
  const sides = [await ComparedSide.open(left), await ComparedSide.open(right)] as const;
  const ignored = options.ignore === undefined ? undefined : new RegExp(options.ignore);
  const report = new Report({ form: options.json ? 'json' : options.summary ? 'summary' : 'text' });
  const restMs = Number(options.rest);
  const compared = async (scenario: Scenario) => {
    const run = randomBytes(4).toString('hex');
    const [one = [], other = []] = await Promise.all(
      sides.map((side, at) => attempt({ side, scenario, run, word: at === 0 ? 'left' : 'right', restMs })),
    );
    const found = compareTranscripts(scenario.name, one, other).filter(({ path }) => !ignored?.test(path));
    return { scenario, looks: one.length, found };
  };
  const waiting = chosen.values();
  const again: Scenario[] = [];
  const lane = async () => {
    for (const scenario of waiting) {
      const first = await compared(scenario);
      if (first.found.length > 0) again.push(scenario);
      else tell(report, first);
    }
  };
  await Promise.all(Array.from({ length: Number(options.lanes) }, lane));
  for (const scenario of again) tell(report, await compared(scenario));
  if (options.writes)
    for (const [at, { writes }] of sides.entries())
      console.log(at === 0 ? 'left' : 'right', Object.fromEntries(writes));
  for (const side of sides) side.close();
  return report.finish();
}

interface Compared {
  readonly scenario: Scenario;
  readonly looks: number;
  readonly found: readonly Difference[];
}

function tell(report: Report, { scenario, looks, found }: Compared): void {
  const { name } = scenario;
  report.add(
    { name, steps: [] },
    looks,
    found.map((difference) => ({ difference, explanation: undefined })),
  );
}

async function attempt(options: RunOptions): Promise<Transcript[]> {
  try {
    return await runScenario(options);
  } catch (error) {
    return [{ step: 'all', request: '', status: 500, headers: {}, body: `could not be carried out: ${String(error)}` }];
  }
}
