/** The APIServices as requests go by them: which group version another server has, and how that is reached. */
import { asBoolean, asNumber, asObject, asObjects, asText, isSet } from '../../apimachinery/json-access.ts';
import type { JsonObject } from '../../apimachinery/json.ts';
import type { KubeObject } from '../../apimachinery/meta/object.ts';
import type { ParsedObjects } from '../cacher/parsed-objects.ts';
import type { ServiceReference } from '../remote/service-resolver.ts';

export interface ApiService {
  /** "v1.example.com" */
  readonly name: string;
  readonly group: string;
  readonly version: string;
  readonly groupPriority: number;
  readonly versionPriority: number;
  /** Undefined: served here. */
  readonly remote: RemoteService | undefined;
  readonly isAvailable: boolean;
  /** Of the condition Available. */
  readonly reason: string;
  /** kube-aggregator.kubernetes.io/automanaged: "true", "onstart"; undefined: somebody else's. */
  readonly automanaged: string | undefined;
}

export interface RemoteService extends ServiceReference {
  /** PEM; undefined: the system's authorities vouch for it. */
  readonly authority: string | undefined;
  readonly insecure: boolean;
}

export const automanagedLabel = 'kube-aggregator.kubernetes.io/automanaged';

export class ApiServices {
  readonly #byName = new Map<string, ApiService>();
  readonly #byGroup = new Map<string, Set<string>>();
  /** Of other servers, by "group/version". */
  readonly #remote = new Map<string, ApiService>();
  readonly #listeners: ((name: string) => void)[] = [];
  #version = 0;

  constructor(objects: ParsedObjects) {
    objects.observe({
      all: () => {
        for (const name of [...this.#byName.keys()]) this.#change(name, undefined);
      },
      present: (object) => this.#change(object.metadata.name ?? '', apiServiceOf(object)),
      gone: (object) => this.#change(object.metadata.name ?? '', undefined),
    });
  }

  /** Goes up with every change that discovery shows. */
  get version(): number {
    return this.#version;
  }

  get hasRemote(): boolean {
    return this.#remote.size > 0;
  }

  /** Undefined: no other server has it. */
  remote(group: string, version: string): ApiService | undefined {
    return this.#remote.get(`${group}/${version}`);
  }

  remotes(): IterableIterator<ApiService> {
    return this.#remote.values();
  }

  get(name: string): ApiService | undefined {
    return this.#byName.get(name);
  }

  inGroup(group: string): ApiService[] {
    return [...(this.#byGroup.get(group) ?? [])].flatMap((name) => this.#byName.get(name) ?? []);
  }

  /** Told of every APIService that is made, changed or deleted, and of those that are there. */
  listen(listener: (name: string) => void): void {
    this.#listeners.push(listener);
    for (const name of this.#byName.keys()) listener(name);
  }

  #change(name: string, service: ApiService | undefined): void {
    const old = this.#byName.get(name);
    if (service === undefined) this.#byName.delete(name);
    else this.#byName.set(name, service);
    this.#regroup(name, old, service);
    if (old?.remote !== undefined) this.#remote.delete(`${old.group}/${old.version}`);
    if (service?.remote !== undefined) this.#remote.set(`${service.group}/${service.version}`, service);
    const isShown = old?.remote !== undefined || service?.remote !== undefined;
    if (isShown && shownOf(old) !== shownOf(service)) this.#version++;
    for (const listen of this.#listeners) listen(name);
  }

  #regroup(name: string, old: ApiService | undefined, service: ApiService | undefined): void {
    if (old !== undefined && old.group !== service?.group) {
      const members = this.#byGroup.get(old.group);
      members?.delete(name);
      if (members?.size === 0) this.#byGroup.delete(old.group);
    }
    if (service === undefined) return;
    const members = this.#byGroup.get(service.group);
    if (members === undefined) this.#byGroup.set(service.group, new Set([name]));
    else members.add(name);
  }
}

/** Conditions change often and are nothing that discovery shows. */
function shownOf(service: ApiService | undefined): string {
  return JSON.stringify({ ...service, isAvailable: undefined, reason: undefined });
}

export function apiServiceOf({ metadata, spec, status }: KubeObject): ApiService {
  const { group, version, groupPriorityMinimum, versionPriority } = asObject(spec);
  const available = asObjects(asObject(status).conditions).find(({ type }) => type === 'Available');
  return {
    name: metadata.name ?? '',
    group: asText(group),
    version: asText(version),
    groupPriority: asNumber(groupPriorityMinimum),
    versionPriority: asNumber(versionPriority),
    remote: remoteOf(asObject(spec)),
    isAvailable: available?.status === 'True',
    reason: asText(available?.reason),
    automanaged: metadata.labels?.[automanagedLabel],
  };
}

function remoteOf({ service, caBundle, insecureSkipTLSVerify }: JsonObject): RemoteService | undefined {
  if (!isSet(service)) return undefined;
  const { namespace, name, port } = asObject(service);
  const bundle = Buffer.from(asText(caBundle), 'base64').toString();
  return {
    namespace: asText(namespace),
    name: asText(name),
    port: asNumber(port) || HTTPS_PORT,
    authority: bundle.trim() === '' ? undefined : bundle,
    insecure: asBoolean(insecureSkipTLSVerify),
  };
}

const HTTPS_PORT = 443;
