/** Runs one case in a namespace of its own and compares what kubectl prints. */
import assert from 'node:assert/strict';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { text } from 'node:stream/consumers';
import { parse } from 'yaml';
import type { Case, Command, Expectation, Expected, Watch } from './case.ts';
import { exitOf, type Kubectl, type Outcome } from './kubectl.ts';

/** Milliseconds without a further line after which a watch has failed. */
const WATCH_TIMEOUT = 30_000;

export type Check = (line: string, expected: Expectation, outcome: Outcome) => void;

export class CaseRun {
  readonly #kubectl: Kubectl;
  readonly #namespace: string;
  readonly #check: Check;
  #files = '';

  /** `check` replaces the comparison with what the case expects. */
  constructor(kubectl: Kubectl, namespace: string, check?: Check) {
    this.#kubectl = kubectl;
    this.#namespace = namespace;
    this.#check = check ?? this.#compare.bind(this);
  }

  async run({ given, files, steps, afterwards }: Case): Promise<void> {
    this.#files = await mkdtemp(join(tmpdir(), 'kubectl-files-'));
    try {
      for (const [name, content] of Object.entries(files ?? {})) await this.#write(join(this.#files, name), content);
      if (given !== undefined) await this.#command({ run: 'create -f -', stdin: given });
      for (const step of steps) await ('run' in step ? this.#command(step) : this.#watch(step));
    } finally {
      for (const line of afterwards ?? []) await this.#kubectl.run({ line: this.#fill(line) });
      await rm(this.#files, { recursive: true, force: true });
    }
  }

  async #command(command: Command): Promise<void> {
    const { stdin, editor } = command;
    const line = this.#fill(command.run);
    const environment = { ...command.environment, ...(editor === undefined ? {} : { KUBE_EDITOR: editor }) };
    const outcome = await this.#kubectl.run({ line, stdin: this.#stdin(stdin), environment });
    this.#check(line, command, outcome);
  }

  async #watch(watch: Watch): Promise<void> {
    const line = this.#fill(watch.watch);
    const child = this.#kubectl.start(line);
    const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
    const ended = exitOf(child);
    const stderr = text(child.stderr);
    const silence = setTimeout(() => child.kill('SIGKILL'), WATCH_TIMEOUT);
    const printed: string[] = [];
    const read = async (count: number) => {
      while (printed.length < count) {
        const { done, value } = await lines.next();
        if (done) return;
        printed.push(value);
        silence.refresh();
      }
    };
    let exit: number | null = watch.exits ?? 0;
    try {
      await read(watch.first);
      for (const command of watch.during) await this.#command(command);
      await read(watch.lines ?? Number.POSITIVE_INFINITY);
      if (watch.lines === undefined) exit = await ended;
    } finally {
      clearTimeout(silence);
      child.kill('SIGKILL');
    }
    this.#check(line, watch, { exit, stdout: printed.join('\n'), stderr: await stderr });
  }

  #compare(line: string, expected: Expectation, { exit, stdout, stderr }: Outcome): void {
    const shown = `kubectl ${line}\nstdout: ${stdout}\nstderr: ${stderr}`;
    assert.equal(exit, expected.exits ?? 0, `exit code of ${shown}`);
    this.#compareText(stdout, expected.prints, `stdout of ${shown}`);
    this.#compareText(stderr, expected.complains, `stderr of ${shown}`);
    const lines = 'lines' in expected ? expected.lines : undefined;
    if (lines !== undefined) assert.equal(stdout.split('\n').length, lines, `lines of ${shown}`);
    if (expected.shows !== undefined)
      assert.partialDeepStrictEqual(parse(stdout), JSON.parse(this.#fill(JSON.stringify(expected.shows))), shown);
  }

  #compareText(actual: string, expected: Expected | undefined, shown: string): void {
    if (expected === undefined) return;
    if (typeof expected === 'string') assert.equal(actual.trim(), this.#fill(expected), shown);
    else
      for (const pattern of [expected].flat())
        assert.match(actual, new RegExp(this.#fill(pattern.source), pattern.flags), shown);
  }

  #stdin(stdin: Command['stdin']): string | undefined {
    if (stdin === undefined) return undefined;
    if (typeof stdin === 'string') return this.#fill(stdin);
    return this.#fill(JSON.stringify(Array.isArray(stdin) ? { apiVersion: 'v1', kind: 'List', items: stdin } : stdin));
  }

  async #write(file: string, content: string): Promise<void> {
    await mkdir(dirname(file), { recursive: true });
    await writeFile(file, this.#fill(content));
  }

  #fill(template: string): string {
    return template.replaceAll('{ns}', this.#namespace).replaceAll('{files}', this.#files);
  }
}
