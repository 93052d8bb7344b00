/** --admission-control-config-file: settings of admission plugins, in the file itself or in files that it names. */
import { dirname, resolve } from 'node:path';
import { asObject, asObjects, asText, isSet } from '../apimachinery/json-access.ts';
import type { JsonObject } from '../apimachinery/json.ts';
import { readRemote, readUser } from './webhook-file.ts';
import { readYamlFile } from './yaml-file.ts';

const flag = 'admission-control-config-file';

/** The server that reviews images, as its kubeconfig names it. */
async function withRemote(configuration: JsonObject, file: string): Promise<JsonObject> {
  const imagePolicy = asObject(configuration.imagePolicy);
  const kubeConfigFile = asText(imagePolicy.kubeConfigFile);
  if (kubeConfigFile === '') return configuration;
  const { url, authorization, tls } = await readRemote(flag, resolve(dirname(file), kubeConfigFile));
  const { authority, certificate, key } = tls;
  const remote = { url, authorization: authorization(), tls: { authority, certificate, key } };
  return { imagePolicy: { ...imagePolicy, remote } };
}

const webhookPlugins = ['MutatingAdmissionWebhook', 'ValidatingAdmissionWebhook'];
const webhookKinds = ['WebhookAdmissionConfiguration', 'WebhookAdmission'];

/** How webhooks are logged in to: the users of a kubeconfig, and the one of its current context for servers that none is named after. */
async function withLogins(plugin: string, configuration: JsonObject, file: string): Promise<JsonObject> {
  const { kind, kubeConfigFile } = configuration;
  if (!webhookKinds.includes(asText(kind))) {
    throw new Error(
      `--${flag} ${file}: ${plugin}: expected a WebhookAdmissionConfiguration of apiserver.config.k8s.io/v1`,
    );
  }
  const path = asText(kubeConfigFile);
  if (path === '') return {};
  if (!path.startsWith('/')) {
    throw new Error(`--${flag} ${file}: ${plugin}: kubeConfigFile must be an absolute file path: ${path}`);
  }
  const config = await readYamlFile(flag, path);
  const users = await Promise.all(
    asObjects(config.users).map(
      async (entry) => [asText(entry.name), { ...(await readUser(entry, { flag, file: path })) }] as const,
    ),
  );
  const context = asObjects(config.contexts).find(({ name }) => name === config['current-context']);
  return { users: Object.fromEntries(users), user: asText(asObject(context?.context).user) };
}

/** By the name of the plugin. @throws Error that names the file and what is wrong with it */
export async function readAdmissionConfiguration(file: string | undefined): Promise<ReadonlyMap<string, JsonObject>> {
  if (file === undefined) return new Map();
  const { kind, apiVersion, plugins } = await readYamlFile(flag, file);
  if (kind !== 'AdmissionConfiguration' || !asText(apiVersion).startsWith('apiserver.config.k8s.io/')) {
    throw new Error(`--${flag} ${file}: expected an AdmissionConfiguration of apiserver.config.k8s.io/v1`);
  }
  const read = asObjects(plugins).map(async ({ name, path, configuration }) => {
    if (isSet(configuration)) return [asText(name), asObject(configuration)] as const;
    const other = asText(path);
    return [asText(name), other === '' ? {} : await readYamlFile(flag, resolve(dirname(file), other))] as const;
  });
  const settings = new Map(await Promise.all(read));
  const images = settings.get('ImagePolicyWebhook');
  if (images !== undefined) settings.set('ImagePolicyWebhook', await withRemote(images, file));
  for (const plugin of webhookPlugins) {
    const found = settings.get(plugin);
    if (found !== undefined) settings.set(plugin, await withLogins(plugin, found, file));
  }
  return settings;
}
