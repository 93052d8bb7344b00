/** From an APIResourceList to what aggregated discovery says of the same resources. */
import { asObjects, asText, asTexts } from '../../apimachinery/json-access.ts';
import type { JsonObject } from '../../apimachinery/json.ts';

export function resourcesOfList({ resources }: JsonObject): JsonObject[] {
  const entries = asObjects(resources);
  const own = entries.filter(({ name }) => !asText(name).includes('/'));
  return own.map((entry) => {
    const name = asText(entry.name);
    const subresources = entries
      .filter((other) => asText(other.name).startsWith(`${name}/`))
      .map((other) => ({
        subresource: asText(other.name).slice(name.length + 1),
        responseKind: kindOf(other),
        verbs: [...asTexts(other.verbs)],
      }));
    return {
      resource: name,
      responseKind: kindOf(entry),
      scope: entry.namespaced === true ? 'Namespaced' : 'Cluster',
      singularResource: asText(entry.singularName),
      verbs: [...asTexts(entry.verbs)],
      ...namesOf(entry, 'shortNames'),
      ...namesOf(entry, 'categories'),
      ...(subresources.length === 0 ? {} : { subresources }),
    };
  });
}

function kindOf({ group, version, kind }: JsonObject): JsonObject {
  return { group: asText(group), version: asText(version), kind: asText(kind) };
}

function namesOf(entry: JsonObject, field: 'shortNames' | 'categories'): JsonObject {
  const names = asTexts(entry[field]);
  return names.length === 0 ? {} : { [field]: [...names] };
}
