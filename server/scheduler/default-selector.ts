/** What a pod belongs to, as a selector: the services that choose it and the controller that made it. */
import type { KeyedMatcher, PodInfo } from '../../backends/scheduler/interface.ts';
import type { JsonObject } from '../apimachinery/json.ts';
import { LabelSelector, labelSelectorToSelector, selectorFromSet } from '../apimachinery/labels/selector.ts';
import type { OwnerReference } from '../apimachinery/meta/object.ts';
import type { ObjectSource } from '../client/object-source.ts';
import * as types from '../client/resource-types.ts';
import { keyed } from './compile/keyed-selector.ts';

export interface SelectorParts {
  readonly source: ObjectSource;
  readonly ownerOf: (pod: PodInfo) => OwnerReference | undefined;
}

export class DefaultSelectors {
  readonly #parts: SelectorParts;

  constructor(parts: SelectorParts) {
    this.#parts = parts;
  }

  /** Undefined: it belongs to nothing. */
  of(pod: PodInfo): KeyedMatcher | undefined {
    const { source } = this.#parts;
    let requirements: LabelSelector['requirements'] = [];
    for (const { spec } of source.list(types.services, pod.namespace)) {
      const selector = selectorFromSet(spec?.selector);
      if (!selector.isEmpty && selector.matches(pod.labels)) requirements = [...requirements, ...selector.requirements];
    }
    const owned = this.#ownerSelector(pod);
    if (owned !== undefined) requirements = [...requirements, ...owned.requirements];
    return requirements.length === 0 ? undefined : keyed(new LabelSelector(requirements));
  }

  #ownerSelector(pod: PodInfo): LabelSelector | undefined {
    const { source, ownerOf } = this.#parts;
    const owner = ownerOf(pod);
    if (owner === undefined) return undefined;
    const { name, kind } = owner;
    switch (kind) {
      case 'ReplicaSet':
        return selectorOf(source.get(types.replicaSets, name, pod.namespace)?.spec?.selector);
      case 'StatefulSet':
        return selectorOf(source.get(types.statefulSets, name, pod.namespace)?.spec?.selector);
      case 'ReplicationController': {
        const found = source.get(types.replicationControllers, name, pod.namespace)?.spec?.selector;
        return found === undefined ? undefined : selectorFromSet(found);
      }
      default:
        return undefined;
    }
  }
}

function selectorOf(selector: object | undefined): LabelSelector | undefined {
  return selector === undefined ? undefined : labelSelectorToSelector(selector as JsonObject);
}
