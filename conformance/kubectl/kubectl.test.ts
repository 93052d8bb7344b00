/** Every case with one kubectl: the one that KUBECTL names, or the one on PATH. */
import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import test from 'ava';
import { testClaim } from '../test-claim.ts';
import { findOnPath } from '../kubectl-binaries.ts';
import { Namespaces } from '../namespaces.ts';
import { type ServerUnderTest, serverUnderTest } from '../server-under-test.ts';
import { cases } from './cases/all.ts';
import { Kubectl, minorVersion } from './kubectl.ts';
import { CaseRun } from './run-case.ts';

const binary = process.env.KUBECTL || findOnPath('kubectl');

if (binary === undefined) {
  test.skip('kubectl: no kubectl on PATH, and KUBECTL is not set', (t) => t.pass());
} else {
  const minor = await minorVersion(binary);
  const run = randomBytes(3).toString('hex');
  let server: ServerUnderTest;
  let namespaces: Namespaces;
  let home: string;

  test.before(async () => {
    home = await mkdtemp(join(tmpdir(), 'kubectl-home-'));
    server = await serverUnderTest();
    namespaces = new Namespaces(server.kubeconfig, { atOnce: availableParallelism() });
  });

  test.after.always(async () => {
    await server?.stop();
    await rm(home, { recursive: true, force: true });
  });

  for (const [index, each] of cases.entries()) {
    testClaim({
      name: `kubectl: ${each.name}`,
      skip: each.since !== undefined && minor < each.since ? `kubectl has it since 1.${each.since}` : undefined,
      check: (t) =>
        namespaces.within(`kubectl-${run}-${index}`, async (namespace) => {
          const kubectl = new Kubectl({ binary, kubeconfig: server.kubeconfig, home, namespace });
          await t.notThrowsAsync(new CaseRun(kubectl, namespace).run(each));
        }),
    });
  }
}
