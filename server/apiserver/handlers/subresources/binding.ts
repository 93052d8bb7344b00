/** POST …/pods/NAME/binding (and the old /bindings): a scheduler assigns a pod to a node. */
import { invalid, required } from '../../../apimachinery/errors/field-error.ts';
import { newConflict, newInvalid } from '../../../apimachinery/errors/status-error.ts';
import { isJsonObject, type JsonObject } from '../../../apimachinery/json.ts';
import type { KubeObject } from '../../../apimachinery/meta/object.ts';
import { formatTime } from '../../../apimachinery/meta/time.ts';
import { endpoints } from '../../negotiation/endpoint.ts';
import { readBody } from '../../negotiation/read-body.ts';
import type { ResourceScope } from '../../registry/resource-scope.ts';
import { answerValue, negotiateValue } from '../answer.ts';
import type { ResourceHandler } from '../handler-environment.ts';
import { parseWriteQuery } from '../request-options.ts';
import { decodeRequest, settleNamespace, writeOptions } from '../write-object.ts';

const bindingType = 'io.k8s.api.core.v1.Binding';

export const handleBinding: ResourceHandler = async (ctx, scope, environment) => {
  const options = negotiateValue(ctx, environment, endpoints.objects);
  const query = parseWriteQuery(ctx, 'CreateOptions');
  const schema = environment.schemas.struct(bindingType);
  const expected = { group: '', version: 'v1', kind: 'Binding', apiVersion: 'v1', schema };
  const binding = decodeRequest(ctx, environment, await readBody(ctx), expected, query.fieldValidation);
  settleNamespace(binding, scope, ctx.state.info.namespace);
  const node = targetNode(binding);
  const name = ctx.state.info.name === '' ? (binding.metadata.name ?? '') : ctx.state.info.name;
  const pods = environment.scopeOf('', 'v1', 'pods') ?? scope;
  const write = writeOptions({ ctx, scope: pods, environment, operation: 'UPDATE', dryRun: query.dryRun });
  const { uid, resourceVersion } = binding.metadata;
  await pods.store.update(name, (old) => assign(pods, old, binding, { node, now: formatTime(environment.clock.now()) }), {
    ...write,
    strategy: {},
    allowCreate: false,
    isPatch: true,
    preconditions: { ...(uid === undefined || uid === '' ? {} : { uid }), ...(resourceVersion === undefined || resourceVersion === '' ? {} : { resourceVersion }) },
  });
  await answerValue(ctx, options, { status: 201, value: { kind: 'Status', apiVersion: 'v1', metadata: {}, status: 'Success', code: 201 } });
};

function targetNode(binding: KubeObject): string {
  const target = isJsonObject(binding.target) ? binding.target : {};
  const errors = [];
  const kind = typeof target.kind === 'string' ? target.kind : '';
  const name = typeof target.name === 'string' ? target.name : '';
  if (kind !== '' && kind !== 'Node' && kind !== 'Minion') {
    errors.push({ type: 'FieldValueNotSupported' as const, field: 'target.kind', message: `Unsupported value: ${JSON.stringify(kind)}: supported values: "Node", "<empty>"` });
  }
  if (name === '') errors.push(required('target.name'));
  if (errors.length > 0) throw newInvalid({ group: '', kind: 'Binding' }, binding.metadata.name ?? '', errors);
  return name;
}

function assign(scope: ResourceScope, old: KubeObject | undefined, binding: KubeObject, to: { node: string; now: string }): KubeObject {
  if (old === undefined) throw new TypeError('a binding never creates');
  const name = old.metadata.name ?? '';
  if (old.metadata.deletionTimestamp !== undefined) {
    throw newConflict({ group: '', resource: 'pods/binding' }, name, `pod ${name} is being deleted, cannot be assigned to a host`);
  }
  const spec: JsonObject = isJsonObject(old.spec) ? { ...old.spec } : {};
  if (typeof spec.nodeName === 'string' && spec.nodeName !== '') {
    throw newConflict({ group: '', resource: 'pods/binding' }, name, `pod ${name} is already assigned to node ${JSON.stringify(spec.nodeName)}`);
  }
  if (Array.isArray(spec.schedulingGates) && spec.schedulingGates.length > 0) {
    const error = invalid('spec.schedulingGates', spec.schedulingGates, 'cannot be assigned a host while it has scheduling gates');
    throw newInvalid({ group: '', kind: scope.kind }, name, [error]);
  }
  spec.nodeName = to.node;
  const metadata = { ...old.metadata };
  const annotations = { ...old.metadata.annotations, ...binding.metadata.annotations };
  if (Object.keys(annotations).length > 0) metadata.annotations = annotations;
  const status: JsonObject = isJsonObject(old.status) ? { ...old.status } : {};
  status.conditions = withScheduled(Array.isArray(status.conditions) ? status.conditions.filter(isJsonObject) : [], to.now);
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
