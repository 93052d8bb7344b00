/** Writes all objects of a resource anew, as they are: in the version and under the key in which they are stored now. */
import type { PartialObject, StorageVersionMigration } from '../../client/api-types.ts';
import { reasonOf } from '../../client/client.ts';
import { discover, type ServedResource } from '../../client/discovery.ts';
import { storageVersionMigrations } from '../../client/resource-types.ts';
import { compareResourceVersions } from '../../client/resource-version.ts';
import type { Controller, ControllerContext } from '../controller.ts';
import { on, runReconciler } from '../reconciler.ts';
import { tellBegin, tellEnd } from './definition-status.ts';
import { isOver, isTrue, nextOf, resourceOf, type Said, withCondition } from './migration.ts';

const name = 'storage-version-migrator-controller';
/** Milliseconds in which a new resource may still become known. */
const patience = 60_000;
const pageSize = 500;
const worthRetrying = new Set(['ServerTimeout', 'TooManyRequests', 'ServiceUnavailable', 'InternalError', 'Timeout']);

const running = { type: 'Running', reason: 'MigrationRunning', message: 'The migration is running' } as const;
const completed = {
  type: 'Running',
  status: 'False',
  reason: 'MigrationCompleted',
  message: 'Migration completed',
} as const;

export const storageVersionMigrator: Controller = {
  name,
  alias: 'svm',
  account: name,
  needs: storageVersionMigrations,
  async run(context) {
    const all = context.informers.of(storageVersionMigrations);
    await runReconciler({
      context,
      name,
      triggers: [on(all, ({ object }) => resourceOf(object))],
      async reconcile(resource) {
        const migrations = all.lister.list().filter((each) => resourceOf(each) === resource);
        for (const done of migrations.filter((each) => isOver(each) && isTrue(each, 'Running'))) {
          await tellEnd(context, resource, { hasSucceeded: isTrue(done, 'Succeeded') });
          await say(context, done, completed);
        }
        const next = nextOf(migrations);
        if (next === undefined) return;
        if (!isTrue(next, 'Running')) {
          await tellBegin(context, resource, next.metadata.name ?? '');
          await say(context, next, running);
        } else if ((next.status?.resourceVersion ?? '') === '') await begin(context, next);
        else await migrate(context, next);
      },
    });
  },
};

async function say(
  { client, clock }: ControllerContext,
  migration: StorageVersionMigration,
  said: Said,
  more: object = {},
): Promise<void> {
  const conditions = withCondition(migration, said, clock.now());
  const status = { ...migration.status, ...more, conditions };
  await client.of(storageVersionMigrations).updateStatus({ ...migration, status });
}

function fail(context: ControllerContext, migration: StorageVersionMigration, why: string): Promise<void> {
  const message = `migration encountered unhandled error: ${why}`;
  return say(context, migration, { type: 'Failed', reason: 'StorageVersionMigrationFailed', message });
}

/** Undefined: it cannot be migrated, which is said. @throws Error while it may still come */
async function servedOf(
  context: ControllerContext,
  migration: StorageVersionMigration,
): Promise<ServedResource | undefined> {
  const { client, clock } = context;
  const wanted = resourceOf(migration);
  const { resources } = await discover(client);
  const found = resources.find(
    ({ group, resource, preferred }) => preferred && wanted === (group === '' ? resource : `${resource}.${group}`),
  );
  if (found === undefined) {
    if (clock.now() - Date.parse(migration.metadata.creationTimestamp ?? '') < patience) {
      throw new Error(`${wanted} is not served`);
    }
    await fail(context, migration, 'resource does not exist in discovery');
    return undefined;
  }
  const missing = ['list', 'patch'].filter((verb) => !found.verbs.includes(verb));
  if (missing.length === 0) return found;
  await fail(context, migration, `resource "${wanted}" cannot be migrated: it has no ${missing.join(', ')}`);
  return undefined;
}

/** From here on everything that is written is written as it is to be. */
async function begin(context: ControllerContext, migration: StorageVersionMigration): Promise<void> {
  const type = await servedOf(context, migration);
  if (type === undefined) return;
  const { metadata } = await context.client.of(type).list({ limit: 1, metadataOnly: true });
  await context.client.of(storageVersionMigrations).updateStatus({
    ...migration,
    status: { ...migration.status, resourceVersion: metadata.resourceVersion },
  });
}

async function migrate(context: ControllerContext, migration: StorageVersionMigration): Promise<void> {
  const type = await servedOf(context, migration);
  if (type === undefined) return;
  const checkpoint = migration.status?.resourceVersion ?? '';
  const resource = context.client.of(type);
  let next: string | undefined;
  do {
    const page = await resource.list({ limit: pageSize, continue: next, metadataOnly: true });
    for (const { metadata } of page.items as PartialObject[]) {
      if (compareResourceVersions(metadata.resourceVersion ?? '', checkpoint) > 0) continue;
      const { name: objectName, namespace, uid, resourceVersion } = metadata;
      // With both it is refused where the object has changed or is another one by now, and then nothing is left to do.
      const nothing = { metadata: { name: objectName, namespace, uid, resourceVersion } };
      try {
        await resource.apply(nothing, { fieldManager: name });
      } catch (error) {
        const reason = reasonOf(error);
        if (reason === 'Conflict') continue;
        if (reason === undefined || worthRetrying.has(reason)) throw error;
        await fail(context, migration, error instanceof Error ? error.message : String(error));
        return;
      }
    }
    next = page.metadata.continue;
  } while (next !== undefined && next !== '');
  await say(context, migration, { type: 'Succeeded', reason: 'StorageVersionMigrationSucceeded', message: '' });
}
