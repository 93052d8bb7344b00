/** Removes objects for good, also on servers without controllers: nobody else would take their finalizers off. */
import type { Client } from './client.ts';

export async function cleanUp(client: Client, paths: readonly string[]): Promise<void> {
  // What might refuse deletions goes first.
  const mayRefuse = (path: string): boolean => path.startsWith('/apis/admissionregistration.k8s.io/');
  const reversed = paths.toReversed();
  for (const path of [...reversed.filter(mayRefuse), ...reversed.filter((other) => !mayRefuse(other))]) {
    try {
      await removeForGood(client, path);
    } catch {
      // The server is gone, or broken: its answers to the cases say so.
    }
  }
}

async function removeForGood(client: Client, path: string): Promise<void> {
  const { status } = await client.send({
    method: 'DELETE',
    path: `${path}?gracePeriodSeconds=0&propagationPolicy=Background`,
  });
  if (status === 404 || status === 405) return;
  if ((await client.send({ method: 'GET', path })).status !== 200) return;
  if (/^\/api\/v1\/namespaces\/[^/]+$/.test(path)) {
    await client.send({
      method: 'PUT',
      path: `${path}/finalize`,
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify({
        apiVersion: 'v1',
        kind: 'Namespace',
        metadata: { name: path.split('/').at(-1) },
        spec: {},
      }),
    });
  }
  await client.send({
    method: 'PATCH',
    path,
    headers: { 'Content-Type': 'application/merge-patch+json' },
    body: JSON.stringify({ metadata: { finalizers: null } }),
  });
}
