/**
 * `npm test`: runs ava over every test file (or those given), shows what fails and how far it is, leaves no process and no
 * folder behind, and ends with one line: "N passed, N failed", and ", N skipped" if any. Exit code 1 unless all is well.
 *
 *     npm test                                 everything
 *     npm test -- server/apimachinery          what lies in a folder, or one file
 *     npm test -- --verbose                    names every claim
 *     npm test -- --match='*410 Gone*'         other flags are ava's
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { chmodSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { stripVTControlCharacters } from 'node:util';

/** Milliseconds after which the run is ended and counts as failed. */
const TIME_LIMIT_MS = 17 * 60_000;
/** Milliseconds between lines of progress. */
const PROGRESS_MS = 2_000;
/** Milliseconds that processes may take to end after the tests that started them. */
const STRAY_MS = 6_000;

interface Counts {
  passed: number;
  failed: number;
  skipped: number;
}

const root = import.meta.dirname;
const verbose = process.argv.includes('--verbose');
const given = process.argv.slice(2).filter((argument) => argument !== '--verbose');
const files = given.map((argument) =>
  existsSync(argument) && statSync(argument).isDirectory() ? `${path.join(argument, '**/*.test.ts')}` : argument,
);

const started = performance.now();
const seconds = (): string => `${Math.round((performance.now() - started) / 1000)} s`;

// Everything that a test makes lies in here, and whoever has it in environment or arguments is a child of this run.
// Others may pass through, since PostgreSQL steps down from root; short, since paths of sockets must be.
const home = mkdtempSync(path.join(tmpdir(), 'pt-'));
chmodSync(home, 0o711);

const counts: Counts = { passed: 0, failed: 0, skipped: 0 };
const ava = startAva();
let ended: string | undefined;
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => stop(`ended by ${signal}`));
setTimeout(() => stop(`ended after ${TIME_LIMIT_MS / 60_000} minutes`), TIME_LIMIT_MS).unref();

const exitCode = await followed(ava);
await endStrays();
rmSync(home, { recursive: true, force: true, maxRetries: 3 });
if (ended !== undefined) console.log(ended);
if (exitCode !== 0 && counts.failed === 0) {
  console.log(`ava ended with ${exitCode}`);
  counts.failed = 1;
}
if (counts.passed + counts.failed === 0) {
  console.log('no test ran');
  counts.failed = 1;
}
const skipped = counts.skipped === 0 ? '' : `, ${counts.skipped} skipped`;
console.log(`${counts.passed} passed, ${counts.failed} failed${skipped}`);
process.exitCode = counts.failed === 0 ? 0 : 1;

function startAva(): ChildProcess {
  const colour = process.stdout.isTTY ? '--color' : '--no-color';
  const concurrency = Math.max(2, availableParallelism());
  const entry = path.join(root, 'node_modules/ava/entrypoints/cli.js');
  const environment: NodeJS.ProcessEnv = { ...process.env, TMPDIR: home, TMP: home, TEMP: home };
  // A fifth of the CPU time of a run is compiling the same modules again; coverage needs them compiled.
  if (process.env.NODE_V8_COVERAGE === undefined) {
    environment.NODE_COMPILE_CACHE ??= path.join(root, 'node_modules/.cache/compile');
  }
  return spawn(process.execPath, [entry, colour, `--concurrency=${concurrency}`, ...files], {
    cwd: root,
    env: environment,
    stdio: ['ignore', 'pipe', 'pipe'],
    // A group of its own, so that it can be ended with its children.
    detached: process.platform !== 'win32',
  });
}

/** Shows and counts what ava says until it ends; its exit code. */
async function followed(child: ChildProcess): Promise<number> {
  let shown = performance.now();
  let blank = true;
  const onLine = (line: string): void => {
    const text = stripVTControlCharacters(line).trim();
    const kind = kindOf(text);
    if (kind !== undefined) counts[kind]++;
    if (kind === 'passed' && !verbose) {
      if (performance.now() - shown < PROGRESS_MS) return;
      shown = performance.now();
      console.log(`[${seconds()}] ${counts.passed} claims hold, now ${text.slice(2)}`);
    } else if (!(text === '' && blank) && !/^\d+ (?:tests?|hooks?) (?:passed|failed|skipped)$/.test(text)) {
      blank = text === '';
      console.log(line);
    }
  };
  for (const stream of [child.stdout, child.stderr]) {
    if (stream !== null) createInterface({ input: stream }).on('line', onLine);
  }
  return new Promise((resolve) => {
    child.on('error', (error) => {
      console.log(`ava does not start: ${error.message}`);
      resolve(1);
    });
    child.on('close', (code) => resolve(code ?? 1));
  });
}

function kindOf(text: string): keyof Counts | undefined {
  if (text.startsWith('✔ ')) return 'passed';
  // Also files that crash, hang, hold no test, or end before their tests do.
  if (text.startsWith('✘ ')) return 'failed';
  if (text.startsWith('- [skip] ')) return 'skipped';
  return undefined;
}

function stop(reason: string): void {
  if (ended !== undefined) return;
  ended = reason;
  counts.failed++;
  endGroup();
}

function endGroup(): void {
  if (ava.pid === undefined) return;
  try {
    process.kill(process.platform === 'win32' ? ava.pid : -ava.pid, 'SIGKILL');
  } catch {
    // It is gone already.
  }
}

/** Ends what tests left running in groups of their own, such as a database; what is about to end by itself may do so. */
async function endStrays(): Promise<void> {
  endGroup();
  const patience = performance.now() + STRAY_MS;
  while (strays().length > 0 && performance.now() < patience) await sleep(100);
  for (const { pid, command } of strays()) {
    console.log(`left running and ended now: ${command || `process ${pid}`}`);
    try {
      process.kill(pid, 'SIGKILL');
    } catch {
      // Gone meanwhile.
    }
  }
}

/** Processes that name this run's folder; only Linux tells. */
function strays(): { pid: number; command: string }[] {
  if (!existsSync('/proc/self/environ')) return [];
  const pids = readdirSync('/proc').filter((name) => /^\d+$/.test(name) && Number(name) !== process.pid);
  return pids.flatMap((name) => {
    try {
      const command = readFileSync(`/proc/${name}/cmdline`, 'utf8').replaceAll('\0', ' ').trim();
      const isOurs = command.includes(home) || readFileSync(`/proc/${name}/environ`, 'utf8').includes(home);
      return isOurs ? [{ pid: Number(name), command }] : [];
    } catch {
      // Gone meanwhile, or not ours to look at.
      return [];
    }
  });
}
