/** The scale subresource: an autoscaling/v1 view of a workload's replicas, read and written by paths from its definition. */
import { newConflict, newInternalError, newInvalid, newNotFound } from '../../apimachinery/errors/status-error.ts';
import { isJsonObject, type JsonObject, type JsonValue } from '../../apimachinery/json.ts';
import { labelSelectorToSelector, selectorFromSet } from '../../apimachinery/labels/selector.ts';
import { apiVersionOf, type KubeObject } from '../../apimachinery/meta/object.ts';
import type { EncodeOptions } from '../negotiation/encode-object.ts';
import { endpoints } from '../negotiation/endpoint.ts';
import { validateScale } from '../../apis/autoscaling/scale-validation.ts';
import { readBody } from '../negotiation/read-body.ts';
import { metadataOf, tableOfValue } from '../negotiation/table.ts';
import { type ExpectedKind, mediaTypeOf } from '../negotiation/decode-body.ts';
import { customScaleTable, scaleTable } from '../registry/generic/table/scale-table.ts';
import type { SubresourceDefinition } from '../registry/generic/resource-definition.ts';
import type { ResourceScope } from '../registry/resource-scope.ts';
import { answerValue, negotiateFor, requireOneObject } from './answer.ts';
import type { ApiContext } from '../request-context.ts';
import type { HandlerEnvironment, ResourceHandler } from './handler-environment.ts';
import { type ScaleMapping, toScaleFields, toWorkloadFields } from '../field-manager/scale-fields.ts';
import { applyMediaType, mergeConfiguration, readConfiguration } from './apply-configuration.ts';
import { applyPatch } from './patched-object.ts';
import { managerName } from './track-fields.ts';
import { requestManager } from './track-request.ts';
import { patchReader } from './read-patch.ts';
import { waitForFreshness } from './read-freshness.ts';
import { parseWriteQuery } from './request-options.ts';
import { findSubresource } from './status-half.ts';
import {
  admit,
  decodeRequest,
  mutate,
  settleName,
  settleNamespace,
  writeOptions,
  type WriteParts,
} from './write-object.ts';

type ScalePaths = NonNullable<SubresourceDefinition['scale']>;

function scaleOf(scope: ResourceScope): { paths: ScalePaths } {
  const paths = findSubresource(scope.definition, 'scale')?.scale;
  if (paths === undefined) throw new TypeError(`${scope.definition.resource} has no scale`);
  return { paths };
}

function expectedScale(environment: HandlerEnvironment): ExpectedKind {
  const schema = environment.schemas.struct('io.k8s.api.autoscaling.v1.Scale');
  return { group: 'autoscaling', version: 'v1', kind: 'Scale', apiVersion: 'autoscaling/v1', schema };
}

function negotiateScale(
  ctx: ApiContext,
  { definition }: ResourceScope,
  environment: HandlerEnvironment,
): EncodeOptions {
  const isCustom = definition.custom !== undefined;
  const options = negotiateFor(ctx, environment, isCustom ? endpoints.untypedObjects : endpoints.objects);
  requireOneObject(options, isCustom ? '*v1.Scale' : '*autoscaling.Scale');
  return options;
}

const handleScaleGet: ResourceHandler = async (ctx, scope, environment) => {
  const options = negotiateScale(ctx, scope, environment);
  const { paths } = scaleOf(scope);
  const wait = waitForFreshness(environment.cacher, undefined);
  if (wait !== undefined) await wait;
  const { namespace, name } = ctx.state.info;
  const object = scope.store.parse(await scope.store.get(namespace, name));
  requireReplicas(scope, object, paths);
  await answerValue(ctx, options, { status: 200, value: scaleView(scope, toScale(object, paths), options) });
};

const handleScaleUpdate: ResourceHandler = async (ctx, scope, environment) => {
  const query = parseWriteQuery(ctx, 'UpdateOptions');
  const body = await readBody(ctx);
  const expected = expectedScale(environment);
  const scale = decodeRequest(ctx, environment, body, expected, query.fieldValidation);
  ctx.state.audit?.addRequestObject(scale.metadata, () => scale);
  settleNamespace(scale, scope, ctx.state.info.namespace);
  settleName(scale, ctx.state.info.name);
  const parts: WriteParts = { ctx, scope, environment, operation: 'UPDATE', dryRun: query.dryRun };
  const manager = requestManager(environment, expected, 'scale');
  const change = (live: KubeObject) => {
    const entries = manager.update(live, scale, managerName(ctx, query.fieldManager));
    return { ...scale, metadata: { ...scale.metadata, managedFields: entries ?? [] } };
  };
  await writeScale(parts, change, false);
};

const handleScalePatch: ResourceHandler = async (ctx, scope, environment) => {
  const isApply = mediaTypeOf(ctx.req.headers['content-type'] ?? 'none') === applyMediaType;
  const query = parseWriteQuery(ctx, isApply ? 'ApplyOptions' : 'PatchOptions');
  const expected = expectedScale(environment);
  const body = await readBody(ctx);
  ctx.state.audit?.addRequestPatch(body);
  const parts: WriteParts = { ctx, scope, environment, operation: 'UPDATE', dryRun: query.dryRun };
  const manager = requestManager(environment, expected, 'scale');
  const patching = () => {
    const patch = patchReader(ctx, body, expected, query);
    const target = { ctx, expected, query, schemas: environment.schemas, convert: same };
    return (live: KubeObject) => {
      const scale = applyPatch(patch(), live, target);
      const entries = manager.update(live, scale, managerName(ctx, query.fieldManager));
      return { ...scale, metadata: { ...scale.metadata, managedFields: entries ?? [] } };
    };
  };
  const applying = () => {
    const configuration = readConfiguration(body);
    const write = { ctx, expected, manager, query, groupResource: scope.groupResource, convert: same };
    return (live: KubeObject) => mergeConfiguration(write, configuration, live);
  };
  await writeScale(parts, isApply ? applying() : patching(), true);
};

function same(scale: KubeObject): KubeObject {
  return scale;
}

/** Replicas of a workload are at the same place in all its versions. */
function mappingOf(scope: ResourceScope, paths: ScalePaths): ScaleMapping {
  const { group, versions } = scope.definition;
  return {
    apiVersion: scope.apiVersion,
    apiVersions: versions.map(({ version }) => apiVersionOf({ group, version })),
    replicas: segments(paths.specReplicas),
  };
}

export const scaleByVerb: Readonly<Record<string, ResourceHandler>> = {
  get: handleScaleGet,
  update: handleScaleUpdate,
  patch: handleScalePatch,
};

/** @param change from the scale as it is to what is wanted, each with its managedFields */
async function writeScale(
  parts: WriteParts,
  change: (live: KubeObject) => KubeObject,
  isPatch: boolean,
): Promise<void> {
  const { ctx, scope, environment } = parts;
  const options = negotiateScale(ctx, scope, environment);
  const { paths } = scaleOf(scope);
  const updated = await scope.store.update(
    ctx.state.info.name,
    async (old) => {
      if (old === undefined) throw newNotFound(scope.groupResource, ctx.state.info.name);
      const mapping = mappingOf(scope, paths);
      const live = toScale(old, paths);
      live.metadata.managedFields = toScaleFields(old.metadata.managedFields, mapping);
      const scale = change(live);
      settleNamespace(scale, scope, ctx.state.info.namespace);
      settleName(scale, ctx.state.info.name);
      await mutate(parts, scale, live);
      if (isPatch) checkScaleUid(scope, scale, old);
      // A custom object has rules of its own for its replicas.
      const errors = scope.definition.custom === undefined ? validateScale(scale) : [];
      if (errors.length > 0)
        throw newInvalid({ group: 'autoscaling', kind: 'Scale' }, scale.metadata.name ?? '', errors);
      const object = structuredClone(old);
      object.metadata.resourceVersion = scale.metadata.resourceVersion ?? '';
      if (object.metadata.resourceVersion === '') object.metadata.resourceVersion = old.metadata.resourceVersion;
      // The store compares what an update names.
      if (!isPatch && (scale.metadata.uid ?? '') !== '') object.metadata.uid = scale.metadata.uid;
      setPath(object, paths.specReplicas, replicasOf(scale));
      const { managedFields } = scale.metadata;
      object.metadata.managedFields = toWorkloadFields(old.metadata.managedFields, managedFields, mapping);
      return object;
    },
    {
      ...writeOptions(parts),
      // Admission is about the scale, not about what it scales.
      admit: (object, old) => admit(parts, toScale(object, paths), old === undefined ? old : toScale(old, paths)),
      allowCreate: false,
      isPatch,
    },
  );
  await answerValue(ctx, options, { status: 200, value: scaleView(scope, toScale(updated.object, paths), options) });
}

function checkScaleUid({ groupResource }: ResourceScope, scale: KubeObject, { metadata }: KubeObject): void {
  const { uid = '' } = scale.metadata;
  if (uid === '' || uid === metadata.uid) return;
  const resource = `${groupResource.resource}/scale`;
  const what = `Precondition failed: UID in precondition: ${uid}, UID in object meta: ${metadata.uid ?? ''}`;
  throw newConflict({ ...groupResource, resource }, metadata.name ?? '', what);
}

/** A built-in kind has a default; a custom object may be without. */
function requireReplicas(scope: ResourceScope, object: KubeObject, paths: ScalePaths): void {
  if (scope.definition.custom === undefined || getPath(object, paths.specReplicas) !== undefined) return;
  throw newInternalError(`the spec replicas field ${JSON.stringify(paths.specReplicas)} does not exist`);
}

function scaleView({ definition }: ResourceScope, scale: KubeObject, options: EncodeOptions): JsonObject {
  switch (options.representation.view) {
    case 'table':
      return tableOfValue(definition.custom === undefined ? scaleTable : customScaleTable, scale, options);
    case 'metadata':
      return metadataOf(scale, options.representation.viewVersion);
    default:
      return scale;
  }
}

function replicasOf(scale: KubeObject): number {
  const replicas = isJsonObject(scale.spec) ? scale.spec.replicas : undefined;
  return typeof replicas === 'number' ? replicas : 0;
}

function toScale(object: KubeObject, paths: ScalePaths): KubeObject {
  const { name, namespace, uid, resourceVersion, creationTimestamp } = object.metadata;
  const spec: JsonObject = {};
  const replicas = getPath(object, paths.specReplicas);
  if (typeof replicas === 'number' && replicas !== 0) spec.replicas = replicas;
  const present = getPath(object, paths.statusReplicas);
  const status: JsonObject = { replicas: typeof present === 'number' ? present : 0 };
  const selector = paths.selector === '' ? '' : selectorText(getPath(object, paths.selector));
  if (selector !== '') status.selector = selector;
  const metadata = { name, namespace, uid, resourceVersion, creationTimestamp };
  return { kind: 'Scale', apiVersion: 'autoscaling/v1', metadata, spec, status };
}

/** A LabelSelector, the plain map of a ReplicationController, or the text in a custom object. */
function selectorText(value: JsonValue | undefined): string {
  if (typeof value === 'string') return value;
  if (!isJsonObject(value)) return '';
  if ('matchLabels' in value || 'matchExpressions' in value) return labelSelectorToSelector(value).toString();
  return selectorFromSet(value as Record<string, string>).toString();
}

function segments(path: string): string[] {
  return path.split('.').filter((segment) => segment !== '');
}

function getPath(object: JsonObject, path: string): JsonValue | undefined {
  let value: JsonValue | undefined = object;
  for (const segment of segments(path)) value = isJsonObject(value) ? value[segment] : undefined;
  return value;
}

function setPath(object: JsonObject, path: string, value: JsonValue): void {
  const names = segments(path);
  const last = names.pop() ?? '';
  let at = object;
  for (const name of names) {
    const next = at[name];
    if (isJsonObject(next)) at = next;
    else {
      const made: JsonObject = {};
      at[name] = made;
      at = made;
    }
  }
  at[last] = value;
}
