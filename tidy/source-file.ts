/** One source file as the tidy tests see it: its text, its code without comments, and what it imports. */
import path from 'node:path';
import { readSourceText } from './source-text.ts';

export interface Import {
  /** As written: `./x.ts`, `node:fs`, `koa`. */
  readonly specifier: string;
  /** Path of the imported file from the top of the repository; undefined for packages. */
  readonly file: string | undefined;
  /** Name of the imported package (`@koa/router`, `node:fs`); undefined for files. */
  readonly package: string | undefined;
  readonly typeOnly: boolean;
  readonly dynamic: boolean;
  readonly line: number;
}

export interface SourceFile {
  /** From the top of the repository, with slashes. */
  readonly path: string;
  readonly text: string;
  readonly code: string;
  readonly withoutComments: string;
  readonly lines: number;
  readonly isTest: boolean;
  readonly imports: readonly Import[];
}

export function parseSourceFile(file: string, text: string): SourceFile {
  const { code, withoutComments } = readSourceText(text);
  return {
    path: file,
    text,
    code,
    withoutComments,
    lines: text.split('\n').length - (text.endsWith('\n') ? 1 : 0),
    isTest: file.endsWith('.test.ts'),
    imports: [...findImports(file, code, withoutComments)],
  };
}

export function lineAt(text: string, offset: number): number {
  let line = 1;
  for (let at = text.indexOf('\n'); at >= 0 && at < offset; at = text.indexOf('\n', at + 1)) line++;
  return line;
}

const staticImport = /\b(?:import|export)\s+(type\s+)?(?:[\w$*\s{},]+?\s+from\s*)?(['"])/g;
const dynamicImport = /\bimport\(\s*(['"])/g;

function* findImports(file: string, code: string, withoutComments: string): Generator<Import> {
  const found = (match: RegExpExecArray, quote: string, typeOnly: boolean, dynamic: boolean): Import => {
    const from = match.index + match[0].length;
    const specifier = withoutComments.slice(from, withoutComments.indexOf(quote, from));
    const relative = specifier.startsWith('.');
    return {
      specifier,
      file: relative ? path.posix.join(path.posix.dirname(file), specifier) : undefined,
      package: relative ? undefined : packageName(specifier),
      typeOnly,
      dynamic,
      line: lineAt(code, match.index),
    };
  };
  for (const match of code.matchAll(staticImport)) {
    const named = /\{([^}]*)\}/.exec(match[0])?.[1];
    const onlyTypes =
      named !== undefined &&
      /^(?:import|export)\s*\{/.test(match[0]) &&
      named.split(',').every((name) => name.trim() === '' || /^\s*type\s/.test(name));
    yield found(match, match[2] ?? '', match[1] !== undefined || onlyTypes, false);
  }
  for (const match of code.matchAll(dynamicImport)) {
    yield found(match, match[1] ?? '', false, true);
  }
}

function packageName(specifier: string): string {
  if (specifier.startsWith('node:')) return specifier;
  return specifier.split('/', specifier.startsWith('@') ? 2 : 1).join('/');
}
