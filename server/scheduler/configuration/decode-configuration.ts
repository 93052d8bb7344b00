/** A file with a KubeSchedulerConfiguration to what it says: every unknown or repeated field is an error, also in the arguments of plugins. */
import type { FactsTable } from '../../../openapi/type-facts.ts';
import { isJsonObject, type JsonObject } from '../../apimachinery/json.ts';
import { asObject, asObjects, asText, isSet } from '../../apimachinery/json-access.ts';
import { compileFacts } from '../../apimachinery/schema/compile-facts.ts';
import { decodeJson } from '../../apimachinery/schema/decode-json.ts';
import type { SchemaRegistry } from '../../apimachinery/schema/schema-registry.ts';
import { Kind, type StructSchema } from '../../apimachinery/schema/type-schema.ts';
import { decodeYaml } from '../../apimachinery/yaml/decode-yaml.ts';
import { configurationVersion, hasArguments, typeName, withConfigurationTypes } from './configuration-types.ts';

/** @throws Error in upstream's words */
export function decodeConfiguration(text: string, api: FactsTable): JsonObject {
  const { value, duplicates } = decodeYaml(text);
  const given = isJsonObject(value) ? value : {};
  const [apiVersion, kind] = [asText(given.apiVersion), asText(given.kind)];
  if (kind === '') throw new Error(`Object 'Kind' is missing in '${JSON.stringify(given)}'`);
  if (kind !== 'KubeSchedulerConfiguration' || apiVersion !== configurationVersion) {
    throw new Error(
      `no kind ${JSON.stringify(kind)} is registered for version ${JSON.stringify(apiVersion)} in scheme "k8s.io/kubernetes/pkg/scheduler/apis/config/scheme/scheme.go:30"`,
    );
  }
  const registry = compileFacts(withConfigurationTypes(api));
  const { object, strictErrors } = decodeAs('KubeSchedulerConfiguration', given, registry);
  const problems = [...duplicates, ...strictErrors];
  for (const [index, profile] of asObjects(object.profiles).entries()) {
    for (const [at, config] of asObjects(profile.pluginConfig).entries()) {
      const complaint = decodeArguments(config, registry);
      if (complaint !== undefined) problems.push(`decoding .profiles[${index}].pluginConfig[${at}]: ${complaint}`);
    }
  }
  if (problems.length > 0) throw new Error(`strict decoding error: ${problems.join(', ')}`);
  return object;
}

/** In place; those of plugins that are not upstream's stay as they are. */
function decodeArguments(config: JsonObject, registry: SchemaRegistry): string | undefined {
  const name = asText(config.name);
  if (!hasArguments(name)) return undefined;
  const kind = `${name}Args`;
  const given = isSet(config.args) ? asObject(config.args) : {};
  const said = asText(given.kind);
  if (said !== '' && said !== kind) {
    const group = configurationVersion.split('/')[0] ?? '';
    throw new Error(`args for plugin ${name} were not of type ${kind}.${group}, got ${said}.${group}`);
  }
  const { object, strictErrors } = decodeAs(kind, given, registry);
  config.args = object;
  if (strictErrors.length === 0) return undefined;
  return `strict decoding error: decoding args for plugin ${name}: strict decoding error: ${strictErrors.join(', ')}`;
}

function decodeAs(type: string, value: JsonObject, registry: SchemaRegistry) {
  const schema = registry.get(typeName(type));
  if (schema?.kind !== Kind.struct) throw new Error(`${type} is no type of the configuration`);
  return decodeJson(schema satisfies StructSchema, Buffer.from(JSON.stringify(value)));
}
