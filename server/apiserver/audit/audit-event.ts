/** One event of the audit trail (audit.k8s.io/v1): made into text once, whatever the number of those who keep it. */
import { goJson, goQuote } from '../../apimachinery/errors/field-error.ts';
import type { JsonObject } from '../../apimachinery/json.ts';
import type { UserInfo } from '../../apimachinery/request/user-info.ts';

export type AuditLevel = 'None' | 'Metadata' | 'Request' | 'RequestResponse';
export type AuditStage = 'RequestReceived' | 'ResponseStarted' | 'ResponseComplete' | 'Panic';

/** What a request says of itself; the same at all of its stages. */
export interface AuditedRequest {
  readonly level: AuditLevel;
  readonly auditId: string;
  readonly uri: string;
  readonly verb: string;
  /** Undefined: it could not be authenticated. */
  readonly user: UserInfo | undefined;
  readonly sourceIps: readonly string[];
  readonly userAgent: string;
  /** Milliseconds since the epoch. */
  readonly received: number;
}

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
  readonly annotations: ReadonlyArray<readonly [key: string, value: string]>;
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
    const { user, sourceIps, ...request } = this.#request;
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
    const annotations = [
      ...this.#stage.annotations.filter(([key]) => key !== truncatedKey),
      [truncatedKey, 'true'],
    ] as const;
    return new AuditEvent(this.#request, {
      ...this.#stage,
      requestObject: undefined,
      responseObject: undefined,
      annotations: annotations,
    });
  }
}

function quoted(values: readonly string[]): string {
  return values.map(goQuote).join(',');
}

function jsonOf(request: AuditedRequest, stage: AuditedStage): string {
  const { impersonated, objectRef, responseStatus, requestObject, responseObject, annotations } = stage;
  const { before, after } = fixedPartsOf(request);
  let text = `${before}${stage.stage}"${after.user}`;
  if (impersonated !== undefined) {
    text += `,"impersonatedUser":${userJson(impersonated.user)}`;
    if (impersonated.constraint !== '') {
      text += `,"authenticationMetadata":{"impersonationConstraint":${goJson(impersonated.constraint)}}`;
    }
  }
  text += after.client;
  if (objectRef !== undefined) text += `,"objectRef":${referenceJson(objectRef)}`;
  if (responseStatus !== undefined) text += `,"responseStatus":${goJson(responseStatus)}`;
  if (requestObject !== undefined) text += `,"requestObject":${requestObject}`;
  if (responseObject !== undefined) text += `,"responseObject":${responseObject}`;
  text += `,"requestReceivedTimestamp":"${microTime(request.received)}","stageTimestamp":"${microTime(stage.time)}"`;
  if (annotations.length > 0) {
    const sorted = annotations.toSorted(([a], [b]) => (a < b ? -1 : 1));
    text += `,"annotations":{${sorted.map(([key, value]) => `${goJson(key)}:${goJson(value)}`).join(',')}}`;
  }
  return `${text}}`;
}

interface FixedParts {
  readonly before: string;
  readonly after: { readonly user: string; readonly client: string };
}

/** Written once for all stages of a request. */
const fixedParts = new WeakMap<AuditedRequest, FixedParts>();

function fixedPartsOf(request: AuditedRequest): FixedParts {
  const known = fixedParts.get(request);
  if (known !== undefined) return known;
  const { level, auditId, uri, verb, user, sourceIps, userAgent } = request;
  const ips = sourceIps.length === 0 ? '' : `,"sourceIPs":${goJson([...sourceIps])}`;
  const made = {
    before: `{"kind":"Event","apiVersion":"audit.k8s.io/v1","level":"${level}","auditID":${goJson(auditId)},"stage":"`,
    after: {
      user: `,"requestURI":${goJson(uri)},"verb":${goJson(verb)},"user":${user === undefined ? '{}' : userJson(user)}`,
      client: `${ips}${userAgent === '' ? '' : `,"userAgent":${goJson(userAgent)}`}`,
    },
  };
  fixedParts.set(request, made);
  return made;
}

/** Users mostly come again. */
const users = new WeakMap<UserInfo, string>();

function userJson(user: UserInfo): string {
  let text = users.get(user);
  if (text !== undefined) return text;
  const extra = Object.entries(user.extra).toSorted(([a], [b]) => (a < b ? -1 : 1));
  text = goJson({
    ...(user.name === '' ? {} : { username: user.name }),
    ...(user.uid === '' ? {} : { uid: user.uid }),
    ...(user.groups.length === 0 ? {} : { groups: [...user.groups] }),
    ...(extra.length === 0 ? {} : { extra: Object.fromEntries(extra.map(([key, values]) => [key, [...values]])) }),
  });
  users.set(user, text);
  return text;
}

function referenceJson(reference: ObjectReference): string {
  let text = '';
  for (const field of referenceFields) {
    if (reference[field] !== '') text += `${text === '' ? '{' : ','}"${field}":${goJson(reference[field])}`;
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

/** As metav1.MicroTime is written. */
function microTime(milliseconds: number): string {
  return `${new Date(milliseconds).toISOString().slice(0, -1)}000Z`;
}
