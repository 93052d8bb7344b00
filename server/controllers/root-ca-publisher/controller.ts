/** Every namespace has a ConfigMap kube-root-ca.crt with whom its pods may believe to be the API server. */
import type { ConfigMap } from '../../client/api-types.ts';
import { isAlreadyExists, isNotFound } from '../../client/client.ts';
import { configMaps, namespaces } from '../../client/resource-types.ts';
import type { Controller } from '../controller.ts';
import { isActive } from '../namespace/phase.ts';
import { on, runReconciler } from '../reconciler.ts';

const name = 'kube-root-ca.crt';
const description =
  'Contains a CA bundle that can be used to verify the kube-apiserver when using internal endpoints such as the internal service IP or kubernetes.default.svc. ' +
  'No other usage is guaranteed across distributions of Kubernetes clusters.';
const annotations = { 'kubernetes.io/description': description };

export const rootCaPublisher: Controller = {
  name: 'root-ca-certificate-publisher-controller',
  alias: 'root-ca-cert-publisher',
  account: 'root-ca-cert-publisher',
  async run(context) {
    const certificates = context.settings.rootCertificates;
    if (certificates === undefined) return;
    const all = context.informers.of(namespaces);
    const published = context.informers.of(configMaps, { fieldSelector: `metadata.name=${name}` });
    const wanted = (namespace: string): ConfigMap => ({
      metadata: { name, namespace, annotations },
      data: { 'ca.crt': certificates },
    });
    await runReconciler({
      context,
      name: 'root_ca_cert_publisher',
      triggers: [on(all), on(published, ({ object }) => object.metadata.namespace)],
      async reconcile(namespace) {
        if (!isActive(all.lister.get(namespace))) return;
        const resource = context.client.of(configMaps);
        const found = published.lister.get(name, namespace);
        try {
          if (found === undefined) await resource.create(wanted(namespace));
          else if (!isAsWanted(found, certificates)) {
            await resource.update({ ...found, ...wanted(namespace), metadata: { ...found.metadata, annotations } });
          }
        } catch (error) {
          if (isAlreadyExists(error) || isNotFound(error)) return;
          if (isActive(all.lister.get(namespace))) throw error;
        }
      },
    });
  },
};

function isAsWanted({ data, metadata }: ConfigMap, certificates: string): boolean {
  const keys = Object.keys(data ?? {});
  const described = metadata.annotations?.['kubernetes.io/description'] === description;
  return keys.length === 1 && data?.['ca.crt'] === certificates && described;
}
