/**
 * Runs the same kubectl commands against two servers and prints where what they print differs:
 *   node conformance/differential/kubectl/main.ts --left KUBECONFIG --right KUBECONFIG [--kubectl FILE] [--only PATTERN]
 * The cases are those of conformance/kubectl, here without what they expect, and those of cases/. Unset, --kubectl stands for
 * every kubectl of the machine in turn. With --acting the cases are those of cases/acting.ts, between two clusters with nodes
 * (the first by name that is ready is cordoned, tainted and drained). Exits with 1 if there are differences.
 */
import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { findAllKubectls } from '../../kubectl-binaries.ts';
import type { Case } from '../../kubectl/case.ts';
import { cases } from '../../kubectl/cases/all.ts';
import { Kubectl, minorVersion } from '../../kubectl/kubectl.ts';
import { CaseRun } from '../../kubectl/run-case.ts';
import { Namespaces } from '../../namespaces.ts';
import { readKubeconfig } from '../kubeconfig.ts';
import { actingCases } from './cases/acting.ts';
import { comparedCases } from './cases/all.ts';
import { explainedLines } from './explained-lines.ts';
import { normaliseOutput } from './normalise-output.ts';
import { readyNode } from './ready-node.ts';

interface Side {
  readonly kubeconfig: string;
  /** The node that the cases name. */
  readonly node: string | undefined;
  readonly cases: readonly Case[];
}

interface Printed {
  readonly line: string;
  readonly text: string;
}

const { values: options } = parseArgs({
  options: {
    left: { type: 'string', default: '' },
    right: { type: 'string', default: '' },
    kubectl: { type: 'string' },
    only: { type: 'string', default: '' },
    acting: { type: 'boolean', default: false },
  },
});

const wanted = new RegExp(options.only);
const sides = await Promise.all([sideOf(options.left), sideOf(options.right)]);
const home = await mkdtemp(join(tmpdir(), 'kubectl-home-'));
const run = randomBytes(3).toString('hex');
let commands = 0;
let differences = 0;
try {
  for (const binary of options.kubectl === undefined ? findAllKubectls() : [options.kubectl]) {
    const minor = await minorVersion(binary);
    const [left, right] = sides;
    for (const [index, each] of left.cases.entries()) {
      const other = right.cases[index];
      if (other === undefined || (each.since !== undefined && minor < each.since)) continue;
      const name = `kubectl-${run}-${minor}-${index}`;
      const outputs = await Promise.all([
        outputsOf(each, { binary, side: left, namespace: name }),
        outputsOf(other, { binary, side: right, namespace: name }),
      ]);
      report(`${each.name} (kubectl 1.${minor})`, ...outputs);
    }
  }
} finally {
  await rm(home, { recursive: true, force: true });
}
console.log(`${commands} commands: ${differences} differ`);
process.exitCode = differences === 0 ? 0 : 1;

/** Clusters name their nodes as they like. */
async function sideOf(kubeconfig: string): Promise<Side> {
  const node = options.acting ? await readyNode(kubeconfig) : undefined;
  const all = node === undefined ? [...comparedCases, ...cases] : actingCases(node);
  return { kubeconfig, node, cases: all.filter(({ name }) => wanted.test(name)) };
}

/** What each command prints; what a case expects does not count, but a failure of a command with an exit code ends no case. */
async function outputsOf(
  each: Case,
  { binary, side, namespace }: { binary: string; side: Side; namespace: string },
): Promise<Printed[]> {
  const printed: Printed[] = [];
  const { kubeconfig, node } = side;
  const withoutNode = (text: string) => (node === undefined ? text : text.replaceAll(node, '{node}'));
  const server = readKubeconfig(kubeconfig).url;
  const kubectl = new Kubectl({ binary, kubeconfig, home, namespace });
  const record = new CaseRun(kubectl, namespace, (line, { paced }, { exit, stdout, stderr }) => {
    const printedBoth = paced ? '' : `${stdout}${stderr}`;
    const whole = normaliseOutput(withoutNode(`${printedBoth}\nexit ${exit}`), { namespace, server });
    const text = line.startsWith('explain ') ? withoutDescriptions(whole) : whole;
    printed.push({ line: withoutNode(line.replaceAll(namespace, '{ns}')), text });
  });
  try {
    await new Namespaces(kubeconfig, { atOnce: 1 }).within(namespace, () => record.run(each));
  } catch (error) {
    printed.push({ line: '(the case)', text: String(error) });
  }
  return printed;
}

/** They come from @kubernetes/client-node, with other line breaks and without those of some fields: the tree is compared. */
function withoutDescriptions(explained: string): string {
  const isTree = (line: string) => /^(?:GROUP|KIND|VERSION|FIELD|RESOURCE|exit|error)|^\s+\S+\s+<.*>/.test(line);
  const isGrammar = (line: string) => line.includes('::=');
  return explained
    .split('\n')
    .filter((line) => isTree(line) && !isGrammar(line))
    .join('\n');
}

function report(name: string, left: readonly Printed[], right: readonly Printed[]): void {
  for (const [index, its] of left.entries()) {
    commands++;
    const others = right[index]?.text ?? '(nothing)';
    if (its.text === others) continue;
    const lines = changedLines(its.text, others).filter((line) => !explainedLines.some((known) => known.test(line)));
    if (lines.length === 0) continue;
    differences++;
    console.log(`\n${name}\n  kubectl ${its.line}\n${lines.map((line) => `    ${line}`).join('\n')}`);
  }
}

/** Lines that only one side has, "-" for the left, "+" for the right. */
function changedLines(left: string, right: string): string[] {
  const ours = left.split('\n');
  const theirs = right.split('\n');
  const only = (lines: readonly string[], others: readonly string[]) => {
    const counts = new Map<string, number>();
    for (const line of others) counts.set(line, (counts.get(line) ?? 0) + 1);
    return lines.filter((line) => {
      const left = counts.get(line) ?? 0;
      counts.set(line, left - 1);
      return left <= 0;
    });
  };
  const changed = [...only(ours, theirs).map((line) => `- ${line}`), ...only(theirs, ours).map((line) => `+ ${line}`)];
  return changed.length > 0 ? changed : ['~ the same lines in another order'];
}
