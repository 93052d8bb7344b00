/** Runs the steps of a case against one server and removes what they have created. */
import type { IncomingHttpHeaders } from 'node:http';
import type { Body, Case, Json, JsonObject, Seen, Step } from './case.ts';
import { cleanUp } from './clean-up.ts';
import type { Client, Request } from './client.ts';
import { Normaliser } from './normaliser.ts';
import { comparedHeaders, readBody, readJson, type Transcript } from './transcript.ts';

export interface Side {
  readonly client: Client;
  readonly namespace: string;
}

/** Milliseconds that a watch waits for the events it expects after its steps are done. */
const EVENT_PATIENCE = 4_000;

export async function runCase(side: Side, { steps }: Case): Promise<Transcript[]> {
  const run = new CaseRun(side);
  try {
    for (const step of steps) await run.step(step);
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
  readonly #bodies = new Map<string, Json>();
  readonly #headers = new Map<string, IncomingHttpHeaders>();

  constructor({ client, namespace }: Side) {
    this.#client = client;
    this.namespace = namespace;
    this.#normaliser = new Normaliser(namespace);
  }

  body(step: string): JsonObject {
    const body = this.#bodies.get(step);
    return typeof body === 'object' && body !== null && !Array.isArray(body) ? body : {};
  }

  header(step: string, name: string): string {
    return String(this.#headers.get(step)?.[name] ?? '');
  }

  async step(step: Step): Promise<void> {
    const asked = this.#request(step);
    if (step.watch !== undefined) return this.#watch(step, asked);
    const { status, headers, body } = await this.#client.send(asked);
    const read = readBody(body, headers['content-type'] ?? '');
    this.#bodies.set(step.name, read);
    this.#headers.set(step.name, headers);
    this.#rememberCreated(asked, status, read);
    this.transcripts.push({
      step: step.name,
      request: this.#normaliser.text(`${asked.method} ${asked.path}`),
      status,
      headers: comparedHeaders(headers, this.#normaliser),
      body: typeof read === 'string' ? this.#normaliser.text(read) : this.#normaliser.json(read),
    });
  }

  async #watch(step: Step, asked: Request): Promise<void> {
    const { during = [], events } = step.watch ?? {};
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
    else await Promise.race([enough.promise, reading, patience()]);
    stream.close();
    const read = lines.map(readJson);
    this.#bodies.set(step.name, { lines: read });
    this.transcripts.push({
      step: step.name,
      request: this.#normaliser.text(`${asked.method} ${asked.path}`),
      status: stream.status,
      headers: comparedHeaders(stream.headers, this.#normaliser),
      body: this.#normaliser.json(read),
    });
  }

  #request(step: Step): Request {
    const path = typeof step.path === 'function' ? step.path(this) : step.path;
    const body = typeof step.body === 'function' ? step.body(this) : step.body;
    const asked = typeof step.headers === 'function' ? step.headers(this) : step.headers;
    const headers: Record<string, string> = {};
    if (body !== undefined) headers['Content-Type'] = step.contentType ?? 'application/json';
    if (step.accept !== undefined) headers.Accept = step.accept;
    return {
      method: step.method,
      path: this.#fill(path),
      headers: { ...headers, ...asked },
      body: body === undefined ? undefined : this.#encode(body),
    };
  }

  #encode(body: Body): string | Uint8Array {
    if (body instanceof Uint8Array) return body;
    return this.#fill(typeof body === 'string' ? body : JSON.stringify(body));
  }

  #fill(text: string): string {
    return text.replaceAll('{ns}', this.namespace);
  }

  #rememberCreated({ method, path }: Request, status: number, body: Json): void {
    if (status !== 201 || path.includes('dryRun=')) return;
    const [plain = ''] = path.split('?');
    const name = (body as { metadata?: { name?: string } } | null)?.metadata?.name;
    if (method === 'POST' && name !== undefined) this.created.push(`${plain}/${name}`);
    else if (method !== 'POST') this.created.push(plain);
  }
}

function patience(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, EVENT_PATIENCE));
}
