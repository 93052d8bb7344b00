/** Keeps the bootstrap objects of flow control: what must be there is put right, what is proposed is left to whoever has changed it. */
import { asObject } from '../../../apimachinery/json-access.ts';
import type { KubeObject } from '../../../apimachinery/meta/object.ts';
import { semanticallyEqual } from '../../../apimachinery/validation/immutable-field.ts';
import { OwnObjects, type OwnObjectsOptions } from '../../bootstrap/own-objects.ts';
import {
  exemptName,
  mandatoryLevels,
  mandatorySchemas,
  suggestedLevels,
  suggestedSchemas,
} from './bootstrap-objects.ts';

const group = 'flowcontrol.apiserver.k8s.io';
const autoUpdateKey = 'apf.kubernetes.io/autoupdate-spec';

const fieldManager = 'api-priority-and-fairness-config-producer-v1';

export async function ensureBootstrapFlowControl(sources: OwnObjectsOptions): Promise<void> {
  const options = { ...sources, fieldManager };
  const levels = OwnObjects.of([group, 'v1', 'prioritylevelconfigurations'], options);
  const schemas = OwnObjects.of([group, 'v1', 'flowschemas'], options);
  if (levels === undefined || schemas === undefined) return;
  // Side by side, so that they share a commit.
  await Promise.all([
    ...[...suggestedLevels, ...mandatoryLevels].map((object) =>
      ensure(levels, object, mandatoryLevels.includes(object)),
    ),
    ...[...suggestedSchemas, ...mandatorySchemas].map((object) =>
      ensure(schemas, object, mandatorySchemas.includes(object)),
    ),
  ]);
}

async function ensure(objects: OwnObjects, expected: KubeObject, isMandatory: boolean): Promise<void> {
  const present = objects.get(expected);
  if (present === undefined) {
    await objects.createMissing({
      ...expected,
      metadata: { ...expected.metadata, annotations: { [autoUpdateKey]: 'true' } },
    });
  } else if (changeOf(present, expected, isMandatory) !== undefined) {
    await objects.update(expected, (now) => changeOf(now, expected, isMandatory));
  }
}

/** Undefined: it is as it should be. */
function changeOf(present: KubeObject, expected: KubeObject, isMandatory: boolean): KubeObject | undefined {
  const said = present.metadata.annotations?.[autoUpdateKey];
  const isTold = said === 'true' || said === 'false';
  // Unless somebody has said otherwise, an object that nobody has changed follows us.
  const follows = isMandatory || (isTold ? said === 'true' : present.metadata.generation === 1);
  const annotations = { ...present.metadata.annotations, [autoUpdateKey]: String(follows) };
  const metadata = { ...present.metadata, annotations };
  const changed = { ...present, metadata, ...(follows ? { spec: specOf(present, expected) } : {}) };
  return semanticallyEqual(changed, present) ? undefined : changed;
}

/** How much the exempt level lends is whoever's who says so. */
function specOf(present: KubeObject, expected: KubeObject): KubeObject['spec'] {
  const isExempt = expected.metadata.name === exemptName && asObject(expected.spec).exempt !== undefined;
  return isExempt ? { ...asObject(expected.spec), exempt: asObject(present.spec).exempt } : expected.spec;
}
