/** What is written for the volumes of a pod that goes to a node: claims bound to volumes, volumes asked for. */
import type { Claim, Volume } from '../../backends/scheduler/interface.ts';
import type { Clock } from '../apimachinery/clock/clock.ts';
import type { PersistentVolumeClaim } from '../client/api-types.ts';
import type { Client } from '../client/client.ts';
import type { Informer } from '../client/informer.ts';
import * as types from '../client/resource-types.ts';
import type { VolumeWrites } from './cluster-objects.ts';
import { compiledClaim, selectedNodeAnnotation } from './compile/volume-objects.ts';

const boundByController = 'pv.kubernetes.io/bound-by-controller';

export interface VolumeWriterParts {
  readonly client: Client;
  readonly claims: Informer<PersistentVolumeClaim>;
  readonly clock: Clock;
  readonly signal: AbortSignal;
}

export class VolumeWriter implements VolumeWrites {
  readonly #parts: VolumeWriterParts;

  constructor(parts: VolumeWriterParts) {
    this.#parts = parts;
  }

  async bindVolume({ name }: Volume, { namespace, name: claim, uid }: Claim): Promise<void> {
    const { client, signal } = this.#parts;
    const claimRef = { kind: 'PersistentVolumeClaim', apiVersion: 'v1', namespace, name: claim, uid };
    const patch = { metadata: { annotations: { [boundByController]: 'yes' } }, spec: { claimRef } };
    await client.of(types.persistentVolumes).patch(name, patch, { signal });
  }

  async provision({ namespace, name }: Claim, node: string): Promise<void> {
    const { client, signal } = this.#parts;
    const patch = { metadata: { annotations: { [selectedNodeAnnotation]: node } } };
    await client.of(types.persistentVolumeClaims).patch(name, patch, { namespace, signal });
  }

  claimsBound(namespace: string, names: readonly string[], timeout: number): Promise<void> {
    const { claims, clock, signal } = this.#parts;
    const find = (name: string) => claims.lister.get(name, namespace);
    const isBound = (name: string) => {
      const claim = find(name);
      return claim !== undefined && compiledClaim(claim).isBound;
    };
    return new Promise((resolve, reject) => {
      const end = (settle: () => void) => {
        cancel();
        remove();
        signal.removeEventListener('abort', stop);
        settle();
      };
      const check = () => {
        if (names.every(isBound)) end(resolve);
        else if (names.some((name) => find(name) === undefined))
          end(() => reject(new Error('a claim of the pod is gone')));
      };
      const stop = () => end(() => reject(new Error('the scheduler stops')));
      const cancel = clock.after(timeout, () =>
        end(() => reject(new Error('binding volumes: context deadline exceeded'))),
      );
      signal.addEventListener('abort', stop, { once: true });
      const remove = claims.addHandlers({ updated: check, deleted: check });
      check();
    });
  }
}
