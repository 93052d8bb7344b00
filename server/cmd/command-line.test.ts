import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test from 'ava';
import { serverOptions } from './command-line.ts';
import { readConfigFile } from './config-file.ts';
import { flagDefinitions, flagKey } from './flags.ts';

test('every flag reaches the option that it stands for', (t) => {
  for (const { flag, option } of flagDefinitions) {
    const options = serverOptions({ [flagKey(flag)]: 17 });
    t.is(options[option], 17, flag);
  }
});

test('so does what a configuration file says under the name of a flag', async (t) => {
  const folder = await mkdtemp(join(tmpdir(), 'portico-flags-'));
  t.teardown(() => rm(folder, { recursive: true, force: true }));
  const file = join(folder, 'config.yaml');
  await writeFile(file, 'etcd-compaction-interval: 1m30s\nsecure-port: 0\n');
  t.like(serverOptions(readConfigFile(file)), { compactionInterval: 90, securePort: 0 });
});
