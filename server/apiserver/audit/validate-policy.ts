/** What an audit policy may say, with upstream's messages. */
import { type FieldError, invalid, notSupported, required } from '../../apimachinery/errors/field-error.ts';
import type { JsonObject, JsonValue } from '../../apimachinery/json.ts';
import { asObjects, asText, asTexts } from '../../apimachinery/json-access.ts';
import { isDns1123Subdomain } from '../../apimachinery/validation/names.ts';

const levels = ['None', 'Metadata', 'Request', 'RequestResponse'];
const stages = ['RequestReceived', 'ResponseStarted', 'ResponseComplete', 'Panic'];

export function validatePolicy(policy: JsonObject): FieldError[] {
  return [
    ...stageErrors(policy.omitStages, 'omitStages'),
    ...asObjects(policy.rules).flatMap((rule, index) => ruleErrors(rule, `rules[${index}]`)),
  ];
}

function ruleErrors(rule: JsonObject, path: string): FieldError[] {
  const errors: FieldError[] = [];
  const level = asText(rule.level);
  if (level === '') errors.push(required(`${path}.level`, ''));
  else if (!levels.includes(level)) errors.push(notSupported(`${path}.level`, level, levels));
  const urls = asTexts(rule.nonResourceURLs);
  urls.forEach((url, index) => errors.push(...urlErrors(url, `${path}.nonResourceURLs[${index}]`)));
  const resources = asObjects(rule.resources);
  for (const entry of resources) errors.push(...resourceErrors(entry, `${path}.resources`));
  errors.push(...stageErrors(rule.omitStages, `${path}.omitStages`));
  if (urls.length > 0 && (resources.length > 0 || asTexts(rule.namespaces).length > 0)) {
    const message = 'rules cannot apply to both regular resources and non-resource URLs';
    errors.push(invalid(`${path}.nonResourceURLs`, [...urls], message));
  }
  return errors;
}

function urlErrors(url: string, field: string): FieldError[] {
  if (url === '*') return [];
  const errors: FieldError[] = [];
  if (!url.startsWith('/')) errors.push(invalid(field, url, "non-resource URL rules must begin with a '/' character"));
  if (url.slice(0, -1).includes('*')) {
    errors.push(invalid(field, url, "non-resource URL wildcards '*' must be the final character of the rule"));
  }
  return errors;
}

function resourceErrors(entry: JsonObject, path: string): FieldError[] {
  const errors: FieldError[] = [];
  const group = asText(entry.group);
  const problems = group === '' || group === '*' ? [] : isDns1123Subdomain(group);
  if (problems.length > 0) errors.push(invalid(`${path}.group`, group, problems.join(',')));
  const names = asTexts(entry.resourceNames);
  if (names.length > 0 && asTexts(entry.resources).length === 0) {
    errors.push(invalid(`${path}.resourceNames`, [...names], 'using resourceNames requires at least one resource'));
  }
  return errors;
}

function stageErrors(value: JsonValue | undefined, path: string): FieldError[] {
  return asTexts(value).flatMap((stage, index) =>
    stages.includes(stage) ? [] : [invalid(`${path}[${index}]`, stage, `allowed stages are ${stages.join(',')}`)],
  );
}
