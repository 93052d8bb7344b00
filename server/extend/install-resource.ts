/** Brings the definition of a resource into a cluster, whichever server that has. */
import { asObject, asObjects } from '../apimachinery/json-access.ts';
import type { JsonObject } from '../apimachinery/json.ts';
import type { ObjectMeta } from '../apimachinery/meta/object.ts';
import type { Client } from '../client/client.ts';
import type { ResourceType } from '../client/resource-type.ts';
import type { DefinedResource } from './define-resource.ts';

interface Definition extends JsonObject {
  metadata: ObjectMeta;
}

const definitions: ResourceType<Definition> = {
  group: 'apiextensions.k8s.io',
  version: 'v1',
  resource: 'customresourcedefinitions',
  kind: 'CustomResourceDefinition',
  namespaced: false,
};

/** As whom definitions are applied. */
const fieldManager = 'portico-resources';

/** Resolves when the resource is served. @throws StatusError for a definition that the server refuses */
export async function installResource(
  client: Client,
  { definition }: DefinedResource,
  signal?: AbortSignal,
): Promise<void> {
  const resource = client.of(definitions);
  const { name } = definition.metadata;
  const applied = await resource.apply(structuredClone(definition) as Definition, {
    fieldManager,
    force: true,
    signal,
  });
  if (isEstablished(applied)) return;
  const { resourceVersion } = applied.metadata;
  const events = await resource.watch({ fieldSelector: `metadata.name=${name}`, resourceVersion, signal });
  for await (const { object } of events) if (isEstablished(object)) return;
  throw new Error(`${name} has not been established`);
}

function isEstablished({ status }: JsonObject): boolean {
  return asObjects(asObject(status).conditions).some(
    ({ type, status: holds }) => type === 'Established' && holds === 'True',
  );
}
