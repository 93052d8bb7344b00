/** POST …/pods/NAME/binding (and the old /bindings): a scheduler assigns a pod to a node. */
import { failure, newBadRequest, newConflict } from '../../../apimachinery/errors/status-error.ts';
import { isJsonObject, type JsonObject } from '../../../apimachinery/json.ts';
import type { KubeObject } from '../../../apimachinery/meta/object.ts';
import { formatTime } from '../../../apimachinery/meta/time.ts';
import { endpoints } from '../../negotiation/endpoint.ts';
import { asObject, asText } from '../../../apimachinery/json-access.ts';
import { validatePodBinding } from '../../../apis/core/validation/binding.ts';
import { readBody } from '../../negotiation/read-body.ts';
import { answerValue, negotiateValue } from '../answer.ts';
import type { ResourceHandler } from '../handler-environment.ts';
import { parseWriteQuery } from '../request-options.ts';
import { trackRequest } from '../track-request.ts';
import { admissionAttributes, decodeRequest, settleNamespace, writeOptions } from '../write-object.ts';

const bindingType = 'io.k8s.api.core.v1.Binding';

export const handleBinding: ResourceHandler = async (ctx, scope, environment) => {
  const options = negotiateValue(ctx, environment, endpoints.objects);
  const query = parseWriteQuery(ctx, 'CreateOptions');
  const schema = environment.schemas.struct(bindingType);
  const expected = { group: '', version: 'v1', kind: 'Binding', apiVersion: 'v1', schema };
  const binding = decodeRequest(ctx, environment, await readBody(ctx), expected, query.fieldValidation);
  ctx.state.audit?.addRequestObject(binding.metadata, () => binding);
  settleNamespace(binding, scope, ctx.state.info.namespace);
  trackRequest({ ctx, environment, expected, fieldManager: query.fieldManager }, binding);
  const name = ctx.state.info.name === '' ? (binding.metadata.name ?? '') : ctx.state.info.name;
  const parts = { ctx, scope, environment, operation: 'CREATE' as const, dryRun: query.dryRun };
  const attributes = admissionAttributes(parts, binding, undefined);
  await environment.admission.mutate(attributes);
  if (name !== binding.metadata.name) throw newBadRequest('name in URL does not match name in Binding object');
  const node = targetNode(binding);
  await environment.admission.validate(attributes);
  const pods = environment.scopeOf('', 'v1', 'pods') ?? scope;
  // Admission has seen the binding; it does not see the write that follows.
  const { admit: _admit, ...write } = writeOptions(parts);
  const { uid, resourceVersion } = binding.metadata;
  await pods.store.update(name, (old) => assign(old, binding, { node, now: formatTime(environment.clock.now()) }), {
    ...write,
    strategy: {},
    allowCreate: false,
    isPatch: true,
    preconditions: {
      ...(uid === undefined || uid === '' ? {} : { uid }),
      ...(resourceVersion === undefined || resourceVersion === '' ? {} : { resourceVersion }),
    },
  });
  await answerValue(ctx, options, {
    status: 201,
    value: { kind: 'Status', apiVersion: 'v1', metadata: {}, status: 'Success', code: 201 },
  });
};

/** Upstream's validation of a binding ends in a bare error. @throws StatusError 500 */
function targetNode(binding: KubeObject): string {
  const errors = validatePodBinding(binding);
  if (errors.length === 0) return asText(asObject(binding.target).name);
  const lines = errors.map(({ field, message }) => `${field}: ${message}`);
  throw failure({ code: 500, reason: '', message: lines.length === 1 ? (lines[0] ?? '') : `[${lines.join(', ')}]` });
}

function assign(old: KubeObject | undefined, binding: KubeObject, to: { node: string; now: string }): KubeObject {
  if (old === undefined) throw new TypeError('a binding never creates');
  const name = old.metadata.name ?? '';
  if (old.metadata.deletionTimestamp !== undefined) {
    throw newConflict(
      { group: '', resource: 'pods/binding' },
      name,
      `pod ${name} is being deleted, cannot be assigned to a host`,
    );
  }
  const spec: JsonObject = isJsonObject(old.spec) ? { ...old.spec } : {};
  if (typeof spec.nodeName === 'string' && spec.nodeName !== '') {
    throw newConflict(
      { group: '', resource: 'pods/binding' },
      name,
      `pod ${name} is already assigned to node ${JSON.stringify(spec.nodeName)}`,
    );
  }
  if (Array.isArray(spec.schedulingGates) && spec.schedulingGates.length > 0) {
    throw newConflict({ group: '', resource: 'pods/binding' }, name, `pod ${name} has non-empty .spec.schedulingGates`);
  }
  spec.nodeName = to.node;
  const metadata = { ...old.metadata };
  const annotations = { ...old.metadata.annotations, ...binding.metadata.annotations };
  if (Object.keys(annotations).length > 0) metadata.annotations = annotations;
  const labels = { ...old.metadata.labels, ...binding.metadata.labels };
  if (Object.keys(labels).length > 0) metadata.labels = labels;
  const status: JsonObject = isJsonObject(old.status) ? { ...old.status } : {};
  // A hint of where the pod might go would now mislead.
  delete status.nominatedNodeName;
  status.conditions = withScheduled(
    Array.isArray(status.conditions) ? status.conditions.filter(isJsonObject) : [],
    to.now,
  );
  return { ...old, metadata, spec, status };
}

function withScheduled(conditions: readonly JsonObject[], now: string): JsonObject[] {
  const present = conditions.find((condition) => condition.type === 'PodScheduled');
  if (present?.status === 'True') return [...conditions];
  const scheduled: JsonObject = { type: 'PodScheduled', status: 'True', lastProbeTime: null, lastTransitionTime: now };
  return present === undefined
    ? [...conditions, scheduled]
    : conditions.map((condition) => (condition === present ? scheduled : condition));
}
