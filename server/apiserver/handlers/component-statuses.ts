/** GET of componentstatuses: nothing is stored, each answer asks the components. */
import { newNotFound } from '../../apimachinery/errors/status-error.ts';
import type { JsonObject } from '../../apimachinery/json.ts';
import type { KubeObject } from '../../apimachinery/meta/object.ts';
import type { EncodeOptions } from '../negotiation/encode-object.ts';
import { metadataOf, tableHead, tableRow } from '../negotiation/table.ts';
import type { ResourceScope } from '../registry/resource-scope.ts';
import { answerObject, answerValue, negotiateList, negotiateObject } from './answer.ts';
import type { ComponentCheck } from './component-check.ts';
import type { ResourceHandler } from './handler-environment.ts';
import { parseListQuery } from './request-options.ts';
import { parseSelection } from './selection.ts';

export const handleComponentStatuses: ResourceHandler = async (ctx, scope, environment) => {
  const { name, verb } = ctx.state.info;
  if (verb === 'get') {
    const options = negotiateObject(ctx, scope, environment);
    const check = environment.components.find((component) => component.name === name);
    if (check === undefined) throw newNotFound({ group: '', resource: 'componentstatus' }, name);
    await answerObject(ctx, scope, options, { status: 200, source: { object: await statusOf(check) } });
    return;
  }
  const query = parseListQuery(ctx);
  const options = negotiateList(ctx, scope, environment);
  const selector = parseSelection(query.labelSelector, query.fieldSelector, scope.definition);
  const all = await Promise.all(environment.components.map(statusOf));
  const items = all.filter(
    ({ metadata }) =>
      selector?.matches({}, (field) => (field === 'metadata.name' ? (metadata.name ?? '') : '')) ?? true,
  );
  await answerValue(ctx, options, { status: 200, value: listOf(items, scope, options) });
};

async function statusOf(component: ComponentCheck): Promise<KubeObject> {
  const { status, message, error = '' } = await component.check();
  const condition: JsonObject = { type: 'Healthy', status };
  if (message !== '') condition.message = message;
  if (error !== '') condition.error = error;
  return { metadata: { name: component.name }, conditions: [condition] };
}

function listOf(items: readonly KubeObject[], scope: ResourceScope, options: EncodeOptions): JsonObject {
  const { view, viewVersion } = options.representation;
  if (view === 'table') {
    const { columns, kind, apiVersion } = tableHead(scope.definition.table, viewVersion);
    const rows = items.map((item) => tableRow(scope, item, options));
    return { kind, apiVersion, metadata: {}, columnDefinitions: columns, rows };
  }
  if (view !== 'object') {
    const apiVersion = `meta.k8s.io/${viewVersion}`;
    const partial = items.map((item) => metadataOf(item, viewVersion));
    return { kind: 'PartialObjectMetadataList', apiVersion, metadata: {}, items: partial };
  }
  return { kind: `${scope.kind}List`, apiVersion: scope.apiVersion, metadata: {}, items: [...items] };
}
