/** What the pages in Markdown must agree with: links, dependencies, limits. */
import path from 'node:path';
import type { Finding } from './bans.ts';
import { lineAt, type SourceFile } from './source-file.ts';
import type { SourceTree } from './source-tree.ts';

/** The first column of the table under "Dependencies": names, `@scope/*` for a whole scope. */
export function packagesInTable(page: string): RegExp[] {
  const section = /^## Dependencies$([\s\S]*?)(?=^## |(?![\s\S]))/m.exec(page)?.[1] ?? '';
  const rows = section.split('\n').filter((line) => line.startsWith('|'));
  const names = rows.flatMap((row) => (row.split('|')[1] ?? '').replaceAll('`', '').split(','));
  return names
    .map((name) => name.trim())
    .filter((name) => /^[@a-z0-9]/.test(name))
    .map((name) => new RegExp(`^${name.replaceAll(/[.+?^$()[\]\\]/g, String.raw`\$&`).replaceAll('*', '.*')}$`));
}

export function filesWithLimits({ path: file, isTest }: SourceFile): boolean {
  return !isTest && /^(server|backends)\/.*\/limits\.ts$|^backends\/storage\/postgres\/options\.ts$/.test(file);
}

/** Exported constants in capitals, and the fields of an exported interface named …Limits. */
export function declaredLimits({ code }: SourceFile): { name: string; line: number }[] {
  const constants = [...code.matchAll(/^export const ([A-Z][A-Z0-9_]+)\b[^=]*= (?!')/gm)];
  const fields = [...code.matchAll(/^export interface \w*Limits \{([\s\S]*?)^\}/gm)].flatMap((body) =>
    [...code.slice(0, body.index + body[0].length).matchAll(/^ {2}readonly (\w+)\??:/gm)].filter(
      (field) => field.index > body.index,
    ),
  );
  return [...constants, ...fields].map((match) => ({ name: match[1] ?? '', line: lineAt(code, match.index + 1) }));
}

/** Claims that a page names as `file`: claim; another claim, and that are not in that file. */
export function missingClaims(page: string, { files, read }: Pick<SourceTree, 'files' | 'read'>): Finding[] {
  const text = read(page);
  return [...text.matchAll(/`([\w./-]+\.test\.ts)`: ([^|`]+)/g)].flatMap((match) => {
    const [, file = '', claims = ''] = match;
    const at = { file: page, line: lineAt(text, match.index) };
    if (!files.includes(file)) return [{ ...at, what: `${file} does not exist` }];
    const source = read(file);
    return claims
      .split(/;\s/)
      .map((claim) => claim.replace(/[;\s]+$/, '').trim())
      .filter((claim) => claim !== '' && !isClaimed(source, claim))
      .map((claim) => ({ ...at, what: `${file} does not claim: ${claim}` }));
  });
}

/** A claim may have a semicolon of its own: its part is looked for, at the beginning of a text or within one. */
function isClaimed(source: string, claim: string): boolean {
  const escaped = claim.replaceAll("'", String.raw`\'`);
  return [claim, escaped].some((text) => source.includes(text));
}

export function brokenLinks(page: string, { files, read }: Pick<SourceTree, 'files' | 'read'>): Finding[] {
  const text = read(page);
  const exists = (target: string): boolean => files.some((file) => file === target || file.startsWith(`${target}/`));
  return [...text.matchAll(/\]\((?!\w+:|#)([^)#\s]+)/g)].flatMap((match) => {
    const target = path.posix.join(path.posix.dirname(page), match[1] ?? '').replace(/\/$/, '');
    if (target === '.' || exists(target)) return [];
    return [{ file: page, line: lineAt(text, match.index), what: `${match[1]} does not exist` }];
  });
}
