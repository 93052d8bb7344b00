/** Runs the steps of a case against one server and removes what they have created. */
import type { IncomingHttpHeaders } from 'node:http';
import type { Body, Case, Json, JsonObject, Seen, Step, Watch } from './case.ts';
import type { BehavingServer } from '../webhooks/behaving-server.ts';
import { cleanUp } from './clean-up.ts';
import type { Client, Request } from './client.ts';
import { Normaliser } from './normaliser.ts';
import { comparedHeaders, readBody, readJson, type Transcript } from './transcript.ts';

export interface Side {
  readonly client: Client;
  readonly namespace: string;
  /** Of the webhook server that both sides call: "{webhook}" and "{webhook-ca}" in cases. */
  readonly webhooks: Pick<BehavingServer, 'url' | 'caBundle'>;
}

/** Milliseconds that a watch waits for the events it expects after its steps are done. */
const EVENT_PATIENCE = 4_000;
/** How often a step with `until` is asked, and the milliseconds between. */
const ATTEMPTS = 150;
const BETWEEN_ATTEMPTS = 100;

/** Independent steps under way at once. */
const IN_FLIGHT = 8;

export async function runCase(side: Side, { steps, independent = [] }: Case): Promise<Transcript[]> {
  const run = new CaseRun(side);
  try {
    for (const step of steps) await run.step(step);
    await run.independent(independent);
  } finally {
    await cleanUp(side.client, run.created);
  }
  return run.transcripts;
}

class CaseRun implements Seen {
  readonly transcripts: Transcript[] = [];
  /** Paths of the objects that were created. */
  readonly created: string[] = [];
  readonly namespace: string;
  readonly #client: Client;
  readonly #normaliser: Normaliser;
  readonly #side: Side;
  readonly #bodies: Map<string, Json>;
  readonly #bytes = new Map<string, Uint8Array>();
  readonly #headers: Map<string, IncomingHttpHeaders>;

  constructor(side: Side, base?: CaseRun) {
    this.#side = side;
    this.#client = side.client;
    this.namespace = side.namespace;
    this.#normaliser =
      base === undefined
        ? new Normaliser({ namespace: side.namespace, url: side.client.url })
        : base.#normaliser.fork();
    this.#bodies = new Map(base === undefined ? [] : base.#bodies);
    this.#headers = new Map(base === undefined ? [] : base.#headers);
  }

  body(step: string): JsonObject {
    const body = this.#bodies.get(step);
    return typeof body === 'object' && body !== null && !Array.isArray(body) ? body : {};
  }

  bytes(step: string): Uint8Array {
    return this.#bytes.get(step) ?? new Uint8Array();
  }

  header(step: string, name: string): string {
    return String(this.#headers.get(step)?.[name] ?? '');
  }

  async step(step: Step): Promise<void> {
    let asked: Request = { method: step.method, path: String(step.path) };
    try {
      asked = this.#request(step);
      await (step.watch === undefined ? this.#send(step, asked) : this.#watch(step, asked, step.watch));
    } catch (error) {
      // A server that does not answer, or answers what later steps cannot build on, is a difference like any other.
      this.#record(step, asked, { status: 0, headers: {}, body: `no answer: ${String(error)}` });
    }
  }

  async independent(steps: readonly Step[]): Promise<void> {
    const runs = steps.map((step) => ({ step, run: new CaseRun(this.#side, this) }));
    const waiting = runs.values();
    const lane = async () => {
      for (const { step, run } of waiting) await run.step(step);
    };
    await Promise.all(Array.from({ length: IN_FLIGHT }, lane));
    for (const { run } of runs) {
      this.transcripts.push(...run.transcripts);
      this.created.push(...run.created);
    }
  }

  async #send(step: Step, asked: Request): Promise<void> {
    const { status, headers, body, read } = await this.#ask(step, asked);
    this.#bodies.set(step.name, read);
    this.#bytes.set(step.name, body);
    this.#headers.set(step.name, headers);
    this.#rememberCreated(asked, status, read);
    this.#record(step, asked, { status, headers, body: read });
  }

  async #ask({ until }: Step, asked: Request) {
    for (let attempt = 1; ; attempt++) {
      const { status, headers, body } = await this.#client.send(asked);
      const read = readBody(body, headers['content-type'] ?? '');
      if (until === undefined || attempt >= ATTEMPTS || until(read, status)) return { status, headers, body, read };
      await pause(BETWEEN_ATTEMPTS);
    }
  }

  async #watch(step: Step, asked: Request, { during = [], events }: Watch): Promise<void> {
    const stream = await this.#client.open(asked);
    const lines: string[] = [];
    const enough = Promise.withResolvers<void>();
    const reading = (async () => {
      for await (const line of stream.lines) {
        lines.push(line);
        if (lines.length === events) enough.resolve();
      }
    })();
    for (const inner of during) await this.step(inner);
    if (events === undefined) await reading;
    else await Promise.race([enough.promise, reading, pause(EVENT_PATIENCE)]);
    stream.close();
    const { status, headers } = stream;
    if (status === 200) {
      // What comes beyond the expected events is a matter of timing.
      this.#record(step, asked, { status, headers, body: lines.slice(0, events).map(readJson) });
    } else {
      this.#record(step, asked, {
        status,
        headers,
        body: readBody(Buffer.from(lines.join('\n')), headers['content-type'] ?? ''),
      });
    }
  }

  #record(step: Step, asked: Request, answer: { status: number; headers: IncomingHttpHeaders; body: Json }): void {
    this.transcripts.push({
      step: step.name,
      request: this.#normaliser.text(`${asked.method} ${asked.path}`),
      status: answer.status,
      headers: comparedHeaders(answer.headers, this.#normaliser),
      body: this.#normaliser.json(step.compared?.(answer.body) ?? answer.body),
    });
  }

  #request(step: Step): Request {
    const path = typeof step.path === 'function' ? step.path(this) : step.path;
    const body = typeof step.body === 'function' ? step.body(this) : step.body;
    const asked = typeof step.headers === 'function' ? step.headers(this) : step.headers;
    const headers: Record<string, string | readonly string[]> = {};
    const encoded = body === undefined ? undefined : this.#encode(body);
    this.#expectGeneratedName(encoded);
    if (body !== undefined) headers['Content-Type'] = step.contentType ?? 'application/json';
    if (step.accept !== undefined) headers.Accept = step.accept;
    return {
      method: step.method,
      path: this.#fill(path),
      headers: { ...headers, ...asked },
      body: encoded,
    };
  }

  #encode(body: Body): string | Uint8Array {
    if (body instanceof Uint8Array) return body;
    return this.#fill(typeof body === 'string' ? body : JSON.stringify(body));
  }

  #fill(text: string): string {
    const { url, caBundle } = this.#side.webhooks;
    return text.replaceAll('{ns}', this.namespace).replaceAll('{webhook}', url).replaceAll('{webhook-ca}', caBundle);
  }

  #expectGeneratedName(body: string | Uint8Array | undefined): void {
    if (typeof body !== 'string') return;
    for (const [, prefix = ''] of body.matchAll(/"generateName":"([^"\\]+)"/g)) {
      this.#normaliser.expectGeneratedNames(prefix);
    }
  }

  #rememberCreated({ method, path }: Request, status: number, body: Json): void {
    if (status !== 201 || path.includes('dryRun=')) return;
    const [plain = ''] = path.split('?');
    const name = (body as { metadata?: { name?: string } } | null)?.metadata?.name;
    if (method === 'POST' && name !== undefined) this.created.push(`${plain}/${name}`);
    else if (method !== 'POST') this.created.push(plain);
  }
}

function pause(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}
