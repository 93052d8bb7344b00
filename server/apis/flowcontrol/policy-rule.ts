/** Which requests, of whom, a flow schema takes. */
import { forbidden, invalid, notSupported, required } from '../../apimachinery/errors/field-error.ts';
import { asList, asObject, asText, asTexts, isSet } from '../../apimachinery/json-access.ts';
import type { JsonObject, JsonValue } from '../../apimachinery/json.ts';
import { isDns1123Label, isDns1123Subdomain } from '../../apimachinery/validation/names.ts';
import { checkComplaints, checkEach, checkRequired, type Errors } from '../validation/checks.ts';

const verbs = ['get', 'list', 'create', 'update', 'delete', 'deletecollection', 'patch', 'watch', 'proxy'];

const subjectFields: Readonly<Record<string, 'serviceAccount' | 'user' | 'group'>> = {
  ServiceAccount: 'serviceAccount',
  User: 'user',
  Group: 'group',
};

export function checkPolicyRule(rule: JsonObject, path: string, errors: Errors): void {
  checkEach(rule.subjects, `${path}.subjects`, (subject, subjectPath) => checkSubject(subject, subjectPath, errors));
  if (asList(rule.subjects).length === 0) {
    errors.push(required(`${path}.subjects`, 'subjects must contain at least one value'));
  }
  if (asList(rule.resourceRules).length === 0 && asList(rule.nonResourceRules).length === 0) {
    errors.push(required(path, 'at least one of resourceRules and nonResourceRules has to be non-empty'));
  }
  checkEach(rule.resourceRules, `${path}.resourceRules`, (one, onePath) => checkResourceRule(one, onePath, errors));
  checkEach(rule.nonResourceRules, `${path}.nonResourceRules`, (one, onePath) => {
    checkNonResourceRule(one, onePath, errors);
  });
}

function checkSubject(subject: JsonObject, path: string, errors: Errors): void {
  const kind = asText(subject.kind);
  const own = Object.hasOwn(subjectFields, kind) ? subjectFields[kind] : undefined;
  if (own === undefined) {
    errors.push(notSupported(`${path}.kind`, kind, Object.keys(subjectFields)));
    return;
  }
  if (!isSet(subject[own]))
    errors.push(required(`${path}.${own}`, `${own} is required when subject kind is '${kind}'`));
  else if (own === 'serviceAccount') checkServiceAccount(asObject(subject[own]), `${path}.${own}`, errors);
  else checkRequired(asObject(subject[own]).name, `${path}.${own}.name`, errors);
  for (const [otherKind, field] of Object.entries(subjectFields)) {
    if (field === own || !isSet(subject[field])) continue;
    errors.push(forbidden(`${path}.${field}`, `${field} is forbidden when subject kind is not '${otherKind}'`));
  }
}

function checkServiceAccount(account: JsonObject, path: string, errors: Errors): void {
  const name = asText(account.name);
  const namespace = asText(account.namespace);
  if (name === '') errors.push(required(`${path}.name`));
  else if (name !== '*') checkComplaints(name, isDns1123Subdomain(name), `${path}.name`, errors);
  if (namespace === '') errors.push(required(`${path}.namespace`, 'must specify namespace for service account'));
  else checkComplaints(namespace, isDns1123Label(namespace), `${path}.namespace`, errors);
}

function checkVerbs(list: JsonValue | undefined, path: string, errors: Errors): void {
  const values = asTexts(list);
  if (values.length === 0) errors.push(required(path, 'verbs must contain at least one value'));
  else if (values.includes('*')) checkAlone(values, 'verbs', path, errors);
  else if (!values.every((verb) => verbs.includes(verb))) errors.push(notSupported(path, [...values], verbs));
}

/** "*" leaves nothing for others to add. */
function checkAlone(values: readonly string[], what: string, path: string, errors: Errors): void {
  if (values.length <= 1 || !values.includes('*')) return;
  errors.push(invalid(path, [...values], `if '*' is present, must not specify other ${what}`));
}

function checkResourceRule(rule: JsonObject, path: string, errors: Errors): void {
  checkVerbs(rule.verbs, `${path}.verbs`, errors);
  const groups = asTexts(rule.apiGroups);
  if (groups.length === 0) {
    errors.push(required(`${path}.apiGroups`, 'resource rules must supply at least one api group'));
  }
  checkAlone(groups, 'api groups', `${path}.apiGroups`, errors);
  const resources = asTexts(rule.resources);
  if (resources.length === 0) {
    errors.push(required(`${path}.resources`, 'resource rules must supply at least one resource'));
  }
  checkAlone(resources, 'resources', `${path}.resources`, errors);
  const namespaces = asTexts(rule.namespaces);
  const namespacesPath = `${path}.namespaces`;
  if (namespaces.length === 0 && rule.clusterScope !== true) {
    const detail = 'resource rules that are not cluster scoped must supply at least one namespace';
    errors.push(required(namespacesPath, detail));
  } else if (namespaces.includes('*')) checkAlone(namespaces, 'namespaces', namespacesPath, errors);
  else {
    namespaces.forEach((namespace, index) => {
      for (const complaint of isDns1123Label(namespace)) {
        const detail = `each member of this list must be '*' or a DNS-1123 label; ${complaint}`;
        errors.push(invalid(`${namespacesPath}[${index}]`, namespace, detail));
      }
    });
  }
}

function checkNonResourceRule(rule: JsonObject, path: string, errors: Errors): void {
  checkVerbs(rule.verbs, `${path}.verbs`, errors);
  const urls = asTexts(rule.nonResourceURLs);
  const urlsPath = `${path}.nonResourceURLs`;
  if (urls.length === 0) errors.push(required(urlsPath, 'nonResourceURLs must contain at least one value'));
  else if (urls.includes('*')) checkAlone(urls, 'non-resource URLs', urlsPath, errors);
  else {
    urls.forEach((url, index) => {
      const problem = urlProblem(url);
      if (problem !== undefined) errors.push(invalid(`${urlsPath}[${index}]`, url, problem));
    });
  }
}

function urlProblem(url: string): string | undefined {
  if (url === '') return 'must not be empty';
  if (url === '/') return undefined;
  if (!url.startsWith('/')) return 'must start with slash';
  if (url.includes(' ')) return 'must not contain white-space';
  if (url.includes('//')) return 'must not contain double slash';
  const wildcards = url.split('*').length - 1;
  const isSuffix = wildcards === 1 && url.endsWith('/*');
  return wildcards === 0 || isSuffix ? undefined : 'wildcard can only do suffix matching';
}
