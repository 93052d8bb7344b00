/** Under whose name PostgreSQL runs: it refuses to run as root. */
import { chown, lstat, readdir, readFile, stat } from 'node:fs/promises';
import path from 'node:path';
import { StorageError } from '../errors.ts';

/** Undefined ids: the user that runs this process. */
export interface Account {
  readonly name: string;
  readonly uid: number | undefined;
  readonly gid: number | undefined;
}

/** Without a passwd entry PostgreSQL does not start; `nobody` has one nearly everywhere. */
const UNPRIVILEGED = 'nobody';

/** @throws StorageError when root has no account to step down to */
export async function serverAccount(user: string | undefined): Promise<Account> {
  if (process.getuid?.() !== 0) {
    return { name: 'the current user', uid: undefined, gid: undefined };
  }
  const name = user ?? UNPRIVILEGED;
  const passwd = await readFile('/etc/passwd', 'utf8');
  const entry = passwd
    .split('\n')
    .map((line) => line.split(':'))
    .find(([entryName]) => entryName === name);
  if (entry === undefined) {
    throw new StorageError(`PostgreSQL does not run as root, and there is no user ${name} in /etc/passwd to run it as`);
  }
  return { name, uid: Number(entry[2]), gid: Number(entry[3]) };
}

/** @throws StorageError that names the folder in the way */
export async function checkReachable(target: string, account: Account): Promise<void> {
  if (account.uid === undefined) {
    return;
  }
  for (let folder = path.resolve(target); folder !== path.dirname(folder); folder = path.dirname(folder)) {
    const { mode, uid, gid } = await stat(folder);
    const bit = uid === account.uid ? 0o100 : gid === account.gid ? 0o010 : 0o001;
    if ((mode & bit) === 0) {
      throw new StorageError(
        `${target} is out of reach for the user ${account.name}, which runs PostgreSQL because it refuses to run as root: ` +
          `chmod o+x ${folder}, or choose another folder, or start as an ordinary user`,
      );
    }
  }
}

/** The folder and all in it. */
export async function giveTo(account: Account, folder: string): Promise<void> {
  const { uid, gid } = account;
  if (uid === undefined || gid === undefined) {
    return;
  }
  if ((await lstat(folder)).uid === uid) {
    return;
  }
  const entries = await readdir(folder, { recursive: true });
  await Promise.all(entries.map((entry) => chown(path.join(folder, entry), uid, gid)));
  // Last, since it tells that the rest has been done.
  await chown(folder, uid, gid);
}
