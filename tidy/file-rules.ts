/** How files are named, begun and kept small. */
import type { Finding } from './bans.ts';
import type { SourceFile } from './source-file.ts';

/** Lines. Far beyond it a file mostly hides a second purpose. */
export const MAX_LINES = 400;
/** Lines: claims about one thing stay together, since every test file costs a process. */
export const MAX_TEST_LINES = 900;

/** Tables and cases, longer than code may be. */
const dataFiles: readonly RegExp[] = [
  /^conformance\/[a-z-]+\/cases\//,
  /^server\/apis\/validation\/internal-structs\.ts$/,
];

export function tooLong(source: SourceFile): Finding[] {
  const limit = source.isTest || source.path.includes('/contract/') ? MAX_TEST_LINES : MAX_LINES;
  if (source.lines <= limit || dataFiles.some((data) => data.test(source.path))) return [];
  return [{ file: source.path, line: limit + 1, what: `${source.lines} lines, limit ${limit}` }];
}

const kebab = /^[a-z0-9]+(?:-[a-z0-9]+)*$/;
const sourceName = /^[a-z0-9]+(?:-[a-z0-9]+)*(?:\.test)?\.ts$/;

export function misnamed(file: string): Finding[] {
  const segments = file.split('/');
  const name = segments.pop() ?? '';
  const wrong = segments.filter((folder) => !kebab.test(folder) && !/^\.(ci|github)$/.test(folder));
  if (name.endsWith('.ts') && !sourceName.test(name)) wrong.push(name);
  return wrong.map((what) => ({ file, line: 1, what: `${what} is not kebab-case` }));
}

/** They say nothing of what is in them, so that everything ends up there. */
const empty = /(?:^|-)(?:utils?|helpers?|common|misc|shared)(?:-|$)/;
const vague = /^(?:services?|processors?|entit(?:y|ies)|managers?|types)$/;
/** Where Service is a resource. */
const resources = /^conformance\/|(?:^|\/)(?:registry|apis)\/core\//;

export function vaguelyNamed(file: string): Finding[] {
  const stems = file.split('/').map((segment) => segment.replace(/\..*$/, ''));
  return stems
    .filter((stem) => empty.test(stem) || (vague.test(stem) && !resources.test(file)))
    .map((stem) => ({ file, line: 1, what: `"${stem}" does not say what is in it` }));
}

/** Of tests the claims say enough. */
export function withoutHeader({ path, text, isTest }: SourceFile): Finding[] {
  const header = /^(?:#!.*\n)?\/\*\*\s+(?:\* )?([\s\S]*?)\*\//.exec(text)?.[1]?.trim() ?? '';
  if (isTest) return [];
  if (/^\S.{14,}/s.test(header) && /[.:?!)]["'`]?(?:\s|$)/.test(header)) return [];
  return [{ file: path, line: 1, what: 'does not begin with a sentence that says its place' }];
}
