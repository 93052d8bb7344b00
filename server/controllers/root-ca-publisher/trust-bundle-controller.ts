/** Whom pods may believe to be the API server, as a ClusterTrustBundle of the signer of its certificate; bundles of earlier authorities go. */
import { createHash } from 'node:crypto';
import { isAlreadyExists, isNotFound } from '../../client/client.ts';
import { clusterTrustBundles } from '../../client/resource-types.ts';
import type { Controller } from '../controller.ts';
import { on, runReconciler } from '../reconciler.ts';

const signerName = 'kubernetes.io/kube-apiserver-serving';

export const trustBundlePublisher: Controller = {
  name: 'kube-apiserver-serving-clustertrustbundle-publisher-controller',
  account: 'kube-apiserver-serving-clustertrustbundle-publisher',
  needs: clusterTrustBundles,
  async run(context) {
    const trustBundle = context.settings.rootCertificates;
    if (trustBundle === undefined) return;
    const hash = createHash('sha256').update(trustBundle).digest('hex').slice(0, 24);
    const wanted = `${signerName.replace('/', ':')}:${hash}`;
    const queue = context.newQueue('ca_cert_publisher_cluster_trust_bundles');
    const published = context.informers.of(clusterTrustBundles, { fieldSelector: `spec.signerName=${signerName}` });
    // There may be none that would make it due.
    queue.add(wanted);
    await runReconciler({
      context,
      name: 'ca_cert_publisher_cluster_trust_bundles',
      queue,
      triggers: [on(published, () => wanted)],
      workers: 1,
      async reconcile() {
        const resource = context.client.of(clusterTrustBundles);
        const present = published.lister.get(wanted);
        if (present === undefined) {
          await resource.create({ metadata: { name: wanted }, spec: { signerName, trustBundle } }).catch(unlessThere);
        } else if (present.spec.trustBundle !== trustBundle) {
          await resource.update({ ...present, spec: { ...present.spec, trustBundle } });
        }
        for (const { metadata } of published.lister.list()) {
          if (metadata.name === wanted) continue;
          await resource.delete(metadata.name ?? '').catch((error: unknown) => {
            if (!isNotFound(error)) throw error;
          });
        }
      },
    });
  },
};

function unlessThere(error: unknown): void {
  if (!isAlreadyExists(error)) throw error;
}
