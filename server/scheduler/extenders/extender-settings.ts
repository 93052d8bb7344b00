/** What a configuration says of an extender. */
import type { RequestOptions } from 'node:https';
import { parseGoDurationMilliseconds } from '../../apimachinery/duration/go-duration.ts';
import type { JsonObject } from '../../apimachinery/json.ts';
import { asBoolean, asNumber, asObject, asObjects, asText } from '../../apimachinery/json-access.ts';

export interface ExtenderSettings {
  readonly urlPrefix: string;
  /** '': it is not asked. */
  readonly filterVerb: string;
  readonly prioritizeVerb: string;
  readonly preemptVerb: string;
  readonly bindVerb: string;
  readonly weight: number;
  /** Milliseconds. */
  readonly timeout: number;
  /** It knows the nodes: their names are enough. */
  readonly nodeCacheCapable: boolean;
  /** Empty: every pod is its business. */
  readonly managedResources: ReadonlySet<string>;
  /** Of these, those that it alone counts. */
  readonly ignoredResources: ReadonlySet<string>;
  /** Pods are scheduled although it cannot be asked. */
  readonly isIgnorable: boolean;
  readonly tls: Pick<RequestOptions, 'ca' | 'cert' | 'key' | 'servername' | 'rejectUnauthorized'>;
}

/** Upstream's. */
const usualTimeout = 5000;

/** `readFile`: of files that it names. @throws what that throws */
export function extenderSettings(extender: JsonObject, readFile: (path: string) => string): ExtenderSettings {
  const managed = asObjects(extender.managedResources);
  const timeout = parseGoDurationMilliseconds(asText(extender.httpTimeout) || '0s');
  return {
    urlPrefix: asText(extender.urlPrefix),
    filterVerb: asText(extender.filterVerb),
    prioritizeVerb: asText(extender.prioritizeVerb),
    preemptVerb: asText(extender.preemptVerb),
    bindVerb: asText(extender.bindVerb),
    weight: asNumber(extender.weight),
    timeout: timeout === 0 ? usualTimeout : timeout,
    nodeCacheCapable: asBoolean(extender.nodeCacheCapable),
    managedResources: new Set(managed.map(({ name }) => asText(name))),
    ignoredResources: new Set(
      managed.filter(({ ignoredByScheduler }) => ignoredByScheduler === true).map(({ name }) => asText(name)),
    ),
    isIgnorable: asBoolean(extender.ignorable),
    tls: tlsOf(extender, readFile),
  };
}

function tlsOf(extender: JsonObject, readFile: (path: string) => string): ExtenderSettings['tls'] {
  const tls = asObject(extender.tlsConfig);
  const pem = (name: string): string | undefined => {
    const [data, file] = [asText(tls[`${name}Data`]), asText(tls[`${name}File`])];
    if (data !== '') return Buffer.from(data, 'base64').toString();
    return file === '' ? undefined : readFile(file);
  };
  const [ca, cert, key] = ['ca', 'cert', 'key'].map(pem);
  const serverName = asText(tls.serverName);
  // Without an authority upstream believes any server.
  const isBelieved = asBoolean(tls.insecure) || (asBoolean(extender.enableHTTPS) && ca === undefined);
  return {
    ...(ca === undefined ? {} : { ca }),
    ...(cert === undefined ? {} : { cert }),
    ...(key === undefined ? {} : { key }),
    ...(serverName === '' ? {} : { servername: serverName }),
    ...(isBelieved ? { rejectUnauthorized: false } : {}),
  };
}
