/** Who a container is: as its spec says, else as its image does, with what the image (or the machine) knows of that user. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { RuntimeError } from '../errors.ts';
import type { ImageContent } from './image-folder.ts';

export interface Identity {
  readonly user: number;
  readonly group: number;
  /** Further ones, of the image. */
  readonly groups: readonly number[];
  readonly home: string;
}

interface Wanted {
  readonly runAsUser: number | undefined;
  readonly runAsGroup: number | undefined;
}

/** @throws RuntimeError: the image names a user that nobody knows */
export async function identityOf(
  image: Pick<ImageContent, 'root' | 'isWhole' | 'user'>,
  { runAsUser, runAsGroup }: Wanted,
): Promise<Identity> {
  const [name = '', groupName = ''] = runAsUser === undefined ? image.user.split(':') : [String(runAsUser)];
  if (name === '' || name === '0' || name === 'root')
    return { user: 0, group: runAsGroup ?? 0, groups: [], home: '/root' };
  const users = await lines(image, 'passwd');
  const found = users.find(([login, , uid]) => login === name || uid === name);
  const user = found === undefined ? Number(name) : Number(found[2]);
  if (!Number.isInteger(user)) throw new RuntimeError(`the image has no user ${name}`, 'CreateContainerError');
  const groups = await lines(image, 'group');
  const groupId = (wanted: string) => Number(groups.find(([of]) => of === wanted)?.[2] ?? wanted);
  const own = groupName === '' ? Number(found?.[3] ?? 0) : groupId(groupName);
  const further = groups.filter(
    ([, , , members = '']) => found !== undefined && members.split(',').includes(found[0] ?? ''),
  );
  return {
    user,
    group: runAsGroup ?? own,
    groups: further.map(([, , id]) => Number(id)),
    home: found?.[5] ?? '/',
  };
}

/** Of a file as /etc/passwd, by its fields. */
async function lines({ root, isWhole }: Pick<ImageContent, 'root' | 'isWhole'>, file: string): Promise<string[][]> {
  const read = (folder: string) => readFile(join(folder, 'etc', file), 'utf8').catch(() => undefined);
  const text = (root === undefined ? undefined : await read(root)) ?? (isWhole ? undefined : await read('/')) ?? '';
  return text.split('\n').map((line) => line.split(':'));
}
