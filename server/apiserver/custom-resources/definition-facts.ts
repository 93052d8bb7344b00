/** What serving a custom resource needs to know of its definition, without the schemas: those are read when they are needed. */
import {
  asBoolean,
  asList,
  asNumber,
  asObject,
  asObjects,
  asText,
  asTexts,
  isSet,
} from '../../apimachinery/json-access.ts';
import type { JsonObject } from '../../apimachinery/json.ts';
import type { KubeObject } from '../../apimachinery/meta/object.ts';
import { webhookTarget } from '../remote/webhook-client.ts';
import type { WebhookFacts } from './conversion/conversion-webhook.ts';

export interface DefinitionFacts {
  readonly name: string;
  /** Two definitions with the same text are served alike … */
  readonly id: string;
  /** … and with this one the same objects are, in the same form: only conditions may differ. */
  readonly form: string;
  readonly group: string;
  readonly namespaced: boolean;
  /** As accepted: those that are served. */
  readonly names: AcceptedNames;
  readonly versions: readonly VersionFacts[];
  readonly storageVersion: string;
  /** Undefined: versions differ in their schemas alone. */
  readonly webhook: WebhookFacts | undefined;
  readonly established: boolean;
  /** Requests are answered, also before clients are told of it. */
  readonly accepted: boolean;
  readonly namesAccepted: boolean;
  readonly terminating: boolean;
}

export interface AcceptedNames {
  readonly plural: string;
  readonly singular: string;
  readonly kind: string;
  readonly listKind: string;
  readonly shortNames: readonly string[];
  readonly categories: readonly string[];
}

export interface VersionFacts {
  readonly version: string;
  readonly served: boolean;
  readonly deprecated: boolean;
  /** Unset: the usual words. */
  readonly deprecationWarning: string | undefined;
  readonly hasStatus: boolean;
  readonly scale: ScalePaths | undefined;
  readonly columns: readonly ColumnFacts[];
  /** JSON paths: ".spec.colour". */
  readonly selectablePaths: readonly string[];
}

export interface ScalePaths {
  readonly specReplicas: string;
  readonly statusReplicas: string;
  /** Empty: there is none. */
  readonly selector: string;
}

export interface ColumnFacts {
  readonly name: string;
  readonly type: string;
  readonly format: string;
  readonly description: string;
  readonly priority: number;
  readonly path: string;
}

export function factsOf(definition: KubeObject): DefinitionFacts {
  const spec = asObject(definition.spec);
  const status = asObject(definition.status);
  const versions = asObjects(spec.versions);
  const isTrue = (type: string): boolean =>
    asObjects(status.conditions).some((condition) => condition.type === type && condition.status === 'True');
  const established = isTrue('Established');
  const terminating = isTrue('Terminating');
  const namesAccepted = isTrue('NamesAccepted');
  const accepted = established || namesAccepted;
  const { uid = '', generation = 0, name = '' } = definition.metadata;
  const names = namesOf(asObject(status.acceptedNames));
  const form = JSON.stringify([uid, generation, names]);
  return {
    name,
    id: JSON.stringify([form, established, namesAccepted, terminating]),
    form,
    group: asText(spec.group),
    namespaced: spec.scope === 'Namespaced',
    names,
    versions: versions.map(versionOf),
    storageVersion: asText(versions.find((version) => version.storage === true)?.name),
    webhook: webhookOf(asObject(spec.conversion)),
    established,
    accepted,
    namesAccepted,
    terminating,
  };
}

function webhookOf({ strategy, webhook }: JsonObject): WebhookFacts | undefined {
  if (strategy !== 'Webhook') return undefined;
  const { clientConfig, conversionReviewVersions } = asObject(webhook);
  return { target: webhookTarget(asObject(clientConfig)), reviewVersions: asTexts(conversionReviewVersions) };
}

export function namesOf(names: JsonObject): AcceptedNames {
  return {
    plural: asText(names.plural),
    singular: asText(names.singular),
    kind: asText(names.kind),
    listKind: asText(names.listKind),
    shortNames: asTexts(names.shortNames),
    categories: asTexts(names.categories),
  };
}

function versionOf(version: JsonObject): VersionFacts {
  const { status, scale } = asObject(version.subresources);
  return {
    version: asText(version.name),
    served: asBoolean(version.served),
    deprecated: asBoolean(version.deprecated),
    deprecationWarning: typeof version.deprecationWarning === 'string' ? version.deprecationWarning : undefined,
    hasStatus: isSet(status),
    scale: isSet(scale) ? scaleOf(asObject(scale)) : undefined,
    columns: asObjects(version.additionalPrinterColumns).map(columnOf),
    selectablePaths: asList(version.selectableFields).map((field) => asText(asObject(field).jsonPath)),
  };
}

function scaleOf(scale: JsonObject): ScalePaths {
  return {
    specReplicas: asText(scale.specReplicasPath),
    statusReplicas: asText(scale.statusReplicasPath),
    selector: asText(scale.labelSelectorPath),
  };
}

function columnOf(column: JsonObject): ColumnFacts {
  return {
    name: asText(column.name),
    type: asText(column.type),
    format: asText(column.format),
    description: asText(column.description),
    priority: asNumber(column.priority),
    path: asText(column.jsonPath),
  };
}
