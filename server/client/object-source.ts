/** Objects of any resource, wherever they are held: the listers of shared informers, or plain lists. */
import type { InformerFactory } from './informer-factory.ts';
import type { Stored } from './lister.ts';
import type { ResourceType } from './resource-type.ts';

export interface ObjectSource {
  get<T extends Stored>(type: ResourceType<T>, name: string, namespace?: string): T | undefined;
  list<T extends Stored>(type: ResourceType<T>, namespace?: string): readonly T[];
}

export function informedObjects(informers: InformerFactory): ObjectSource {
  return {
    get: (type, name, namespace) => informers.of(type).lister.get(name, namespace),
    list: (type, namespace) => informers.of(type).lister.list(namespace),
  };
}
