/** Workloads and PodGroups: which pods are scheduled together. Their fields that belong to features off by default are dropped. */
import { asObject, asObjects, isSet } from '../../apimachinery/json-access.ts';
import type { JsonObject } from '../../apimachinery/json.ts';
import type { KubeObject } from '../../apimachinery/meta/object.ts';
import { isDns1123Label, isDns1123Subdomain, isPathSegmentName } from '../../apimachinery/validation/names.ts';
import { finalizerErrors } from '../core/validation/finalizers.ts';
import type { Errors } from '../validation/checks.ts';
import { checkDeclared, type FieldRules, type StructRules } from '../validation/declared-rules.ts';

const shortName: FieldRules = { required: true, format: isDns1123Label };
const segment: FieldRules = { required: true, format: isPathSegmentName };

const schedulingPolicy: StructRules = {
  union: ['basic', 'gang'],
  fields: { gang: { struct: { fields: { minCount: { required: 'not zero', min: 1 } } } } },
};

const workload: StructRules = {
  fields: {
    spec: {
      struct: {
        fields: {
          controllerRef: {
            immutable: true,
            struct: { fields: { apiGroup: { format: isDns1123Subdomain }, kind: segment, name: segment } },
          },
          podGroupTemplates: {
            immutable: true,
            maxItems: 8,
            required: true,
            key: 'name',
            struct: { fields: { name: shortName, schedulingPolicy: { struct: schedulingPolicy } } },
          },
        },
      },
    },
  },
};

const podGroup: StructRules = {
  fields: {
    spec: {
      struct: {
        fields: {
          podGroupTemplateRef: {
            immutable: true,
            struct: {
              union: ['workload'],
              fields: {
                workload: {
                  struct: {
                    fields: {
                      workloadName: { required: true, format: isDns1123Subdomain },
                      podGroupTemplateName: shortName,
                    },
                  },
                },
              },
            },
          },
          schedulingPolicy: { immutable: true, struct: schedulingPolicy },
        },
      },
    },
  },
};

export function validateWorkload(object: KubeObject, old?: KubeObject): Errors {
  return [...finalizerErrors(object), ...checkDeclared(object, old, workload)];
}

export function validatePodGroup(object: KubeObject, old?: KubeObject): Errors {
  return [...finalizerErrors(object), ...checkDeclared(object, old, podGroup)];
}

const offByDefault = ['schedulingConstraints', 'resourceClaims', 'disruptionMode', 'priorityClassName', 'priority'];

/** Mutates `group`, a PodGroup's spec or a template; what the old one uses already stays. */
function dropFieldsOffByDefault(group: JsonObject, old: JsonObject): void {
  for (const field of offByDefault) if (!isSet(old[field])) delete group[field];
}

export function dropPodGroupFields(podGroupObject: KubeObject, old?: KubeObject): void {
  const spec = asObject(podGroupObject.spec);
  dropFieldsOffByDefault(spec, asObject(old?.spec));
  // Its default comes back when upstream reads what it has stored.
  spec.disruptionMode ??= 'Pod';
}

export function dropWorkloadFields(object: KubeObject, old?: KubeObject): void {
  const before = asObjects(asObject(old?.spec).podGroupTemplates);
  asObjects(asObject(object.spec).podGroupTemplates).forEach((template, index) => {
    dropFieldsOffByDefault(template, before[index] ?? {});
    // Unlike the others, and unlike a PodGroup's, this one is always written.
    template.schedulingConstraints ??= null;
  });
}
