/** --admission-control-config-file: settings of admission plugins, in the file itself or in files that it names. */
import { dirname, resolve } from 'node:path';
import { asObject, asObjects, asText, isSet } from '../apimachinery/json-access.ts';
import type { JsonObject } from '../apimachinery/json.ts';
import { readRemote } from './webhook-file.ts';
import { readYamlFile } from './yaml-file.ts';

const flag = 'admission-control-config-file';

/** The server that reviews images, as its kubeconfig names it. */
async function withRemote(configuration: JsonObject, file: string): Promise<JsonObject> {
  const imagePolicy = asObject(configuration.imagePolicy);
  const kubeConfigFile = asText(imagePolicy.kubeConfigFile);
  if (kubeConfigFile === '') return configuration;
  const { url, token, tls } = await readRemote(flag, resolve(dirname(file), kubeConfigFile));
  const { authority, certificate, key } = tls;
  return { imagePolicy: { ...imagePolicy, remote: { url, token, tls: { authority, certificate, key } } } };
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
  return settings;
}
