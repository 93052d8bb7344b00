/**
 * What a node has to do with an object: its pods name it, or what its pods name does. Read from the pods of the node when a node
 * asks, which is seldom, rather than kept as a graph, which every write of a pod would pay for.
 */
import { asObject, asText } from '../../../apimachinery/json-access.ts';
import type { KubeObject } from '../../../apimachinery/meta/object.ts';
import { mirrorPodAnnotation } from '../../../apis/core/validation/pod-annotations.ts';
import { podClaimNames, podConfigMapNames, podResourceClaimNames } from '../../../apis/core/pod-references.ts';
import { podSecretNames } from '../../../apis/core/pod-secrets.ts';
import type { ParsedObjectsOf } from '../../cacher/parsed-objects.ts';
import { volumeSecrets } from './volume-secrets.ts';

export type RelatedResource =
  | 'pods'
  | 'secrets'
  | 'configmaps'
  | 'serviceaccounts'
  | 'persistentvolumeclaims'
  | 'persistentvolumes'
  | 'resourceclaims'
  | 'volumeattachments'
  | 'resourceslices';

export class NodeRelations {
  readonly #objects: ParsedObjectsOf;

  constructor(objects: ParsedObjectsOf) {
    this.#objects = objects;
  }

  isRelated(node: string, resource: RelatedResource, namespace: string, name: string): boolean {
    switch (resource) {
      case 'pods':
        return asText(asObject(this.#objects('', 'pods').get(namespace, name)?.spec).nodeName) === node;
      case 'volumeattachments':
        return this.#names(node, this.#objects('storage.k8s.io', 'volumeattachments').get('', name));
      case 'resourceslices':
        return this.#names(node, this.#objects('resource.k8s.io', 'resourceslices').get('', name));
      case 'secrets':
        return (
          this.#someNames(node, namespace, (pod) => podSecretNames(asObject(pod.spec)), name) ||
          this.#isSecretOfVolume(node, namespace, name)
        );
      case 'configmaps':
        return this.#someNames(node, namespace, (pod) => podConfigMapNames(asObject(pod.spec)), name);
      case 'serviceaccounts':
        return this.#someNames(node, namespace, (pod) => [asText(asObject(pod.spec).serviceAccountName)], name);
      case 'persistentvolumeclaims':
        return this.#someNames(node, namespace, podClaimNames, name);
      case 'resourceclaims':
        return this.#someNames(node, namespace, podResourceClaimNames, name);
      case 'persistentvolumes':
        return this.#isVolumeOf(node, this.#objects('', 'persistentvolumes').get('', name));
    }
  }

  /** Mirror pods are the node's own doing: they open nothing to it. */
  #podsOn(node: string): KubeObject[] {
    const pods = this.#objects('', 'pods').where('spec.nodeName', node);
    return pods.filter(({ metadata }) => !Object.hasOwn(metadata.annotations ?? {}, mirrorPodAnnotation));
  }

  #someNames(node: string, namespace: string, names: (pod: KubeObject) => readonly string[], name: string): boolean {
    return this.#podsOn(node).some((pod) => pod.metadata.namespace === namespace && names(pod).includes(name));
  }

  #names(node: string, object: KubeObject | undefined): boolean {
    return object !== undefined && asText(asObject(object.spec).nodeName) === node;
  }

  #isVolumeOf(node: string, volume: KubeObject | undefined): boolean {
    const claim = asObject(asObject(volume?.spec).claimRef);
    return this.#someNames(node, asText(claim.namespace), podClaimNames, asText(claim.name));
  }

  #isSecretOfVolume(node: string, namespace: string, name: string): boolean {
    const claims = this.#objects('', 'persistentvolumeclaims');
    const volumes = this.#objects('', 'persistentvolumes');
    return this.#podsOn(node).some((pod) =>
      podClaimNames(pod).some((claimName) => {
        const claimNamespace = pod.metadata.namespace ?? '';
        const claim = claims.get(claimNamespace, claimName);
        const volume = volumes.get('', asText(asObject(claim?.spec).volumeName));
        const reference = asObject(asObject(volume?.spec).claimRef);
        if (asText(reference.namespace) !== claimNamespace || asText(reference.name) !== claimName) return false;
        return volumeSecrets(asObject(volume?.spec)).some(
          (secret) => secret.name === name && (secret.namespace || claimNamespace) === namespace,
        );
      }),
    );
  }
}
