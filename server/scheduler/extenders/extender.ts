/** A scheduler extender: somebody else's server that is asked about nodes, over upstream's extender protocol. */
import { request as httpRequest } from 'node:http';
import { request as httpsRequest, type RequestOptions } from 'node:https';
import type { Clock } from '../../apimachinery/clock/clock.ts';
import type { JsonValue } from '../../apimachinery/json.ts';
import { asNumber, asObject, asObjects, asText, asTexts, isSet } from '../../apimachinery/json-access.ts';
import type { Node, Pod } from '../../client/api-types.ts';
import type { ExtenderSettings } from './extender-settings.ts';

export interface ExtenderFilterResult {
  /** Names of those that are left. */
  readonly nodes: readonly string[];
  /** Why others are not, by name. */
  readonly failed: ReadonlyMap<string, string>;
  readonly unresolvable: ReadonlyMap<string, string>;
}

/** Victims by their UIDs, with how many budgets would be violated. */
export interface ExtenderVictims {
  readonly uids: readonly string[];
  readonly violations: number;
}

export class Extender {
  readonly settings: ExtenderSettings;
  readonly #clock: Clock;

  constructor(settings: ExtenderSettings, clock: Clock) {
    this.settings = settings;
    this.#clock = clock;
  }

  /** One that manages resources is asked only about pods that want some. */
  isInterestedIn({ spec }: Pod): boolean {
    const { managedResources } = this.settings;
    if (managedResources.size === 0) return true;
    const containers = [...(spec?.containers ?? []), ...(spec?.initContainers ?? [])];
    return containers.some(({ resources }) =>
      Object.keys({ ...resources?.requests, ...resources?.limits }).some((name) => managedResources.has(name)),
    );
  }

  /** @throws Error: it could not be asked, or says that something is wrong */
  async filter(pod: Pod, nodes: readonly Node[]): Promise<ExtenderFilterResult> {
    const { filterVerb, nodeCacheCapable, urlPrefix } = this.settings;
    const names = nodes.map(({ metadata }) => metadata.name ?? '');
    const result = fieldsOf(await this.#send(filterVerb, this.#args(pod, nodes)));
    const error = asText(result.get('error'));
    if (error !== '') throw new Error(error);
    const kept =
      nodeCacheCapable && isSet(result.get('nodenames'))
        ? asTexts(result.get('nodenames'))
        : asObjects(asObject(result.get('nodes')).items).map(({ metadata }) => asText(asObject(metadata).name));
    const stranger = kept.find((name) => !names.includes(name));
    if (stranger !== undefined) {
      throw new Error(
        `extender ${JSON.stringify(urlPrefix)} claims a filtered node ${JSON.stringify(stranger)} which is not found in the input node list`,
      );
    }
    return {
      nodes: kept,
      failed: textsOf(result.get('failednodes')),
      unresolvable: textsOf(result.get('failedandunresolvablenodes')),
    };
  }

  /** Points by node: 0 to 10 times the weight. @throws Error */
  async prioritize(pod: Pod, nodes: readonly Node[]): Promise<ReadonlyMap<string, number>> {
    const { prioritizeVerb, weight } = this.settings;
    const answer = await this.#send(prioritizeVerb, this.#args(pod, nodes));
    return new Map(
      asObjects(answer).map((entry) => {
        const fields = fieldsOf(entry);
        return [asText(fields.get('host')), asNumber(fields.get('score')) * weight];
      }),
    );
  }

  /** Which nodes are still candidates, and for whose ends. `victims`: by node, with the pods. @throws Error */
  async preempt(
    pod: Pod,
    victims: ReadonlyMap<string, { readonly pods: readonly Pod[]; readonly violations: number }>,
  ): Promise<ReadonlyMap<string, ExtenderVictims>> {
    const { preemptVerb, nodeCacheCapable } = this.settings;
    const byNode = Object.fromEntries(
      [...victims].map(([node, { pods, violations }]) => [
        node,
        {
          Pods: nodeCacheCapable ? pods.map(({ metadata }) => ({ UID: metadata.uid ?? '' })) : pods,
          NumPDBViolations: violations,
        },
      ]),
    );
    const given = nodeCacheCapable ? { NodeNameToMetaVictims: byNode } : { NodeNameToVictims: byNode };
    const result = fieldsOf(await this.#send(preemptVerb, { Pod: pod, ...given }));
    return new Map(
      Object.entries(asObject(result.get('nodenametometavictims'))).map(([node, value]) => {
        const fields = fieldsOf(value);
        const uids = asObjects(fields.get('pods')).map((entry) => asText(fieldsOf(entry).get('uid')));
        return [node, { uids, violations: asNumber(fields.get('numpdbviolations')) }];
      }),
    );
  }

  /** @throws Error */
  async bind({ metadata }: Pod, node: string): Promise<void> {
    const { name, namespace, uid } = metadata;
    const args = { PodName: name, PodNamespace: namespace, PodUID: uid, Node: node };
    const error = asText(fieldsOf(await this.#send(this.settings.bindVerb, args)).get('error'));
    if (error !== '') throw new Error(error);
  }

  #args(pod: Pod, nodes: readonly Node[]): object {
    const names = nodes.map(({ metadata }) => metadata.name ?? '');
    return this.settings.nodeCacheCapable
      ? { Pod: pod, Nodes: null, NodeNames: names }
      : { Pod: pod, Nodes: { metadata: {}, items: nodes }, NodeNames: null };
  }

  #send(verb: string, args: object): Promise<JsonValue> {
    const { urlPrefix, timeout, tls } = this.settings;
    const url = new URL(`${urlPrefix.replace(/\/+$/, '')}/${verb}`);
    const options: RequestOptions = {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      ...(url.protocol === 'https:' ? tls : {}),
    };
    return new Promise((resolve, reject) => {
      const asked = (url.protocol === 'https:' ? httpsRequest : httpRequest)(url, options, (response) => {
        const chunks: Buffer[] = [];
        response.on('error', reject);
        response.on('data', (chunk: Buffer) => chunks.push(chunk));
        response.on('end', () => {
          if (response.statusCode !== 200) {
            const code = response.statusCode ?? 0;
            reject(new Error(`failed ${verb} with extender at URL ${url.href}, code ${code}`));
            return;
          }
          try {
            resolve(JSON.parse(Buffer.concat(chunks).toString()) as JsonValue);
          } catch (error) {
            reject(error instanceof Error ? error : new Error(String(error)));
          }
        });
      });
      asked.on('error', reject);
      const cancel = this.#clock.after(timeout, () =>
        asked.destroy(new Error(`Post ${JSON.stringify(url.href)}: context deadline exceeded`)),
      );
      asked.on('close', cancel);
      asked.end(JSON.stringify(args));
    });
  }
}

/** The protocol's own fields have Go's names, whose case nobody minds. */
function fieldsOf(value: JsonValue | undefined): ReadonlyMap<string, JsonValue | undefined> {
  return new Map(Object.entries(asObject(value)).map(([name, field]) => [name.toLowerCase(), field]));
}

function textsOf(value: JsonValue | undefined): ReadonlyMap<string, string> {
  return new Map(Object.entries(asObject(value)).map(([name, text]) => [name, asText(text)]));
}
