/**
 * An extension API server: a Portico of its own, with its own storage, that serves one kind to the clients of another cluster. That
 * cluster says who asks (front proxy) and what they may (SubjectAccessReview); an APIService leads requests here.
 */
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { newServingCertificate, type Portico, resources, startPortico } from '../../server/cmd/library.ts';
import { flavors } from './flavor.ts';

const { apiServices, configMaps, services } = resources;
const reference = { name: 'flavors', namespace: 'kube-system' };

export interface ExtensionOptions {
  /** The cluster whose API is extended. */
  readonly cluster: Pick<Portico, 'client' | 'kubeConfig' | 'url'>;
  /** For certificates and the like. */
  readonly folder: string;
  /** Where the cluster reaches this server. */
  readonly host: string;
}

export async function startExtension({ cluster, folder, host }: ExtensionOptions): Promise<Portico> {
  await mkdir(folder, { recursive: true });
  const file = async (name: string, text: string): Promise<string> => {
    const path = join(folder, name);
    await writeFile(path, text, { mode: 0o600 });
    return path;
  };
  const { data = {} } = await cluster.client.of(configMaps).get('extension-apiserver-authentication', {
    namespace: 'kube-system',
  });
  const serving = await newServingCertificate([`${reference.name}.${reference.namespace}.svc`]);
  const extension = await startPortico({
    storage: 'memory:',
    controllers: '',
    resources: [flavors],
    tlsCertFile: await file('serving.crt', serving.certificate),
    tlsPrivateKeyFile: await file('serving.key', serving.key),
    requestheaderClientCaFile: await file('front-proxies.crt', data['requestheader-client-ca-file'] ?? ''),
    requestheaderAllowedNames: (JSON.parse(data['requestheader-allowed-names'] ?? '[]') as string[]).join(','),
    authorizationMode: 'Webhook',
    authorizationWebhookConfigFile: await file('authorizer.kubeconfig', reviewsAt(cluster)),
    authorizationWebhookVersion: 'v1',
  });
  await register(cluster, { authority: serving.authority, host, port: extension.port });
  return extension;
}

/** The cluster's kubeconfig, with the path of its reviews: an authorization webhook like any other. */
function reviewsAt({ kubeConfig, url }: ExtensionOptions['cluster']): string {
  return kubeConfig.replace(url, `${url}/apis/authorization.k8s.io/v1/subjectaccessreviews`);
}

async function register(
  { client }: ExtensionOptions['cluster'],
  { authority, host, port }: { readonly authority: string; readonly host: string; readonly port: number },
): Promise<void> {
  const options = { fieldManager: 'flavors', force: true };
  const service = { metadata: { ...reference }, spec: { type: 'ExternalName', externalName: host } };
  await client.of(services).apply(service, options);
  const { group, version } = flavors;
  const apiService = {
    metadata: { name: `${version}.${group}` },
    spec: {
      group,
      version,
      groupPriorityMinimum: 1000,
      versionPriority: 10,
      service: { ...reference, port },
      caBundle: Buffer.from(authority).toString('base64'),
    },
  };
  await client.of(apiServices).apply(apiService, options);
}
