/** A node asks for tokens of service accounts for the pods that it runs, and for the audiences that those pods name. */
import { goQuote } from '../../../apimachinery/errors/field-error.ts';
import { newNotFound } from '../../../apimachinery/errors/status-error.ts';
import { asObject, asObjects, asText, asTexts, isSet } from '../../../apimachinery/json-access.ts';
import type { JsonObject } from '../../../apimachinery/json.ts';
import type { KubeObject } from '../../../apimachinery/meta/object.ts';
import type { Authorizer } from '../../authorization/authorizer.ts';
import type { AdmissionAttributes } from '../admission.ts';
import type { ObjectReader } from '../object-reader.ts';
import { refusal } from '../refusal.ts';

const pods = { group: '', resource: 'pods' };
const claims = { group: '', resource: 'persistentvolumeclaims' };
const volumes = { group: '', resource: 'persistentvolumes' };
const drivers = { group: 'storage.k8s.io', resource: 'csidrivers' };

export interface AudienceParts {
  readonly objects: ObjectReader;
  readonly authorizer: Authorizer;
}

export async function restrictToken(
  node: string,
  attributes: AdmissionAttributes,
  parts: AudienceParts,
): Promise<void> {
  const { operation, subresource, object, namespace } = attributes;
  if (operation !== 'CREATE' || subresource !== 'token' || object === undefined) return;
  const { boundObjectRef, audiences } = asObject(object.spec);
  const { apiVersion, kind, name, uid } = asObject(boundObjectRef);
  if (!isSet(boundObjectRef) || apiVersion !== 'v1' || kind !== 'Pod' || asText(name) === '') {
    throw refusal(attributes, 'node requested token not bound to a pod');
  }
  if (asText(uid) === '') throw refusal(attributes, 'node requested token with a pod binding without a uid');
  const pod = parts.objects.get(pods, asText(name), namespace);
  if (pod === undefined) throw newNotFound(pods, asText(name));
  if (pod.metadata.uid !== uid) {
    const what = `the UID in the bound object reference (${asText(uid)}) does not match the UID in record`;
    throw refusal(attributes, `${what}. The object might have been deleted and then recreated`);
  }
  if (asText(asObject(pod.spec).nodeName) !== node) {
    throw refusal(attributes, 'node requested token bound to a pod scheduled on a different node');
  }
  await checkAudience(asTexts(audiences), pod, attributes, parts);
}

async function checkAudience(
  audiences: readonly string[],
  pod: KubeObject,
  attributes: AdmissionAttributes,
  { objects, authorizer }: AudienceParts,
): Promise<void> {
  if (audiences.length > 1) throw refusal(attributes, 'node may only request 0 or 1 audiences');
  const [audience = ''] = audiences;
  if (asObjects(asObject(pod.spec).volumes).some((volume) => wants(volume, audience, pod, objects))) return;
  const { user, namespace, name } = attributes;
  const { decision } = await authorizer.authorize({
    user,
    info: {
      isResourceRequest: true,
      path: '',
      verb: 'request-serviceaccounts-token-audience',
      group: '',
      version: 'v1',
      namespace,
      resource: audience,
      subresource: '',
      name,
    },
  });
  if (decision === 'allow') return;
  const missing = `audience ${goQuote(audience)} not found in pod spec volume`;
  throw refusal(attributes, `${missing}, ${user.name} is not authorized to request tokens for this audience`);
}

/** A projected token for the audience, or a CSI driver that is given one. */
function wants(volume: JsonObject, audience: string, pod: KubeObject, objects: ObjectReader): boolean {
  const isProjected = asObjects(asObject(volume.projected).sources).some(
    ({ serviceAccountToken }) =>
      isSet(serviceAccountToken) && asText(asObject(serviceAccountToken).audience) === audience,
  );
  if (isProjected) return true;
  const driver = objects.get(drivers, driverOf(volume, pod, objects));
  return asObjects(asObject(driver?.spec).tokenRequests).some((request) => asText(request.audience) === audience);
}

function driverOf(volume: JsonObject, pod: KubeObject, objects: ObjectReader): string {
  const { csi, ephemeral, persistentVolumeClaim } = volume;
  if (isSet(csi)) return asText(asObject(csi).driver);
  const { name = '', namespace = '' } = pod.metadata;
  const claimName = isSet(ephemeral)
    ? `${name}-${asText(volume.name)}`
    : asText(asObject(persistentVolumeClaim).claimName);
  const claim = objects.get(claims, claimName, namespace);
  const persistent = objects.get(volumes, asText(asObject(claim?.spec).volumeName));
  return asText(asObject(asObject(persistent?.spec).csi).driver);
}
