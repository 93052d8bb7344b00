/** What the chain knows of one request, filled in by its filters on the way down. */
import type { ParameterizedContext } from 'koa';
import type { Clock } from '../apimachinery/clock/clock.ts';
import { decodePath, parseQuery, parseRequestInfo } from './request-info-parser.ts';
import type { RequestInfo } from '../apimachinery/request/request-info.ts';
import type { AuditContext } from './audit/audit-context.ts';
import { anonymousUser, type UserInfo } from '../apimachinery/request/user-info.ts';

export interface RequestState {
  info: RequestInfo;
  /** The parsed query; undefined when the URL has none. */
  query: URLSearchParams | undefined;
  user: UserInfo;
  /** Monotonic milliseconds at which the request arrived. */
  received: number;
  /** Texts for Warning headers, in order, without duplicates. */
  warnings: string[];
  /** From the request's header, or made for it. */
  auditId: string;
  /** Unset: the audit trail keeps nothing of the request. */
  audit: AuditContext | undefined;
  /** What filters and admission add to the audit trail; undefined: nothing. */
  auditAnnotations: Map<string, string> | undefined;
  /** Milliseconds that the request has waited for others, by who they are; undefined: for nobody. */
  latencies: Map<LatencyLayer, number> | undefined;
  /** Called once the head of the answer leaves. */
  onHead: (() => void) | undefined;
  /** What went wrong where nothing should have. */
  panic: unknown;
  /** Aborts when a long-running request must stop: shutdown, or its connection is gone. */
  signal: () => AbortSignal;
  /** Watches and the like: no time-out, not counted in flight. */
  longRunning: boolean;
}

/** As the audit trail names them. */
export type LatencyLayer =
  | 'apf-queue-wait'
  | 'authentication'
  | 'authorization'
  | 'mutating-webhook'
  | 'validating-webhook';

export type ApiContext = ParameterizedContext<RequestState>;

const never = new AbortController().signal;

export function newRequestState(ctx: ApiContext, received: number): RequestState {
  // A proxy's form names the server too: "https://host/path".
  const url = (ctx.req.url ?? '/').replace(/^https?:\/\/[^/?]*/, '');
  const at = url.indexOf('?');
  const path = at < 0 ? url : url.slice(0, at);
  const query = at < 0 ? undefined : parseQuery(url.slice(at + 1));
  const info = parseRequestInfo(ctx.req.method ?? 'GET', decodePath(path) ?? path, query);
  return {
    info,
    query,
    user: anonymousUser,
    received,
    warnings: [],
    auditId: String(ctx.res.getHeader('audit-id') ?? ''),
    audit: undefined,
    auditAnnotations: undefined,
    latencies: undefined,
    onHead: undefined,
    panic: undefined,
    signal: () => never,
    longRunning: false,
  };
}

export function addWarning(ctx: ApiContext, text: string): void {
  if (!ctx.state.warnings.includes(text)) ctx.state.warnings.push(text);
}

export function addAuditAnnotation(ctx: ApiContext, key: string, value: string): void {
  ctx.state.auditAnnotations ??= new Map();
  // What was said first counts.
  if (!ctx.state.auditAnnotations.has(key)) ctx.state.auditAnnotations.set(key, value);
}

/** @param milliseconds beside what the layer has taken before */
export function addLatency(ctx: ApiContext, layer: LatencyLayer, milliseconds: number): void {
  const { state } = ctx;
  state.latencies ??= new Map();
  state.latencies.set(layer, (state.latencies.get(layer) ?? 0) + milliseconds);
}

interface TimedLayer {
  readonly layer: LatencyLayer;
  readonly clock: Clock;
}

/** Passes the outcome on, and counts what it took. */
export async function timed<T>(ctx: ApiContext, outcome: Promise<T>, { layer, clock }: TimedLayer): Promise<T> {
  const since = clock.monotonic();
  try {
    return await outcome;
  } finally {
    addLatency(ctx, layer, clock.monotonic() - since);
  }
}

export function queryValue(ctx: ApiContext, name: string): string | undefined {
  return ctx.state.query?.get(name) ?? undefined;
}
