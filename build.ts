/** `npm run build [folder]`: what the npm package holds. JavaScript and declarations in dist/, and the data files they read beside them. */
import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, readFileSync, rmSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const root = import.meta.dirname;
const output = path.resolve(process.argv[2] ?? path.join(root, 'dist'));

/** Read at run time, by their place from the module that reads them. */
const data = ['openapi/facts', 'backends/storage/postgres/migrations', 'package.json'];

rmSync(output, { recursive: true, force: true });
// As a module, since the name in node_modules/.bin is a script that only a shell can start on Windows.
const compiler = path.join(path.dirname(fileURLToPath(import.meta.resolve('typescript/package.json'))), 'bin/tsc');
const { status } = spawnSync(process.execPath, [compiler, '--project', 'tsconfig.build.json', '--outDir', output], {
  cwd: root,
  stdio: 'inherit',
});
if (status !== 0) process.exit(1);
for (const each of data) cpSync(path.join(root, each), path.join(output, each), { recursive: true });

for (const entry of packageEntries()) {
  if (!existsSync(entry.startsWith('./dist/') ? path.join(output, entry.slice(7)) : path.join(root, entry)))
    throw new Error(`package.json promises ${entry}, and the build has not made it`);
}

function packageEntries(): string[] {
  const manifest = JSON.parse(readFileSync(path.join(root, 'package.json'), 'utf8')) as {
    readonly exports: { readonly '.': Readonly<Record<string, string>> };
    readonly bin: Readonly<Record<string, string>>;
  };
  return [...Object.values(manifest.exports['.']), ...Object.values(manifest.bin)];
}
