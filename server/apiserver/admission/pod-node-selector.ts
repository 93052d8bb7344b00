/** PodNodeSelector: the pods of a namespace run on the nodes that the namespace, or the cluster, names for them. */
import { failure, newForbidden } from '../../apimachinery/errors/status-error.ts';
import { asObject, asText, asTextEntries, ensureObject } from '../../apimachinery/json-access.ts';
import type { JsonObject } from '../../apimachinery/json.ts';
import { isLabelKey, isLabelValue } from '../../apimachinery/validation/labels.ts';
import type { AdmissionAttributes, AdmissionPlugin } from './admission.ts';
import type { ObjectReader } from './object-reader.ts';

type Labels = ReadonlyMap<string, string>;

const namespaces = { group: '', resource: 'namespaces' };
const annotation = 'scheduler.alpha.kubernetes.io/node-selector';
const clusterDefault = 'clusterDefaultNodeSelector';

export function podNodeSelector(objects: ObjectReader, configuration: JsonObject | undefined): AdmissionPlugin {
  const configured = asObject(configuration?.podNodeSelectorPluginConfig);
  const ofNamespace = ({ namespace }: AdmissionAttributes): Labels => {
    const annotations = objects.get(namespaces, namespace)?.metadata.annotations ?? {};
    const own = Object.hasOwn(annotations, annotation) ? annotations[annotation] : undefined;
    return parseLabels(own ?? asText(configured[clusterDefault]));
  };
  return {
    name: 'PodNodeSelector',
    resources: ['pods'],
    operations: ['CREATE'],
    mutate(attributes) {
      const { object } = attributes;
      if (object === undefined) return;
      const wanted = ofNamespace(attributes);
      const given = selectorOf(attributes);
      refuseConflict(wanted, given, attributes);
      if (wanted.size > 0) ensureObject(object, 'spec').nodeSelector = Object.fromEntries([...wanted, ...given]);
    },
    validate(attributes) {
      const given = selectorOf(attributes);
      refuseConflict(ofNamespace(attributes), given, attributes);
      const allowed = parseLabels(asText(configured[attributes.namespace]));
      if (allowed.size === 0 || [...given].every(([key, value]) => allowed.get(key) === value)) return;
      throw refuse(attributes, 'pod node label selector labels conflict with its namespace whitelist');
    },
  };
}

function selectorOf({ object }: AdmissionAttributes): Labels {
  return new Map(asTextEntries(asObject(object?.spec).nodeSelector));
}

function refuseConflict(wanted: Labels, given: Labels, attributes: AdmissionAttributes): void {
  const isConflict = [...wanted].some(([key, value]) => given.has(key) && given.get(key) !== value);
  if (isConflict) throw refuse(attributes, 'pod node label selector conflicts with its namespace node label selector');
}

function refuse({ scope, object }: AdmissionAttributes, detail: string): Error {
  return newForbidden(scope.groupResource, object?.metadata.name ?? '', detail);
}

/** "a=b,c=d". @throws StatusError 500, as upstream does */
function parseLabels(selector: string): Labels {
  if (selector === '') return new Map();
  return new Map(
    selector.split(',').map((pair): [string, string] => {
      const [key = '', value = '', ...more] = pair.split('=').map((part) => part.trim());
      const isLabel = pair.includes('=') && more.length === 0;
      if (!isLabel)
        throw failure({ code: 500, reason: '', message: `invalid selector: [${pair.split('=').join(' ')}]` });
      const problems = [...isLabelKey(key), ...isLabelValue(value)];
      if (problems.length > 0) throw failure({ code: 500, reason: '', message: problems.join(', ') });
      return [key, value];
    }),
  );
}
