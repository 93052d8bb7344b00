/** Dependents are an owner's by controller reference: orphans that its selector matches are adopted, what it no longer matches is let go. */
import { joinErrors } from '../../apimachinery/errors/aggregate.ts';
import { type Client, isNotFound, reasonOf } from '../../client/client.ts';
import type { Stored } from '../../client/lister.ts';
import type { ResourceType } from '../../client/resource-type.ts';
import { controllerOf, newControllerReference } from './owner-reference.ts';

export interface ClaimOptions<T> {
  readonly client: Client;
  readonly owner: Stored;
  readonly ownerType: ResourceType;
  readonly type: ResourceType<T>;
  readonly matches: (object: T) => boolean;
  /** Come with adoption and go with release. */
  readonly finalizers?: readonly string[];
}

export type Claim = 'keep' | 'adopt' | 'release' | 'ignore';

export function claimOf<T extends Stored>(
  object: T,
  { owner, matches }: Pick<ClaimOptions<T>, 'owner' | 'matches'>,
): Claim {
  const reference = controllerOf(object);
  const ownerGoes = owner.metadata.deletionTimestamp !== undefined;
  if (reference !== undefined) {
    if (reference.uid !== owner.metadata.uid) return 'ignore';
    if (matches(object)) return 'keep';
    return ownerGoes ? 'ignore' : 'release';
  }
  if (ownerGoes || object.metadata.deletionTimestamp !== undefined || !matches(object)) return 'ignore';
  return object.metadata.namespace === owner.metadata.namespace ? 'adopt' : 'ignore';
}

/** What the owner has after that, adopted ones as they are now. @throws Error of all that could not be claimed */
export async function claim<T extends Stored & object>(objects: readonly T[], options: ClaimOptions<T>): Promise<T[]> {
  const claimed: T[] = [];
  const problems: string[] = [];
  const mayAdopt = onceAsked(() => checkOwner(options));
  for (const object of objects) {
    const what = claimOf(object, options);
    if (what === 'keep') claimed.push(object);
    if (what === 'keep' || what === 'ignore') continue;
    try {
      const adopted = what === 'release' ? await release(object, options) : await adopt(object, options, mayAdopt);
      if (adopted !== undefined) claimed.push(adopted);
    } catch (error) {
      problems.push(error instanceof Error ? error.message : String(error));
    }
  }
  if (problems.length > 0) throw new Error(joinErrors(problems));
  return claimed;
}

async function adopt<T extends Stored & object>(
  object: T,
  options: ClaimOptions<T>,
  mayAdopt: () => Promise<void>,
): Promise<T | undefined> {
  const { owner, ownerType, type, client, finalizers } = options;
  const { name = '', namespace, uid } = object.metadata;
  try {
    await mayAdopt();
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new Error(`can't adopt ${type.kind} ${namespace}/${name} (${uid}): ${why}`, { cause: error });
  }
  const metadata = { uid, ownerReferences: [newControllerReference(owner, ownerType)], finalizers };
  try {
    return await client.of(type).patch(name, { metadata }, { namespace, type: 'strategic' });
  } catch (error) {
    if (isNotFound(error)) return undefined;
    throw error;
  }
}

async function release<T extends Stored & object>(
  object: T,
  { owner, type, client, finalizers }: ClaimOptions<T>,
): Promise<undefined> {
  const { name = '', namespace, uid } = object.metadata;
  const metadata = {
    uid,
    ownerReferences: [{ $patch: 'delete', uid: owner.metadata.uid }],
    '$deleteFromPrimitiveList/finalizers': finalizers,
  };
  try {
    await client.of(type).patch(name, { metadata }, { namespace, type: 'strategic' });
  } catch (error) {
    // Invalid: the reference is gone already, or the name belongs to another object by now.
    if (!isNotFound(error) && reasonOf(error) !== 'Invalid') throw error;
  }
  return undefined;
}

/** Against what is stored: an owner whose deletion has not yet reached us must not adopt. */
async function checkOwner<T>({ client, owner, ownerType }: ClaimOptions<T>): Promise<void> {
  const { name = '', namespace, uid } = owner.metadata;
  const fresh = (await client.of<Stored>(ownerType as ResourceType<Stored>).get(name, { namespace })).metadata;
  if (fresh.uid !== uid) {
    throw new Error(`original ${ownerType.kind} ${namespace}/${name} is gone: got uid ${fresh.uid}, wanted ${uid}`);
  }
  if (fresh.deletionTimestamp !== undefined) {
    throw new Error(`${namespace}/${name} has just been deleted at ${fresh.deletionTimestamp}`);
  }
}

function onceAsked<T>(ask: () => Promise<T>): () => Promise<T> {
  let answer: Promise<T> | undefined;
  return () => (answer ??= ask());
}
