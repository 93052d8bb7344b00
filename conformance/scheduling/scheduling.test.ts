import test from 'ava';
import { readFile } from 'node:fs/promises';
import { recordedSeeds, recordOf } from './record.ts';

const recorded = (await readFile(new URL('recorded.txt', import.meta.url), 'utf8')).trim().split('\n');

for (const seed of recordedSeeds) {
  test(`generated cluster ${seed}: every pod goes where it went when this was compared with kube-scheduler`, async (t) => {
    t.deepEqual(
      await recordOf(seed),
      recorded.filter((line) => line.startsWith(`${seed} `)),
    );
  });
}
