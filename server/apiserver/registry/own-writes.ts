/** Options of writes that the server makes for itself, past authentication and admission. */
import type { Clock } from '../../apimachinery/clock/clock.ts';
import type { Random } from '../../apimachinery/clock/random.ts';
import { systemMasters, type UserInfo } from '../../apimachinery/request/user-info.ts';
import type { WriteOptions } from './generic/store-options.ts';

const self: UserInfo = { name: 'system:apiserver', uid: '', groups: [systemMasters], extra: {} };

export function ownWriteOptions(sources: { clock: Clock; random: Random }, namespace = ''): WriteOptions {
  const { clock, random } = sources;
  return { context: { clock, random, user: self, namespace, dryRun: false }, namespace, warn: () => undefined };
}
