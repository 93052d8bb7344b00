/** AlwaysPullImages: whoever runs a pod must be allowed to pull its images, also where a node has them already. */
import { joinErrors } from '../../apimachinery/errors/aggregate.ts';
import { notSupported } from '../../apimachinery/errors/field-error.ts';
import { failure } from '../../apimachinery/errors/status-error.ts';
import { asObject, asObjects, asText } from '../../apimachinery/json-access.ts';
import { isJsonObject, type JsonObject, type JsonValue } from '../../apimachinery/json.ts';
import type { KubeObject } from '../../apimachinery/meta/object.ts';
import type { AdmissionAttributes, AdmissionPlugin } from './admission.ts';
import { refusal } from './refusal.ts';

const containerLists = ['initContainers', 'containers', 'ephemeralContainers'] as const;

interface Pull {
  readonly path: string;
  /** The object that has the policy, and the policy's name in it. */
  readonly owner: JsonObject;
  readonly field: 'imagePullPolicy' | 'pullPolicy';
}

export const alwaysPullImages: AdmissionPlugin = {
  name: 'AlwaysPullImages',
  resources: ['pods'],
  operations: ['CREATE', 'UPDATE'],
  mutate({ object, old }) {
    if (object === undefined || hasNoNewImage(object, old)) return;
    for (const { owner, field } of pullsOf(object.spec)) owner[field] = 'Always';
  },
  validate(attributes) {
    const { object, old } = attributes;
    if (object === undefined || hasNoNewImage(object, old)) return;
    const wrong = pullsOf(object.spec).filter(({ owner, field }) => owner[field] !== 'Always');
    if (wrong.length > 0) throw refuse(attributes, wrong);
  },
};

/** Several at once are an aggregate upstream, which ends as a bare error. */
function refuse(attributes: AdmissionAttributes, wrong: readonly Pull[]): Error {
  const refusals = wrong.map(({ path, owner, field }) => {
    const error = notSupported(`${path}.${field}`, asText(owner[field]), ['Always']);
    return refusal(attributes, `${error.field}: ${error.message}`);
  });
  const [first] = refusals;
  if (first !== undefined && refusals.length === 1) return first;
  return failure({ code: 500, reason: '', message: joinErrors(refusals.map(({ message }) => message)) });
}

function pullsOf(spec: JsonValue | undefined): Pull[] {
  const fields = asObject(spec);
  const containers = containerLists.flatMap((list) =>
    asObjects(fields[list]).map(
      (owner, index): Pull => ({ path: `spec.${list}[${index}]`, owner, field: 'imagePullPolicy' }),
    ),
  );
  const volumes = asObjects(fields.volumes).flatMap(({ image }, index): Pull[] =>
    isJsonObject(image) ? [{ path: `spec.volumes[${index}].image`, owner: image, field: 'pullPolicy' }] : [],
  );
  return [...containers, ...volumes];
}

function hasNoNewImage(pod: KubeObject, old: KubeObject | undefined): boolean {
  if (old === undefined) return false;
  const known = new Set(imagesOf(old));
  return imagesOf(pod).every((image) => known.has(image));
}

function imagesOf(pod: KubeObject): string[] {
  const spec = asObject(pod.spec);
  return containerLists.flatMap((list) => asObjects(spec[list]).map(({ image }) => asText(image)));
}
