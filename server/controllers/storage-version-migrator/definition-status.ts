/** What a CustomResourceDefinition is told of the migration of its objects: that it goes on, how it ended, and in which version all are by then. */
import { formatTime } from '../../apimachinery/meta/time.ts';
import type { CustomResourceDefinition } from '../../client/api-types.ts';
import { isNotFound } from '../../client/client.ts';
import { customResourceDefinitions } from '../../client/resource-types.ts';
import type { ControllerContext } from '../controller.ts';

const fieldManager = 'storage-version-migration-runner-controller';
const type = 'StorageMigrating';

export async function tellBegin(context: ControllerContext, resource: string, migration: string): Promise<void> {
  const definition = await definitionOf(context, resource);
  if (definition === undefined) return;
  const message = `Migration ${migration} is running`;
  await apply(context, definition, { status: 'True', reason: 'MigrationRunning', message });
}

export async function tellEnd(
  context: ControllerContext,
  resource: string,
  { hasSucceeded }: { readonly hasSucceeded: boolean },
): Promise<void> {
  const definition = await definitionOf(context, resource);
  if (definition === undefined) return;
  if (!hasSucceeded) {
    const message = 'The migration has failed';
    await apply(context, definition, { status: 'False', reason: 'MigrationFailed', message });
    return;
  }
  const running = definition.status?.conditions?.find((each) => each.type === type);
  // What has been written since the definition changed may be in another version again.
  const isSame = running?.observedGeneration === definition.metadata.generation;
  const stored = isSame ? definition.spec.versions.find(({ storage }) => storage)?.name : undefined;
  const then =
    stored === undefined
      ? 'but the stored versions have not been updated due to a generation mismatch'
      : 'and the stored versions have been updated';
  const message = `The migration has succeeded ${then}`;
  await apply(context, definition, { status: 'False', reason: 'MigrationSucceeded', message, stored });
}

async function definitionOf(
  { client }: ControllerContext,
  resource: string,
): Promise<CustomResourceDefinition | undefined> {
  if (!resource.includes('.')) return undefined;
  try {
    return await client.of(customResourceDefinitions).get(resource);
  } catch (error) {
    if (isNotFound(error)) return undefined;
    throw error;
  }
}

interface Told {
  readonly status: 'True' | 'False';
  readonly reason: string;
  readonly message: string;
  readonly stored?: string | undefined;
}

/** Only where the definition is still as it was read: a conflict is tried again. */
async function apply(
  { client, clock }: ControllerContext,
  { metadata }: CustomResourceDefinition,
  { stored, ...said }: Told,
): Promise<void> {
  const { name = '', resourceVersion = '', generation = 0 } = metadata;
  const condition = { type, ...said, observedGeneration: generation, lastTransitionTime: formatTime(clock.now()) };
  const status = { conditions: [condition], ...(stored === undefined ? {} : { storedVersions: [stored] }) };
  const patch = { metadata: { name, resourceVersion }, status };
  // Of a status alone: the type asks for a spec, too.
  const object = patch as unknown as CustomResourceDefinition;
  const options = { fieldManager, force: true, subresource: 'status' };
  await client.of(customResourceDefinitions).apply(object, options);
}
