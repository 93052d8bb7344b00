/** Some answers of upstream follow the random order of Go's maps: one of several that it gives is as good as another. */
import type { Case } from './case.ts';
import type { Finding } from './explained.ts';
import { runCase, type Side } from './run-case.ts';
import type { Transcript } from './transcript.ts';

/** How often a question is asked again before a difference counts: a map of two comes in the other order one time in eight. */
const ATTEMPTS = 60;

/**
 * Names of the independent steps that `side` also answers as `other` did. `compare` tells what is found between two runs of
 * the case.
 */
export async function unstableSteps(options: {
  readonly side: Side;
  readonly case: Case;
  readonly other: readonly Transcript[];
  readonly findings: readonly Finding[];
  readonly compare: (left: readonly Transcript[], right: readonly Transcript[]) => readonly Finding[];
}): Promise<ReadonlySet<string>> {
  const { side, case: its, other, findings, compare } = options;
  let open = (its.independent ?? []).filter(({ name }) => isOpen(findings, name));
  const unstable = new Set<string>();
  const lines = new Map<string, Set<string>>();
  for (let attempt = 0; attempt < (its.attempts ?? ATTEMPTS) && open.length > 0; attempt++) {
    const again = await runCase(side, { ...its, independent: open });
    const names = new Set(again.map(({ step }) => step));
    const found = compare(
      again,
      other.filter(({ step }) => names.has(step)),
    );
    for (const transcript of again) {
      const known = lines.get(transcript.step) ?? new Set();
      for (const line of linesOf(transcript)) known.add(line);
      lines.set(transcript.step, known);
    }
    const still = open.filter(({ name }) => isOpen(found, name));
    for (const { name } of open) if (!still.some((step) => step.name === name)) unstable.add(name);
    open = still;
  }
  // Many lines in random order, or chosen at random, never come all the same: each of them must.
  for (const { name } of open) {
    const answer = other.find(({ step }) => step === name);
    const theirs = answer === undefined ? [] : linesOf(answer);
    if (theirs.length > 0 && theirs.every((line) => lines.get(name)?.has(line))) unstable.add(name);
  }
  return unstable;
}

/** Of a message that lists what does not fit a type, one problem a line. */
function linesOf({ body }: Transcript): readonly string[] {
  const message = typeof body === 'object' && body !== null && !Array.isArray(body) ? body.message : undefined;
  const [, problems = ''] = /typed patch object \([^)]*\): (?:errors:\s*)?(.*)$/s.exec(String(message)) ?? [];
  return problems === '' ? [] : problems.split('\n').map((line) => line.trim());
}

function isOpen(findings: readonly Finding[], step: string): boolean {
  return findings.some(({ difference, explanation }) => explanation === undefined && difference.step === step);
}
