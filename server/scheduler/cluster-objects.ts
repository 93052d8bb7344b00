/** Claims, volumes, drivers and budgets as plugins see them, and what is done to volumes for a pod that goes to a node. */
import type {
  AttachedVolume,
  Claim,
  ClusterObjects,
  DisruptionBudget,
  NodeDrivers,
  StorageCapacity,
  StorageClass,
  Volume,
  VolumeDriver,
} from '../../backends/scheduler/interface.ts';
import { labelSelectorToSelector, nothingSelector } from '../apimachinery/labels/selector.ts';
import type { ObjectSource } from '../client/object-source.ts';
import * as types from '../client/resource-types.ts';
import {
  compiledCapacity,
  compiledClaim,
  compiledDriver,
  compiledNodeDrivers,
  compiledStorageClass,
  compiledVolume,
} from './compile/volume-objects.ts';

/** Writes of the volume binder. */
export type VolumeWrites = Pick<ClusterObjects, 'bindVolume' | 'provision' | 'claimsBound'>;

export interface SourcedObjectsParts {
  readonly source: ObjectSource;
  readonly podsUsingClaim: (namespace: string, name: string) => number;
  readonly writes: VolumeWrites;
}

export class SourcedObjects implements ClusterObjects {
  readonly #parts: SourcedObjectsParts;
  readonly #source: ObjectSource;

  constructor(parts: SourcedObjectsParts) {
    this.#parts = parts;
    this.#source = parts.source;
  }

  claim(namespace: string, name: string): Claim | undefined {
    const claim = this.#source.get(types.persistentVolumeClaims, name, namespace);
    return claim === undefined ? undefined : compiledClaim(claim);
  }

  volume(name: string): Volume | undefined {
    const volume = this.#source.get(types.persistentVolumes, name);
    return volume === undefined ? undefined : compiledVolume(volume);
  }

  volumesOf(storageClass: string): readonly Volume[] {
    return this.#source
      .list(types.persistentVolumes)
      .map(compiledVolume)
      .filter(({ storageClassName }) => storageClassName === storageClass);
  }

  storageClass(name: string): StorageClass | undefined {
    const found = this.#source.get(types.storageClasses, name);
    return found === undefined ? undefined : compiledStorageClass(found);
  }

  budgets(namespace: string): readonly DisruptionBudget[] {
    return this.#source.list(types.podDisruptionBudgets, namespace).map(({ spec, status }) => {
      const selector = labelSelectorToSelector(spec?.selector);
      return {
        namespace,
        selector: selector.isEmpty ? nothingSelector : selector,
        disruptionsAllowed: status?.disruptionsAllowed ?? 0,
        disruptedPods: new Set(Object.keys(status?.disruptedPods ?? {})),
      };
    });
  }

  nodeDrivers(node: string): NodeDrivers | undefined {
    const csiNode = this.#source.get(types.csiNodes, node);
    return csiNode === undefined ? undefined : compiledNodeDrivers(csiNode);
  }

  attachedTo(node: string): readonly AttachedVolume[] {
    return this.#source.list(types.volumeAttachments).flatMap(({ spec }) => {
      const { attacher, nodeName, source } = spec;
      const volume = nodeName === node ? this.volume(source.persistentVolumeName ?? '') : undefined;
      return volume === undefined || volume.driver === '' ? [] : [{ driver: attacher, handle: volume.handle }];
    });
  }

  driver(name: string): VolumeDriver | undefined {
    const driver = this.#source.get(types.csiDrivers, name);
    return driver === undefined ? undefined : compiledDriver(driver);
  }

  capacitiesOf(storageClass: string): readonly StorageCapacity[] {
    return this.#source
      .list(types.csiStorageCapacities)
      .filter(({ storageClassName }) => storageClassName === storageClass)
      .map(compiledCapacity);
  }

  podsUsingClaim(namespace: string, name: string): number {
    return this.#parts.podsUsingClaim(namespace, name);
  }

  bindVolume(volume: Volume, claim: Claim): Promise<void> {
    return this.#parts.writes.bindVolume(volume, claim);
  }

  provision(claim: Claim, node: string): Promise<void> {
    return this.#parts.writes.provision(claim, node);
  }

  claimsBound(namespace: string, names: readonly string[], timeout: number): Promise<void> {
    return this.#parts.writes.claimsBound(namespace, names, timeout);
  }
}
