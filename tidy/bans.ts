/** What no source file may contain, and where each rule has its exceptions with their reasons. */
import { lineAt, type SourceFile } from './source-file.ts';

export interface Finding {
  readonly file: string;
  readonly line: number;
  readonly what: string;
}

export interface Ban {
  /** A claim, the test's name. */
  readonly name: string;
  readonly in: RegExp;
  /** Files for which it does not hold. */
  readonly except?: RegExp;
  readonly pattern: RegExp;
  /** What is searched; default: code without comments and contents of strings. */
  readonly search?: 'code' | 'withoutComments' | 'text';
}

/** Contracts, harnesses and benches: not run by a server. */
export const testSupport = /\/contract\/|(?:^|-|\/)(?:harness|bench)\.ts$/;
const exceptTestsAnd = (...files: readonly string[]): RegExp =>
  new RegExp([String.raw`\.test\.ts$`, testSupport.source, ...files].join('|'));

/** Waits for processes, which live in real time whatever a simulation says. */
const embedded = '^backends/storage/embedded/';

export const bans: readonly Ban[] = [
  {
    name: 'time comes from a Clock',
    in: /^(server|backends)\//,
    except: exceptTestsAnd('^server/apimachinery/clock/', String.raw`^backends/[a-z]+/clock\.ts$`, embedded),
    pattern:
      /\b(?:Date\.now|performance\.now|process\.hrtime|AbortSignal\.timeout|setTimeout|setInterval)\b|\bnew Date\(\s*\)|\bDate\(\s*\)/g,
  },
  {
    name: 'timers of node:timers are not a Clock',
    in: /^(server|backends)\//,
    except: exceptTestsAnd('^server/apimachinery/clock/', embedded),
    pattern: /'(?:node:)?timers(?:\/promises)?'/g,
    search: 'withoutComments',
  },
  {
    name: 'randomness comes from a Random',
    in: /^(server|backends)\//,
    except: exceptTestsAnd('^server/apimachinery/clock/'),
    pattern: /\bMath\.random\b/g,
  },
  {
    name: 'unpredictable bytes come from a Random; only cmd makes secrets',
    in: /^server\//,
    except: exceptTestsAnd('^server/apimachinery/clock/', '^server/cmd/'),
    pattern: /\b(?:randomUUID|randomBytes|randomInt|randomFill(?:Sync)?|getRandomValues)\b/g,
  },
  {
    name: 'apimachinery and apis do no input or output',
    in: /^server\/(apimachinery|apis)\//,
    except: exceptTestsAnd(),
    pattern: /'node:(?:fs|net|tls|http|http2|https|child_process|dgram|dns|os|worker_threads|cluster)(?:\/promises)?'/g,
    search: 'withoutComments',
  },
  {
    name: 'only commands print',
    in: /^(server|backends|openapi)\//,
    except: exceptTestsAnd('^server/cmd/', '^openapi/extractor/'),
    pattern: /\bconsole\.|\bprocess\.std(?:out|err)\b/g,
  },
  {
    name: 'only the composition root ends the process or reads its environment',
    in: /^server\//,
    except: exceptTestsAnd('^server/cmd/'),
    pattern: /\bprocess\.(?:exit|env|argv)\b/g,
  },
  { name: 'no default exports', in: /^/, pattern: /\bexport\s+default\b|\bas\s+default\b/g },
  {
    name: 'no any',
    in: /^/,
    // Also a fine name for a value, so only where nothing but a type can stand; the linter knows the rest.
    pattern: /\bas\s+any\b|<\s*any\b|,\s*any\s*>|\bany\[\]|[:|&]\s*any\s*[)=;|&>]/g,
  },
  { name: 'no enum and no namespace', in: /^/, pattern: /\b(?:enum|namespace)\s+[A-Z]\w*\s*\{/g },
  {
    name: 'no silenced compiler or linter without its reason',
    in: /^/,
    pattern: /@ts-(?:ignore|nocheck)|@ts-expect-error\s*$|(?:oxlint|eslint|biome)-(?:disable|ignore)[\w-]*(?!.* -- )/gm,
    search: 'text',
    except: /^tidy\//,
  },
  {
    name: 'no marks of unfinished work',
    in: /^/,
    pattern: /(?:\/\/|\/\*|^\s*\*).*\b(?:TODO|FIXME|XXX|HACK)\b/gm,
    search: 'text',
    except: /^tidy\//,
  },
  {
    name: 'no test runs alone and none is planned',
    in: /\.test\.ts$|\/contract\//,
    pattern: /\btest(?:\.\w+)*\.(?:only|todo)\b/g,
  },
];

export function findBanned(ban: Ban, source: SourceFile): Finding[] {
  if (!ban.in.test(source.path) || ban.except?.test(source.path) === true) return [];
  const searched = source[ban.search ?? 'code'];
  return [...searched.matchAll(ban.pattern)].map((match) => {
    const line = lineAt(searched, match.index + match[0].search(/\S/));
    return { file: source.path, line, what: source.text.split('\n')[line - 1]?.trim() ?? '' };
  });
}

/** Homes and work folders of people and machines; `text` is any file's. */
export function machinePaths(file: string, text: string): Finding[] {
  return [...text.matchAll(/(?<![\w.}*-])\/(?:root|work|home\/\w+|Users\/\w+|tmp\/\w+)\/\w/g)].map((match) => {
    const line = lineAt(text, match.index);
    return { file, line, what: text.split('\n')[line - 1]?.trim() ?? '' };
  });
}
