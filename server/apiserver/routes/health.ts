/** /livez, /readyz, /healthz: named checks, ?verbose, ?exclude=, and each check on its own path. */
import { send } from '../negotiation/write-response.ts';
import type { ApiContext } from '../request-context.ts';

export interface HealthCheck {
  readonly name: string;
  /** Undefined: well; else what is wrong, for a person. */
  readonly check: () => string | undefined;
}

export interface HealthChecks {
  readonly livez: readonly HealthCheck[];
  readonly readyz: readonly HealthCheck[];
}

export type HealthEndpoint = 'livez' | 'readyz' | 'healthz';

/** Undefined: no health path. */
export function serveHealth(ctx: ApiContext, checks: HealthChecks): boolean {
  const match = /^\/(livez|readyz|healthz)(?:\/(.+))?$/.exec(ctx.state.info.path);
  if (match === null) return false;
  const endpoint = match[1] as HealthEndpoint;
  const all = endpoint === 'livez' ? checks.livez : checks.readyz;
  const single = match[2];
  if (single !== undefined) return serveSingle(ctx, all, single);
  const excluded = new Set(ctx.state.query?.getAll('exclude') ?? []);
  const lines: string[] = [];
  let failed = false;
  for (const { name, check } of all) {
    if (excluded.delete(name)) {
      lines.push(`[+]${name} excluded: ok`);
      continue;
    }
    const problem = check();
    if (problem === undefined) lines.push(`[+]${name} ok`);
    else {
      failed = true;
      lines.push(`[-]${name} failed: ${problem}`);
    }
  }
  for (const name of excluded)
    lines.push(`warn: some health checks cannot be excluded: no matches for ${JSON.stringify(name)}`);
  if (failed) text(ctx, 500, `${lines.join('\n')}\n${endpoint} check failed\n`);
  else
    text(ctx, 200, ctx.state.query?.has('verbose') === true ? `${lines.join('\n')}\n${endpoint} check passed\n` : 'ok');
  return true;
}

function serveSingle(ctx: ApiContext, all: readonly HealthCheck[], name: string): boolean {
  const found = all.find((check) => check.name === name);
  if (found === undefined) return false;
  const problem = found.check();
  // Upstream writes a lone check's ok by itself, without the headers of an error.
  if (problem === undefined) text(ctx, 200, 'ok', {});
  else text(ctx, 500, `internal server error: ${problem}\n`);
  return true;
}

const noSniffing = { 'x-content-type-options': 'nosniff' };

function text(
  ctx: ApiContext,
  status: number,
  body: string,
  more: Readonly<Record<string, string>> = noSniffing,
): void {
  const bytes = Buffer.from(body);
  const headers = {
    'content-type': 'text/plain; charset=utf-8',
    ...more,
    'cache-control': 'no-cache, private',
    'content-length': String(bytes.length),
  };
  send(ctx, status, headers, ctx.method === 'HEAD' ? undefined : bytes);
}
