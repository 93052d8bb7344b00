/** One event of the audit trail (audit.k8s.io/v1): made into text once, whatever the number of those who keep it. */
import { goJson, goJsonText, goQuote } from '../../apimachinery/errors/field-error.ts';
import type { JsonObject } from '../../apimachinery/json.ts';
import type { UserInfo } from '../../apimachinery/request/user-info.ts';
import { type AuditedRequest, userJson } from './audited-request.ts';

export type AuditStage = 'RequestReceived' | 'ResponseStarted' | 'ResponseComplete' | 'Panic';

export interface ObjectReference {
  readonly resource: string;
  readonly namespace: string;
  readonly name: string;
  readonly uid: string;
  readonly apiGroup: string;
  readonly apiVersion: string;
  readonly resourceVersion: string;
  readonly subresource: string;
}

/** What is known at one stage. */
export interface AuditedStage {
  readonly stage: AuditStage;
  /** Milliseconds since the epoch. */
  readonly time: number;
  readonly impersonated: Impersonated | undefined;
  readonly objectRef: ObjectReference | undefined;
  /** Fields of a Status. */
  readonly responseStatus: JsonObject | undefined;
  /** JSON texts. */
  readonly requestObject: string | undefined;
  readonly responseObject: string | undefined;
  readonly annotations: ReadonlyMap<string, string>;
}

export interface Impersonated {
  readonly user: UserInfo;
  /** The verb of the constrained mode that allowed it; "": none. */
  readonly constraint: string;
}

const truncatedKey = 'audit.k8s.io/truncated';

export class AuditEvent {
  readonly #request: AuditedRequest;
  readonly #stage: AuditedStage;
  #json: string | undefined;

  constructor(request: AuditedRequest, stage: AuditedStage) {
    this.#request = request;
    this.#stage = stage;
  }

  get hasObjects(): boolean {
    return this.#stage.requestObject !== undefined || this.#stage.responseObject !== undefined;
  }

  /** On one line, without its end; fields in the order of the Go type. */
  get json(): string {
    this.#json ??= jsonOf(this.#request, this.#stage);
    return this.#json;
  }

  /** --audit-log-format legacy */
  get line(): string {
    const { user, sourceIps, ...request } = this.#request.parts;
    const { stage, impersonated, objectRef, responseStatus } = this.#stage;
    const fields: ReadonlyArray<readonly [string, string]> = [
      ['id', request.auditId],
      ['stage', stage],
      ['ip', sourceIps[0] ?? '<unknown>'],
      ['method', request.verb],
      ['user', user === undefined ? '<none>' : user.name],
      ['groups', user === undefined || user.groups.length === 0 ? '<none>' : quoted(user.groups)],
      ['as', impersonated === undefined ? '<self>' : impersonated.user.name],
      ['asgroups', impersonated === undefined ? '<lookup>' : quoted(impersonated.user.groups)],
      ['user-agent', request.userAgent],
      ['namespace', objectRef === undefined || objectRef.namespace === '' ? '<none>' : objectRef.namespace],
      ['uri', request.uri],
      ['response', responseStatus === undefined ? '<deferred>' : String(Number(responseStatus.code ?? 0))],
    ];
    const time = new Date(request.received).toISOString().replace(/\.?0*Z$/, 'Z');
    return `${time} AUDIT: ${fields.map(([name, value]) => `${name}=${goQuote(value)}`).join(' ')}`;
  }

  /** Too large for its sink as it is. */
  withoutObjects(): AuditEvent {
    return new AuditEvent(this.#request, {
      ...this.#stage,
      requestObject: undefined,
      responseObject: undefined,
      annotations: new Map([...this.#stage.annotations, [truncatedKey, 'true']]),
    });
  }
}

function quoted(values: readonly string[]): string {
  return values.map(goQuote).join(',');
}

function jsonOf(request: AuditedRequest, stage: AuditedStage): string {
  const { impersonated, objectRef, responseStatus, requestObject, responseObject, annotations } = stage;
  const { received } = request.parts;
  let text = request.head + stage.stage + request.sender;
  if (impersonated !== undefined) {
    text += `,"impersonatedUser":${userJson(impersonated.user)}`;
    if (impersonated.constraint !== '') {
      text += `,"authenticationMetadata":{"impersonationConstraint":${goJsonText(impersonated.constraint)}}`;
    }
  }
  text += request.client;
  if (objectRef !== undefined) text += `,"objectRef":${referenceJson(objectRef)}`;
  if (responseStatus !== undefined) text += `,"responseStatus":${statusJson(responseStatus)}`;
  if (requestObject !== undefined) text += `,"requestObject":${requestObject}`;
  if (responseObject !== undefined) text += `,"responseObject":${responseObject}`;
  text += `,"requestReceivedTimestamp":"${microTime(received)}","stageTimestamp":"${microTime(stage.time)}"`;
  if (annotations.size > 0) text += `,"annotations":{${annotationsJson(annotations)}}`;
  return `${text}}`;
}

/** Most answers say their code and nothing else. */
function statusJson(status: JsonObject): string {
  const { metadata, code, ...more } = status;
  const isPlain = typeof code === 'number' && metadata !== undefined && Object.keys(more).length === 0;
  return isPlain ? `{"metadata":{},"code":${code}}` : goJson(status);
}

function annotationsJson(annotations: ReadonlyMap<string, string>): string {
  let text = '';
  for (const [key, value] of inOrder(annotations)) text += `${text === '' ? '' : ','}${quote(key)}:${quote(value)}`;
  return text;
}

/** Decision and reason, which most events have alone, come in their order. */
function inOrder(annotations: ReadonlyMap<string, string>): Iterable<readonly [key: string, value: string]> {
  let last = '';
  for (const key of annotations.keys()) {
    if (key < last) return [...annotations].sort(([a], [b]) => (a < b ? -1 : 1));
    last = key;
  }
  return annotations;
}

/** Keys and reasons mostly come again. */
const quotes = new Map<string, string>();
const maxQuotes = 1024;

function quote(text: string): string {
  let quoted = quotes.get(text);
  if (quoted !== undefined) return quoted;
  if (quotes.size >= maxQuotes) quotes.clear();
  quotes.set(text, (quoted = goJsonText(text)));
  return quoted;
}

function referenceJson(reference: ObjectReference): string {
  let text = '';
  for (const field of referenceFields) {
    if (reference[field] !== '') text += `${text === '' ? '{' : ','}"${field}":${goJsonText(reference[field])}`;
  }
  return text === '' ? '{}' : `${text}}`;
}

const referenceFields = [
  'resource',
  'namespace',
  'name',
  'uid',
  'apiGroup',
  'apiVersion',
  'resourceVersion',
  'subresource',
] as const;

/** Of the last time that was written: "2026-11-28T01:02:03.". */
let second = Number.NaN;
let secondText = '';

/** As metav1.MicroTime is written. */
function microTime(milliseconds: number): string {
  const of = Math.floor(milliseconds / 1000);
  if (of !== second) {
    second = of;
    secondText = new Date(of * 1000).toISOString().slice(0, -4);
  }
  const rest = Math.floor(milliseconds - of * 1000);
  return `${secondText}${rest < 10 ? '00' : rest < 100 ? '0' : ''}${rest}000Z`;
}
