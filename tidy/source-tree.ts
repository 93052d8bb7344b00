/** Every file of the repository, and every source file parsed. */
import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import { parseSourceFile, type SourceFile } from './source-file.ts';

export interface SourceTree {
  /** From the top of the repository, with slashes, sorted: what git would commit. */
  readonly files: readonly string[];
  readonly sources: readonly SourceFile[];
  read(file: string): string;
}

export function readSourceTree(root: string): SourceTree {
  const read = (file: string): string => readFileSync(path.join(root, file), 'utf8');
  const files = listFiles(root)
    .filter((file) => existsSync(path.join(root, file)))
    .toSorted();
  const sources = files.filter((file) => file.endsWith('.ts')).map((file) => parseSourceFile(file, read(file)));
  return { files, sources, read };
}

function listFiles(root: string): string[] {
  if (existsSync(path.join(root, '.git'))) {
    const arguments_ = ['ls-files', '-z', '--cached', '--others', '--exclude-standard'];
    try {
      const listed = execFileSync('git', arguments_, {
        cwd: root,
        encoding: 'utf8',
        stdio: ['ignore', 'pipe', 'ignore'],
      });
      return [...new Set(listed.split('\0'))].filter((file) => file !== '');
    } catch {
      // No git on this machine, or a checkout that belongs to somebody else: the folders tell nearly as much.
    }
  }
  return walk(root, '');
}

const generated = new Set(['node_modules', '.git', 'dist', 'data', 'coverage', '.cache']);

function walk(root: string, folder: string): string[] {
  return readdirSync(path.join(root, folder)).flatMap((name) => {
    const file = path.posix.join(folder, name);
    if (!statSync(path.join(root, file)).isDirectory()) return [file];
    return generated.has(name) ? [] : walk(root, file);
  });
}
