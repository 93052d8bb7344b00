/** Claims, volumes, storage classes and budgets as plugins see them, from informers that begin when they are first needed. */
import type {
  Claim,
  ClusterObjects,
  DisruptionBudget,
  PodInfo,
  StorageClass,
  Volume,
} from '../../backends/scheduler/interface.ts';
import type { Clock } from '../apimachinery/clock/clock.ts';
import { labelSelectorToSelector, nothingSelector } from '../apimachinery/labels/selector.ts';
import type { PersistentVolume, PersistentVolumeClaim } from '../client/api-types.ts';
import type { Client } from '../client/client.ts';
import type { Informer } from '../client/informer.ts';
import type { InformerFactory } from '../client/informer-factory.ts';
import * as types from '../client/resource-types.ts';
import { anyTerm, topologyMatcher } from './compile/node-matcher.ts';
import { wholeAmount } from './compile/amounts.ts';
import { BIND_TIMEOUT } from './limits.ts';

const boundByController = 'pv.kubernetes.io/bound-by-controller';
const bindCompleted = 'pv.kubernetes.io/bind-completed';
const selectedNode = 'volume.kubernetes.io/selected-node';

export interface ClusterObjectsParts {
  readonly client: Client;
  readonly informers: InformerFactory;
  readonly clock: Clock;
  readonly signal: AbortSignal;
  readonly podsUsingClaim: (namespace: string, name: string) => number;
}

export class InformedObjects implements ClusterObjects {
  readonly #parts: ClusterObjectsParts;
  readonly #claims: Informer<PersistentVolumeClaim>;
  readonly #volumes: Informer<PersistentVolume>;

  constructor(parts: ClusterObjectsParts) {
    this.#parts = parts;
    this.#claims = parts.informers.of(types.persistentVolumeClaims);
    this.#volumes = parts.informers.of(types.persistentVolumes);
  }

  claim(namespace: string, name: string): Claim | undefined {
    const claim = this.#claims.lister.get(name, namespace);
    return claim === undefined ? undefined : claimOf(claim);
  }

  volume(name: string): Volume | undefined {
    const volume = this.#volumes.lister.get(name);
    return volume === undefined ? undefined : volumeOf(volume);
  }

  volumes(): readonly Volume[] {
    return this.#volumes.lister.list().map(volumeOf);
  }

  storageClass(name: string): StorageClass | undefined {
    const found = this.#parts.informers.of(types.storageClasses).lister.get(name);
    if (found === undefined) return undefined;
    const { provisioner, volumeBindingMode, allowedTopologies } = found;
    const waitsForConsumer = volumeBindingMode === 'WaitForFirstConsumer';
    return { name, provisioner, waitsForConsumer, allowedTopologies: topologyMatcher(allowedTopologies) };
  }

  budgets(namespace: string): readonly DisruptionBudget[] {
    return this.#parts.informers
      .of(types.podDisruptionBudgets)
      .lister.list(namespace)
      .map(({ spec, status }) => {
        const selector = labelSelectorToSelector(spec?.selector);
        return {
          namespace,
          selector: selector.isEmpty ? nothingSelector : selector,
          disruptionsAllowed: status?.disruptionsAllowed ?? 0,
          disruptedPods: new Set(Object.keys(status?.disruptedPods ?? {})),
        };
      });
  }

  volumeLimit(node: string, driver: string): number | undefined {
    const csiNode = this.#parts.informers.of(types.csiNodes).lister.get(node);
    return csiNode?.spec.drivers.find(({ name }) => name === driver)?.allocatable?.count;
  }

  podsUsingClaim(namespace: string, name: string): number {
    return this.#parts.podsUsingClaim(namespace, name);
  }

  async bindVolume({ name }: Volume, { namespace, name: claim, uid }: Claim): Promise<void> {
    const { client, signal } = this.#parts;
    const claimRef = { kind: 'PersistentVolumeClaim', apiVersion: 'v1', namespace, name: claim, uid };
    const patch = { metadata: { annotations: { [boundByController]: 'yes' } }, spec: { claimRef } };
    await client.of(types.persistentVolumes).patch(name, patch, { signal });
  }

  async provision({ namespace, name }: Claim, node: string): Promise<void> {
    const { client, signal } = this.#parts;
    const patch = { metadata: { annotations: { [selectedNode]: node } } };
    await client.of(types.persistentVolumeClaims).patch(name, patch, { namespace, signal });
  }

  claimsBound(namespace: string, names: readonly string[]): Promise<void> {
    const { clock, signal } = this.#parts;
    const areBound = () => names.every((name) => this.claim(namespace, name)?.isBound === true);
    return new Promise((resolve, reject) => {
      const end = (settle: () => void) => {
        cancel();
        remove();
        signal.removeEventListener('abort', stop);
        settle();
      };
      const check = () => {
        if (areBound()) end(resolve);
        else if (names.some((name) => this.claim(namespace, name) === undefined))
          end(() => reject(new Error('a claim of the pod is gone')));
      };
      const stop = () => end(() => reject(new Error('the scheduler stops')));
      const cancel = clock.after(BIND_TIMEOUT, () =>
        end(() => reject(new Error('timed out waiting for the condition'))),
      );
      signal.addEventListener('abort', stop, { once: true });
      const remove = this.#claims.addHandlers({ updated: check, deleted: check });
      check();
    });
  }
}

function claimOf({ metadata, spec, status }: PersistentVolumeClaim): Claim {
  const { namespace = '', name = '', uid = '', annotations = {}, ownerReferences = [] } = metadata;
  const volumeName = spec?.volumeName ?? '';
  return {
    namespace,
    name,
    uid,
    isTerminating: metadata.deletionTimestamp !== undefined,
    volumeName,
    storageClassName: spec?.storageClassName ?? '',
    isBound: volumeName !== '' && annotations[bindCompleted] !== undefined,
    isLost: status?.phase === 'Lost',
    accessModes: spec?.accessModes ?? [],
    volumeMode: spec?.volumeMode ?? 'Filesystem',
    requested: wholeAmount(spec?.resources?.requests?.storage),
    selector: spec?.selector === undefined ? undefined : labelSelectorToSelector(spec.selector),
    ownerUid: ownerReferences.find(({ controller }) => controller === true)?.uid ?? '',
    selectedNode: annotations[selectedNode] ?? '',
  };
}

function volumeOf({ metadata, spec, status }: PersistentVolume): Volume {
  const { claimRef, nodeAffinity, csi } = spec ?? {};
  const required = nodeAffinity?.required;
  return {
    name: metadata.name ?? '',
    labels: metadata.labels ?? {},
    storageClassName: spec?.storageClassName ?? '',
    accessModes: spec?.accessModes ?? [],
    volumeMode: spec?.volumeMode ?? 'Filesystem',
    capacity: wholeAmount(spec?.capacity?.storage),
    claim: claimRef === undefined ? '' : `${claimRef.namespace ?? ''}/${claimRef.name ?? ''}`,
    claimUid: claimRef?.uid ?? '',
    isAvailable: status?.phase === 'Available',
    isTerminating: metadata.deletionTimestamp !== undefined,
    node: required === undefined ? undefined : anyTerm(required.nodeSelectorTerms),
    driver: csi?.driver ?? '',
  };
}

/** How many pods use each claim, those included that are only on their way to a node. */
export class ClaimUsers {
  readonly #users = new Map<string, Set<string>>();

  count(namespace: string, name: string): number {
    return this.#users.get(`${namespace}/${name}`)?.size ?? 0;
  }

  change(pod: PodInfo, by: 1 | -1): void {
    for (const volume of pod.volumes) {
      if (volume.type !== 'claim') continue;
      const key = `${pod.namespace}/${volume.claim}`;
      const users = this.#users.get(key) ?? new Set<string>();
      if (by === 1) this.#users.set(key, users.add(pod.uid));
      else if (users.delete(pod.uid) && users.size === 0) this.#users.delete(key);
    }
  }
}
