/** What the audit trail says of a request at all of its stages, written once for them. */
import { goJson, goJsonText } from '../../apimachinery/errors/field-error.ts';
import type { UserInfo } from '../../apimachinery/request/user-info.ts';

export type AuditLevel = 'None' | 'Metadata' | 'Request' | 'RequestResponse';

export interface AuditedRequestParts {
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

export class AuditedRequest {
  readonly parts: AuditedRequestParts;
  #head: string | undefined;
  #sender: string | undefined;
  #client: string | undefined;

  constructor(parts: AuditedRequestParts) {
    this.parts = parts;
  }

  /** Up to the stage. */
  get head(): string {
    const { level, auditId } = this.parts;
    return (this.#head ??= `{"kind":"Event","apiVersion":"audit.k8s.io/v1","level":"${level}","auditID":${goJsonText(auditId)},"stage":"`);
  }

  /** From the stage to the user. */
  get sender(): string {
    const { uri, verb, user } = this.parts;
    return (this.#sender ??= `","requestURI":${goJsonText(uri)},"verb":${goJsonText(verb)},"user":${user === undefined ? '{}' : userJson(user)}`);
  }

  /** Where it came from. */
  get client(): string {
    return (this.#client ??= clientJson(this.parts));
  }
}

function clientJson({ sourceIps, userAgent }: AuditedRequestParts): string {
  const agent = userAgent === '' ? '' : `,"userAgent":${goJsonText(userAgent)}`;
  if (sourceIps.length === 0) return agent;
  let ips = '';
  for (const ip of sourceIps) ips += `${ips === '' ? '' : ','}"${ip}"`;
  return `,"sourceIPs":[${ips}]${agent}`;
}

/** Users mostly come again. */
const users = new WeakMap<UserInfo, string>();

export function userJson(user: UserInfo): string {
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
