/** POST …/pods/NAME/eviction: a deletion that the pod's disruption budget has to allow. */
import { failure, newBadRequest, newInvalid, StatusError } from '../../../apimachinery/errors/status-error.ts';
import { asObject, asObjects, asText, isSet } from '../../../apimachinery/json-access.ts';
import type { JsonObject } from '../../../apimachinery/json.ts';
import { invalid } from '../../../apimachinery/errors/field-error.ts';
import type { KubeObject } from '../../../apimachinery/meta/object.ts';
import { formatTime } from '../../../apimachinery/meta/time.ts';
import { endpoints } from '../../negotiation/endpoint.ts';
import { readBody } from '../../negotiation/read-body.ts';
import { checkDeletePreconditions } from '../../registry/generic/preconditions.ts';
import type { WriteOptions } from '../../registry/generic/store-options.ts';
import type { ResourceScope } from '../../registry/resource-scope.ts';
import { answerValue, negotiateValue } from '../answer.ts';
import { checkDeleteOptions, type ParsedDeleteOptions, readDeleteOptions } from '../delete-options.ts';
import type { HandlerEnvironment, ResourceHandler } from '../handler-environment.ts';
import { parseWriteQuery } from '../request-options.ts';
import { findSubresource } from '../status-half.ts';
import { trackRequest } from '../track-request.ts';
import { admissionAttributes, decodeRequest, settleNamespace, writeOptions } from '../write-object.ts';
import { budgetsOf, overrun, takeFromBudget } from './disruption-budget.ts';

const evictionType = 'io.k8s.api.policy.v1.Eviction';
/** So often a pod that changes meanwhile is looked at again. */
const attempts = 20;
/** Milliseconds between two looks. */
const pause = 500;

interface Eviction {
  readonly environment: HandlerEnvironment;
  readonly pods: ResourceScope;
  readonly name: string;
  readonly namespace: string;
  readonly options: ParsedDeleteOptions;
  /** The deletion itself finds what is wrong with its options: late, when the budget has been used. */
  readonly check: () => void;
  readonly write: WriteOptions;
}

export const handleEviction: ResourceHandler = async (ctx, pods, environment) => {
  const answer = negotiateValue(ctx, environment, endpoints.objects);
  const query = parseWriteQuery(ctx, 'CreateOptions');
  const schema = environment.schemas.struct(evictionType);
  const expected = {
    group: 'policy',
    version: 'v1',
    kind: 'Eviction',
    apiVersion: 'policy/v1',
    formerApiVersion: 'policy/v1beta1',
    schema,
  };
  const eviction = decodeRequest(ctx, environment, await readBody(ctx), expected, query.fieldValidation);
  const { name, namespace } = ctx.state.info;
  ctx.state.audit?.addRequestObject(eviction.metadata, () => eviction);
  settleNamespace(eviction, pods, namespace);
  trackRequest({ ctx, environment, expected, fieldManager: query.fieldManager }, eviction);
  const parts = { ctx, scope: pods, environment, operation: 'CREATE' as const, dryRun: query.dryRun };
  const attributes = admissionAttributes(parts, eviction, undefined);
  await environment.admission.mutate(attributes);
  if (name !== (eviction.metadata.name ?? '')) {
    throw newBadRequest('name in URL does not match name in Eviction object');
  }
  const given = asObject(eviction.deleteOptions);
  refuseUnsafe(given, name);
  await environment.admission.validate(attributes);
  const asked = readDeleteOptions(given);
  const options = { ...asked, dryRun: asked.dryRun || query.dryRun };
  // Admission has seen the eviction; it does not see the deletion that follows.
  const { admit: _admit, ...write } = writeOptions({ ...parts, dryRun: options.dryRun });
  await evict({ environment, pods, name, namespace, options, check: () => checkDeleteOptions(given), write });
  await answerValue(ctx, answer, {
    status: 201,
    value: { kind: 'Status', apiVersion: 'v1', metadata: {}, status: 'Success', code: 201 },
  });
};

function refuseUnsafe({ ignoreStoreReadErrorWithClusterBreakingPotential: isUnsafe }: JsonObject, name: string): void {
  if (isUnsafe !== true) return;
  const field = 'deleteOptions.ignoreStoreReadErrorWithClusterBreakingPotential';
  throw newInvalid({ group: 'policy', kind: 'Eviction' }, name, [
    invalid(field, true, 'can not be set for pod eviction, try after removing the option'),
  ]);
}

async function evict(eviction: Eviction): Promise<void> {
  const pod = await deleteUnguarded(eviction);
  if (pod === undefined) return;
  const { environment, options, namespace } = eviction;
  const budgets = budgetsOf(pod, namespace, environment);
  const [budget] = budgets;
  if (budgets.length > 1) {
    const message = 'This pod has more than one PodDisruptionBudget, which the eviction subresource does not support.';
    throw failure({ code: 500, reason: '', message });
  }
  if (budget === undefined) return deleteMarked(eviction, options);
  const isSick = !isReady(pod);
  if (!isSick || !mayGoSick(budget)) {
    await takeFromBudget(pod, budget, eviction);
    return deleteMarked(eviction, options);
  }
  // It must still be as sick as it was.
  const asSeen = withResourceVersion(options, pod);
  try {
    await deleteMarked(eviction, asSeen);
  } catch (error) {
    const isClients = options.preconditions?.resourceVersion !== undefined;
    throw isConflict(error) && !isClients ? overrun(budget.metadata.name ?? '') : error;
  }
}

/** Pods that no budget guards, since they do not run (any more): deleted at once. The others are returned. */
async function deleteUnguarded(eviction: Eviction): Promise<KubeObject | undefined> {
  const { environment, pods, name, namespace, options } = eviction;
  const isClients = options.preconditions?.resourceVersion !== undefined;
  for (let attempt = 1; ; attempt++) {
    await environment.cacher.waitUntilConsistent();
    const pod = pods.store.parse(await pods.store.get(namespace, name));
    const phase = asText(asObject(pod.status).phase);
    const isEnding = phase === 'Succeeded' || phase === 'Failed' || pod.metadata.deletionTimestamp !== undefined;
    if (!isEnding && phase !== 'Pending') return pod;
    try {
      // A pending pod may have started meanwhile: then a budget counts.
      await deleteMarked(eviction, isEnding || isClients ? options : withResourceVersion(options, pod));
      return undefined;
    } catch (error) {
      if (!isConflict(error) || isClients || attempt >= attempts) throw error;
    }
    await new Promise<void>((resolve) => environment.clock.after(pause, resolve));
  }
}

/** The pod says why it ends before it is deleted. */
async function deleteMarked(eviction: Eviction, options: ParsedDeleteOptions): Promise<void> {
  const { environment, pods, name, write } = eviction;
  let preconditions = options.preconditions;
  if (!options.dryRun) {
    const now = formatTime(environment.clock.now());
    const marked = await pods.store.update(
      name,
      (old) => {
        if (old === undefined) throw new TypeError('an eviction never creates');
        checkDeletePreconditions({ group: '', kind: 'Pod' }, old, preconditions);
        return withDisruptionTarget(old, now);
      },
      { ...write, strategy: findSubresource(pods.definition, 'status')?.strategy, allowCreate: false, isPatch: true },
    );
    const { resourceVersion } = marked.object.metadata;
    if (preconditions?.resourceVersion !== undefined && resourceVersion !== undefined) {
      preconditions = { ...preconditions, resourceVersion };
    }
  }
  eviction.check();
  const { preconditions: _given, dryRun: _dryRun, ...rest } = options;
  await pods.store.delete(name, { ...rest, ...(preconditions === undefined ? {} : { preconditions }) }, write);
}

function withDisruptionTarget(pod: KubeObject, now: string): KubeObject {
  const status = asObject(pod.status);
  const conditions = asObjects(status.conditions);
  const present = conditions.find(({ type }) => type === 'DisruptionTarget');
  const target: JsonObject = {
    type: 'DisruptionTarget',
    status: 'True',
    lastProbeTime: null,
    lastTransitionTime: present?.status === 'True' ? (present.lastTransitionTime ?? now) : now,
    reason: 'EvictionByEvictionAPI',
    message: 'Eviction API: evicting',
  };
  const kept = conditions.map((condition) => (condition === present ? target : condition));
  return { ...pod, status: { ...status, conditions: present === undefined ? [...kept, target] : kept } };
}

function withResourceVersion(options: ParsedDeleteOptions, pod: KubeObject): ParsedDeleteOptions {
  const { resourceVersion } = pod.metadata;
  return resourceVersion === undefined
    ? options
    : { ...options, preconditions: { ...options.preconditions, resourceVersion } };
}

function isReady(pod: KubeObject): boolean {
  return asObjects(asObject(pod.status).conditions).find(({ type }) => type === 'Ready')?.status === 'True';
}

/** What is not ready serves nobody: it may go where the policy says so, or where enough others are ready. */
function mayGoSick(budget: KubeObject): boolean {
  const { unhealthyPodEvictionPolicy } = asObject(budget.spec);
  if (isSet(unhealthyPodEvictionPolicy) && unhealthyPodEvictionPolicy === 'AlwaysAllow') return true;
  const { currentHealthy, desiredHealthy } = asObject(budget.status);
  return Number(desiredHealthy ?? 0) > 0 && Number(currentHealthy ?? 0) >= Number(desiredHealthy ?? 0);
}

function isConflict(error: unknown): boolean {
  return error instanceof StatusError && error.status.reason === 'Conflict';
}
