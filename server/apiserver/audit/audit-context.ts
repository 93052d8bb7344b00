/** What the audit trail gathers of one request between its stages; handlers and filters add to it on their way. */
import { goEscaped, goJson } from '../../apimachinery/errors/field-error.ts';
import type { JsonObject } from '../../apimachinery/json.ts';
import { asObject } from '../../apimachinery/json-access.ts';
import type { ObjectMeta } from '../../apimachinery/meta/object.ts';
import type { RequestInfo } from '../../apimachinery/request/request-info.ts';
import type { UserInfo } from '../../apimachinery/request/user-info.ts';
import { decodeYaml } from '../../apimachinery/yaml/decode-yaml.ts';
import { YamlError } from '../../apimachinery/yaml/yaml-error.ts';
import { parseStored } from '../cacher/parse-object.ts';
import { AuditEvent, type AuditStage, type Impersonated, type ObjectReference } from './audit-event.ts';
import type { AuditedRequest } from './audited-request.ts';
import { type AuditTrail, keep } from './audit-trail.ts';
import type { AuditChoice } from './policy.ts';

const none: ReadonlyMap<string, string> = new Map();

export interface AuditContextParts {
  readonly trail: AuditTrail;
  readonly choice: AuditChoice;
  readonly request: AuditedRequest;
  readonly info: RequestInfo;
  /** Of the request as a whole: also what was said before it was known whether it is kept. */
  readonly annotations: () => ReadonlyMap<string, string> | undefined;
}

export class AuditContext {
  readonly #parts: AuditContextParts;
  #reference: ObjectReference | undefined;
  #impersonated: Impersonated | undefined;
  #status: JsonObject | undefined;
  #requestObject: string | undefined;
  #responseObject: string | undefined;
  #hasStarted = false;
  #isRefused = false;

  constructor(parts: AuditContextParts) {
    this.#parts = parts;
    const { info } = parts;
    if (info.isResourceRequest) this.#reference = referenceOf(info);
  }

  get wantsRequest(): boolean {
    const { level } = this.#parts.choice;
    return level === 'Request' || level === 'RequestResponse';
  }

  get wantsResponse(): boolean {
    return this.#parts.choice.level === 'RequestResponse';
  }

  impersonate(user: UserInfo, constraint: string): void {
    this.#impersonated = { user, constraint };
  }

  /** What the request's object says of itself, where the path does not. `json` is made only where it is kept. */
  addRequestObject(metadata: ObjectMeta | undefined, json: () => JsonObject): void {
    const reference = this.#reference;
    if (metadata !== undefined && reference !== undefined) {
      this.#reference = {
        ...reference,
        namespace: reference.namespace || (metadata.namespace ?? ''),
        name: reference.name || (metadata.name ?? ''),
        uid: metadata.uid ?? '',
        resourceVersion: metadata.resourceVersion ?? '',
      };
    }
    if (this.wantsRequest) this.#requestObject = this.#shown(kindFirst(json()));
  }

  /** A patch is shown as it was sent. */
  addRequestPatch(body: Buffer): void {
    if (this.wantsRequest) this.#requestObject = patchText(body);
  }

  addResponseObject(json: JsonObject | string): void {
    if (this.wantsResponse) this.#responseObject = this.#shown(json);
  }

  /** The answer is a Status. */
  addStatus({ status, message, reason, details, code }: JsonObject): void {
    const fields = { status, message, reason, details, code };
    this.#status = {
      metadata: {},
      ...Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)),
    };
  }

  /** Nobody knows whose request it is: its refusal is all that is kept. */
  refuse(): void {
    this.#isRefused = true;
  }

  receive(): boolean | Promise<boolean> {
    return this.#process('RequestReceived');
  }

  /** The answer's head leaves. */
  start(code: number, { longRunning }: { readonly longRunning: boolean }): void {
    if (this.#hasStarted) return;
    this.#hasStarted = true;
    this.#status = { metadata: {}, ...this.#status, code };
    if (longRunning || this.#isRefused) void this.#process('ResponseStarted');
  }

  complete(code: number): void {
    this.#status ??= { metadata: {}, status: 'Success', message: 'Connection closed early', code: 200 };
    if (this.#isRefused) return;
    if (!this.#hasStarted && code !== 200) this.#status = { ...this.#status, code };
    void this.#process('ResponseComplete');
  }

  panic(error: unknown): void {
    const message = `APIServer panic'd: ${error instanceof Error ? error.message : String(error)}`;
    this.#status = { metadata: {}, status: 'Failure', message, reason: 'InternalError', code: 500 };
    void this.#process('Panic');
  }

  #process(stage: AuditStage): boolean | Promise<boolean> {
    const { trail, choice, request, annotations } = this.#parts;
    if (choice.omitStages.has(stage)) return true;
    // What others add later is not to be seen in what waits to be kept.
    const isLast = stage === 'ResponseComplete' || stage === 'Panic';
    const event = new AuditEvent(request, {
      stage,
      time: stage === 'RequestReceived' ? request.parts.received : trail.clock.now(),
      impersonated: this.#impersonated,
      objectRef: this.#reference,
      responseStatus: this.#status,
      requestObject: this.#requestObject,
      responseObject: this.#responseObject,
      annotations: isLast ? (annotations() ?? none) : new Map(annotations()),
    });
    return keep(trail, event);
  }

  #shown(json: JsonObject | string): string {
    if (!this.#parts.choice.omitManagedFields) return typeof json === 'string' ? goEscaped(json) : goJson(json);
    const value = typeof json === 'string' ? (JSON.parse(json) as JsonObject) : json;
    return goJson(withoutManagedFields(value));
  }
}

/** Undefined: it cannot be read. */
function patchText(body: Buffer): string | undefined {
  const text = body.toString();
  try {
    return goJson(parseStored(text));
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
  }
  try {
    return goJson(decodeYaml(text).value);
  } catch (error) {
    if (error instanceof YamlError) return undefined;
    throw error;
  }
}

function referenceOf({ resource, namespace, name, group, version, subresource }: RequestInfo): ObjectReference {
  return { resource, namespace, name, uid: '', apiGroup: group, apiVersion: version, resourceVersion: '', subresource };
}

function kindFirst({ kind, apiVersion, ...rest }: JsonObject): JsonObject {
  return { kind, apiVersion, ...rest };
}

/** Of an object, of a list's items and of a table's rows. */
function withoutManagedFields(value: JsonObject): JsonObject {
  const { metadata, items, rows } = value;
  const shown: JsonObject = { ...value };
  if (Object.hasOwn(asObject(metadata), 'managedFields')) {
    const { managedFields: _dropped, ...rest } = asObject(metadata);
    shown.metadata = rest;
  }
  if (Array.isArray(items)) shown.items = items.map((item) => withoutManagedFields(asObject(item)));
  if (Array.isArray(rows)) {
    shown.rows = rows.map((row) => ({
      ...asObject(row),
      object: withoutManagedFields(asObject(asObject(row).object)),
    }));
  }
  return shown;
}
