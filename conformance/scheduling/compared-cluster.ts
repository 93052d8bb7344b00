/** A cluster whose pods another scheduler places: objects come and go through its API, scores are read from its log. */
import { open, type FileHandle } from 'node:fs/promises';
import { setTimeout as pause } from 'node:timers/promises';
import { systemClock } from '../../server/apimachinery/clock/clock.ts';
import type { KubeObject } from '../../server/apimachinery/meta/object.ts';
import type { Pod } from '../../server/client/api-types.ts';
import { Client, isNotFound } from '../../server/client/client.ts';
import { httpsTransport } from '../../server/client/https-transport.ts';
import { readKubeConfig } from '../../server/client/kube-config.ts';
import { apiVersionOfType, type ResourceType } from '../../server/client/resource-type.ts';
import * as types from '../../server/client/resource-types.ts';
import type { OfflineDecision } from './offline-scheduler.ts';

const held = Object.values(types) as readonly ResourceType[];
/** What decisions are made from. */
const looked = [
  types.namespaces,
  types.nodes,
  types.pods,
  types.services,
  types.persistentVolumes,
  types.persistentVolumeClaims,
  types.storageClasses,
  types.csiNodes,
  types.csiDrivers,
  types.csiStorageCapacities,
  types.volumeAttachments,
  types.podDisruptionBudgets,
] as const;

/** Preemption spares who has run for long. */
const startTimes = Array.from({ length: 97 }, (_, index) =>
  new Date(1.7e12 + ((index * 37) % 97) * 60_000).toISOString(),
);

const scoreLine = /final score for pod" pod="([^"]*)" node="([^"]*)" score=(-?\d+)/;

export class ComparedCluster {
  readonly #client: Client;
  readonly #log: FileHandle;
  readonly #stop: AbortController;
  #read: number;

  private constructor(client: Client, log: FileHandle, { stop, read }: { stop: AbortController; read: number }) {
    this.#client = client;
    this.#log = log;
    this.#stop = stop;
    this.#read = read;
  }

  static async open({
    kubeconfig,
    log,
  }: {
    readonly kubeconfig: string;
    readonly log: string;
  }): Promise<ComparedCluster> {
    const stop = new AbortController();
    const kubeConfig = await readKubeConfig(kubeconfig);
    const transport = httpsTransport({ kubeConfig, clock: systemClock, signal: stop.signal });
    const file = await open(log);
    const { size: read } = await file.stat();
    return new ComparedCluster(new Client({ transport, userAgent: 'comparison' }), file, { stop, read });
  }

  close(): void {
    this.#stop.abort();
    void this.#log.close();
  }

  /** With their status, which creation drops. */
  async create(objects: readonly KubeObject[]): Promise<void> {
    await this.clear(objects);
    for (const object of objects) {
      const resource = this.#client.of(typeOf(object));
      // Nobody is there to end a namespace: it is left from the last time.
      if (object.kind === 'Namespace' && (await this.#exists(object))) continue;
      const created = (await resource.create(structuredClone(object))) as KubeObject;
      // New nodes are tainted until a controller has seen them.
      if (object.kind === 'Node') await resource.patch(created.metadata.name ?? '', { spec: object.spec ?? {} });
      if (object.status === undefined) continue;
      const { namespace, name = '' } = created.metadata;
      await resource.patch(name, { status: object.status }, { namespace, subresource: 'status' });
    }
    // Their caches follow, and claims are bound.
    await pause(1200);
  }

  async objects(): Promise<KubeObject[]> {
    const lists = await Promise.all(
      looked.map(async (type: ResourceType) => {
        const { items } = await this.#client.of(type).list();
        return items.map((item) => ({ ...item, apiVersion: apiVersionOfType(type), kind: type.kind }) as KubeObject);
      }),
    );
    return lists.flat();
  }

  /** The decision, and the pod as it was created. One that goes nowhere is taken away again. */
  async schedule(pod: Pod): Promise<OfflineDecision & { readonly created: Pod }> {
    const resource = this.#client.of(types.pods);
    const before = await this.#podNames();
    const { namespace = '', name = '' } = pod.metadata;
    const created = await resource.create(structuredClone(pod));
    for (let turn = 0; turn < 1000; turn++) {
      const now = await resource.get(name, { namespace });
      const node = now.spec?.nodeName ?? '';
      const condition = now.status?.conditions?.find(({ type }) => type === 'PodScheduled');
      if (node !== '') {
        const after = await this.#podNames();
        const victims = before.filter((each) => !after.includes(each)).toSorted();
        const scores = await this.#scores(`${namespace}/${name}`);
        const status = { phase: 'Running', startTime: startTimes[before.length % startTimes.length] };
        await resource.patch(name, { status }, { namespace, subresource: 'status' });
        // What made room first is the decision that counts.
        return { created, node, victims, message: '', scores: victims.length > 0 ? new Map() : scores };
      }
      const nominated = now.status?.nominatedNodeName ?? '';
      if (nominated !== '' && (condition === undefined || turn > 150)) {
        // It waits for volumes that nobody makes.
        const after = await this.#podNames();
        const victims = before.filter((each) => !after.includes(each)).toSorted();
        const scores = await this.#scores(`${namespace}/${name}`);
        await resource.delete(name, { namespace, gracePeriodSeconds: 0 });
        return { created, node: nominated, victims, message: '', scores: victims.length > 0 ? new Map() : scores };
      }
      if (condition?.status === 'False') {
        const { message = '' } = condition;
        if (nominated === '' && turn > 3) {
          await resource.delete(name, { namespace, gracePeriodSeconds: 0 });
          return { created, node: '', victims: [], message, scores: await this.#scores(`${namespace}/${name}`) };
        }
      }
      await pause(10);
    }
    throw new Error(`nothing was decided about ${namespace}/${name}`);
  }

  async clear(objects: readonly KubeObject[]): Promise<void> {
    const pods = await this.#client.of(types.pods).list();
    for (const { metadata } of pods.items) {
      const { namespace, name = '' } = metadata;
      await this.#client.of(types.pods).delete(name, { namespace, gracePeriodSeconds: 0 });
    }
    for (const object of objects.toReversed()) {
      if (object.kind === 'Namespace') continue;
      const { namespace, name = '' } = object.metadata;
      const resource = this.#client.of(typeOf(object));
      if (object.kind === 'PersistentVolume' || object.kind === 'PersistentVolumeClaim') {
        await resource.patch(name, { metadata: { finalizers: null } }, { namespace }).catch(ignoreGone);
      }
      await resource.delete(name, { namespace }).catch(ignoreGone);
    }
    await pause(300);
  }

  async #exists({ metadata, ...object }: KubeObject): Promise<boolean> {
    const resource = this.#client.of(typeOf({ metadata, ...object }));
    return (await resource.get(metadata.name ?? '').catch(ignoreGone)) !== undefined;
  }

  async #podNames(): Promise<string[]> {
    const { items } = await this.#client.of(types.pods).list();
    return items.map(({ metadata }) => `${metadata.namespace}/${metadata.name}`);
  }

  /** From what the log says since the last time. */
  async #scores(pod: string): Promise<Map<string, number>> {
    const scores = new Map<string, number>();
    const { size } = await this.#log.stat();
    const text = Buffer.alloc(size - this.#read);
    await this.#log.read(text, 0, text.length, this.#read);
    this.#read = size;
    for (const line of text.toString().split('\n')) {
      const [, of, node = '', score] = scoreLine.exec(line) ?? [];
      if (of === pod) scores.set(node, Number(score));
    }
    return scores;
  }
}

function ignoreGone(error: unknown): undefined {
  if (!isNotFound(error)) throw error;
  return undefined;
}

function typeOf({ apiVersion, kind }: KubeObject): ResourceType {
  const type = held.find((each) => apiVersionOfType(each) === apiVersion && each.kind === kind);
  if (type === undefined) throw new Error(`${apiVersion} ${kind} is not known`);
  return type;
}
