/**
 * Replaces what legitimately differs between two answers (identifiers, times, revisions, addresses) by placeholders. What
 * stands for the same value keeps the same number within a case, so that identities and unchanged revisions are compared.
 */
import { goQuote } from '../../server/apimachinery/errors/field-error.ts';
import type { Json, JsonObject } from './case.ts';

const UUID = /[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/g;
const TIME = /\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z/g;
const TOKEN = /eyJ[\w-]+\.[\w-]+\.[\w-]*/g;
/** Upstream prints its internal Go structs where it refuses a change. */
const GO_DIFF = /\n(?:@@ |  +[&\w.*[\]]*\{?\n)[\s\S]*$/;
const AGE = /^(?:\d+[smhdy])+$|^<invalid>$/;
const PRIVATE_ADDRESS = /^10\.\d+\.\d+\.\d+$|^fd00:10::[\da-f:]*$/;
const NODE_PORT = /:3[0-2]\d{3}\//g;
/** Names are cut so that they have 63 characters with their suffix. */
const GENERATED_PREFIX_LIMIT = 58;
const GENERATED_SUFFIX = '[bcdfghjklmnpqrstvwxz2456789]{5}';
/** Times further away from now come from the manifests. */
const DAY = 86_400_000;

const VERSION_FIELDS = ['gitVersion', 'gitCommit', 'gitTreeState', 'buildDate', 'goVersion', 'compiler', 'platform'];

export interface NormaliserOptions {
  readonly namespace: string;
  readonly url: string;
}

export class Normaliser {
  readonly #options: NormaliserOptions;
  readonly #namespace: string;
  readonly #host: string;
  readonly #now = Date.now();
  readonly #numbers: Map<string, string>;
  readonly #counts: Map<string, number>;
  /** Names that a server makes up: those that the case asks for, and the volume that pods find their token in. */
  readonly #generated: RegExp[] = [/kube-api-access-[a-z0-9]{5}/g];
  readonly #addresses: Map<RegExp, string>;

  constructor(options: NormaliserOptions, base?: Normaliser) {
    this.#options = options;
    this.#namespace = options.namespace;
    this.#host = new URL(options.url).host;
    this.#numbers = new Map(base === undefined ? [] : base.#numbers);
    this.#counts = new Map(base === undefined ? [] : base.#counts);
    this.#addresses = new Map(base === undefined ? [] : base.#addresses);
  }

  /** One that knows what this one has seen, and of which this one learns nothing. */
  fork(): Normaliser {
    return new Normaliser(this.#options, this);
  }

  /** Names made from this prefix will occur. */
  expectGeneratedNames(prefix: string): void {
    const start = prefix.slice(0, GENERATED_PREFIX_LIMIT);
    // Messages quote odd characters.
    for (const shown of new Set([start, goQuote(start).slice(1, -1)])) {
      const kept = shown.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
      this.#generated.push(new RegExp(`(?<![\\w-])${kept}${GENERATED_SUFFIX}(?!\\w)`, 'g'));
    }
  }

  json(value: Json): Json {
    return this.#value(value, '', false);
  }

  text(text: string): string {
    let out = text.replaceAll(this.#namespace, '{ns}').replaceAll(this.#host, '{server}');
    // Objects that messages quote.
    out = out
      .replace(/(clusterIP\\*":\\*")[\da-f.:]+/g, '$1{address}')
      .replace(/(clusterIPs\\*":\[)(?!\\*"None)[^\]]+/g, '$1{addresses}');
    for (const [address, placeholder] of this.#addresses) out = out.replace(address, placeholder);
    for (const name of this.#generated) out = out.replace(name, (found) => this.#numbered('generated', found));
    return out
      .replace(UUID, (uuid) => this.#numbered('uuid', uuid))
      .replace(TOKEN, '{token}')
      .replace(TIME, (time, fraction?: string) => (this.#isRecent(time) ? `{time${fraction?.length ?? ''}}` : time))
      .replace(/(resourceVersion\\*":\\*")[1-9]\d*/g, '$1{revision}')
      .replace(/(resource version: \d+ )\(\d+\)/, '$1({revision})')
      .replace(/(ResourceVersion in record )\(\d+\)/, '$1({revision})')
      .replace(/(, current: )\d+/, '$1{revision}')
      .replace(/(\bnodePort:)[1-9]\d*/g, '$1{port}')
      .replace(/(duplicate nodePort: \{[A-Z]+ )3[0-2]\d{3}\}/, '$1{port}}')
      .replace(/((?:n|healthCheckN)odePort\\*":)[1-9]\d*/g, '$1{port}')
      .replace(/\bselfType\d+/g, 'selfType')
      .replace(GO_DIFF, '\n{diff}');
  }

  #value(value: Json, key: string, inCells: boolean): Json {
    if (typeof value === 'string') return inCells ? this.#cell(value) : this.#string(value, key);
    if (typeof value === 'number') return /^(healthCheckN|n)odePort$/.test(key) && value !== 0 ? '{port}' : value;
    if (Array.isArray(value)) return value.map((item) => this.#value(item, key, inCells || key === 'cells'));
    if (value === null || typeof value !== 'object') return value;
    return this.#object(value);
  }

  #object(value: JsonObject): JsonObject {
    const isList = Array.isArray(value.items) || Array.isArray(value.rows);
    const out: JsonObject = Object.create(null) as JsonObject;
    // In the order of the keys, so that the numbers do not depend on the order in which the server wrote them.
    for (const key of Object.keys(value).sort()) {
      const item = value[key];
      if (item === undefined) continue;
      if (key === 'metadata' && (isList || isBookmark(value)) && isObject(item)) {
        out[key] = this.#object(isRevision(item.resourceVersion) ? { ...item, resourceVersion: '{revision}' } : item);
      } else if (Array.isArray(item) && (key === 'managedFields' || isRulesReview(value) || isOfConflicts(item))) {
        out[key] = item.map((unordered) => this.#value(unordered, key, false)).sort(byText);
      } else if (VERSION_FIELDS.includes(key) && typeof item === 'string' && value.gitCommit !== undefined) {
        out[key] = '{text}';
      } else {
        out[this.text(key)] = this.#value(item, key, false);
      }
    }
    return out;
  }

  #string(value: string, key: string): string {
    switch (key) {
      case 'resourceVersion':
        return isRevision(value) ? this.#numbered('revision', value) : this.text(value);
      case 'continue':
        return value === '' ? value : '{continue}';
      case 'serverAddress':
        return '{address}';
      case 'serverRelativeURL':
        return value.replace(/hash=[^&]+/, 'hash={hash}');
      case 'clusterIP':
      case 'clusterIPs':
        return value === 'None' || value === '' ? value : this.#address(value);
      default:
        return this.text(value);
    }
  }

  /** From here on also where it is in a message, or the name of an IPAddress. */
  #address(value: string): string {
    const placeholder = this.#numbered('address', value);
    const escaped = value.replace(/[.]/g, '\\.');
    this.#addresses.set(new RegExp(`(?<![\\w.:])${escaped}(?![\\w.:]*[\\w:])`, 'g'), placeholder);
    return placeholder;
  }

  #cell(value: string): string {
    if (AGE.test(value)) return '{age}';
    if (PRIVATE_ADDRESS.test(value)) return '{address}';
    return this.text(value).replace(NODE_PORT, ':{port}/');
  }

  #numbered(kind: string, value: string): string {
    const known = this.#numbers.get(`${kind} ${value}`);
    if (known !== undefined) return known;
    const count = (this.#counts.get(kind) ?? 0) + 1;
    this.#counts.set(kind, count);
    const placeholder = `{${kind}-${count}}`;
    this.#numbers.set(`${kind} ${value}`, placeholder);
    return placeholder;
  }

  #isRecent(time: string): boolean {
    return Math.abs(Date.parse(time) - this.#now) < DAY;
  }
}

/** For lists that have no order to rely on: managers stand in that of the seconds in which they came. */
function byText(a: Json, b: Json): number {
  return JSON.stringify(a) < JSON.stringify(b) ? -1 : 1;
}

/** Upstream collects the rules of a user from a map, in random order. */
function isRulesReview(value: JsonObject): boolean {
  return value.resourceRules !== undefined && value.nonResourceRules !== undefined && value.incomplete !== undefined;
}

/** Causes of a failed apply: the managers come from a map too. */
function isOfConflicts(causes: readonly Json[]): boolean {
  return causes.some((cause) => isObject(cause) && cause.reason === 'FieldManagerConflict');
}

/** "0" and an empty text are no revisions that an object can have: they stay as they are. */
function isRevision(value: Json | undefined): boolean {
  return typeof value === 'string' && /^[1-9]\d*$/.test(value);
}

/** Bookmarks carry nothing but a revision, which is the store's and not the object's. */
function isBookmark(value: JsonObject): boolean {
  return isObject(value.metadata) && value.metadata.resourceVersion !== undefined && value.metadata.name === undefined;
}

function isObject(value: Json | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
