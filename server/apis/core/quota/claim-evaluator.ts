/** Claims of volumes count themselves and their storage, also by storage class. */
import { asObject, asText } from '../../../apimachinery/json-access.ts';
import type { KubeObject } from '../../../apimachinery/meta/object.ts';
import { compareQuantities, quantityFrom, quantityValue } from '../../../apimachinery/quantity/arithmetic.ts';
import { parseQuantity, type Quantity } from '../../../apimachinery/quantity/quantity.ts';
import { type Amounts, one } from './amounts.ts';
import { type QuotaEvaluator, scopeSelects } from './evaluator.ts';

const counted = new Set(['count/persistentvolumeclaims', 'persistentvolumeclaims', 'requests.storage']);
const classSuffix = '.storageclass.storage.k8s.io/';
const betaClassAnnotation = 'volume.beta.kubernetes.io/storage-class';

export const claimEvaluator: QuotaEvaluator = {
  handles({ operation, subresource, object, old }) {
    if (subresource === '') return operation === 'CREATE' || operation === 'UPDATE';
    if (subresource !== 'status' || old === undefined) return false;
    return JSON.stringify(followed(object)) !== JSON.stringify(followed(old));
  },
  matching: (names) =>
    new Set(
      [...names].filter(
        (name) =>
          counted.has(name) ||
          name.endsWith(`${classSuffix}persistentvolumeclaims`) ||
          name.endsWith(`${classSuffix}requests.storage`),
      ),
    ),
  usage(claim) {
    const usage: Amounts = new Map([
      ['persistentvolumeclaims', one],
      ['count/persistentvolumeclaims', one],
    ]);
    const storageClass = classOf(claim);
    if (storageClass !== '') usage.set(`${storageClass}${classSuffix}persistentvolumeclaims`, one);
    const storage = storageOf(claim);
    if (storage === undefined) return usage;
    usage.set('requests.storage', storage);
    if (storageClass !== '') usage.set(`${storageClass}${classSuffix}requests.storage`, storage);
    return usage;
  },
  inScope: (requirement, claim) =>
    requirement.scope === 'VolumeAttributesClass' && scopeSelects(requirement, attributesClassesOf(claim)),
};

/** What of a status changes what is counted. */
function followed(claim: KubeObject): readonly unknown[] {
  const { allocatedResources } = asObject(claim.status);
  return [asObject(allocatedResources).storage ?? null, attributesClassesOf(claim)];
}

function attributesClassesOf(claim: KubeObject): string[] {
  const status = asObject(claim.status);
  const names = [
    asText(asObject(claim.spec).volumeAttributesClassName),
    asText(status.currentVolumeAttributesClassName),
    asText(asObject(status.modifyVolumeStatus).targetVolumeAttributesClassName),
  ];
  return [...new Set(names.filter((name) => name !== ''))].toSorted();
}

/** Whole bytes; while a volume is being expanded, the larger of wanted and allocated. */
function storageOf(claim: KubeObject): Quantity | undefined {
  const wanted = asText(asObject(asObject(asObject(claim.spec).resources).requests).storage);
  if (wanted === '') return undefined;
  const allocated = asText(asObject(asObject(claim.status).allocatedResources).storage) || '0';
  const [asked, present] = [parseQuantity(wanted), parseQuantity(allocated)];
  const more = compareQuantities(present, asked) > 0 ? present : asked;
  return more.exponent >= 0 ? more : quantityFrom(quantityValue(more), more.format);
}

function classOf(claim: KubeObject): string {
  const annotations = claim.metadata.annotations ?? {};
  if (Object.hasOwn(annotations, betaClassAnnotation)) return annotations[betaClassAnnotation] ?? '';
  return asText(asObject(claim.spec).storageClassName);
}
