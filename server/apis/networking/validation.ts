/** Ingresses and IngressClasses. */
import { forbidden, invalid, notSupported, required, tooLong } from '../../apimachinery/errors/field-error.ts';
import { asNumber, asObject, asObjects, asText, asTexts, isSet } from '../../apimachinery/json-access.ts';
import type { JsonObject, JsonValue } from '../../apimachinery/json.ts';
import type { KubeObject } from '../../apimachinery/meta/object.ts';
import { asSent } from '../../apimachinery/schema/sent-empties.ts';
import {
  isDns1123Label,
  isDns1123Subdomain,
  isPathSegmentName,
  isPortName,
  isPortNumber,
  isWildcardDns1123Subdomain,
} from '../../apimachinery/validation/names.ts';
import { finalizerErrors } from '../core/validation/finalizers.ts';
import {
  checkComplaints,
  checkDnsSubdomain,
  checkEach,
  checkImmutable,
  checkOneOf,
  checkRequiredFormat,
  type Errors,
} from '../validation/checks.ts';
import { checkDomainPrefixedPath } from '../validation/domain-names.ts';
import { checkLegacyIp, parseIp } from '../validation/ip.ts';

const classAnnotation = 'kubernetes.io/ingress.class';
const pathTypes = ['Exact', 'ImplementationSpecific', 'Prefix'] as const;
const badSequences = ['//', '/./', '/../', '%2f', '%2F'] as const;
const badSuffixes = ['/..', '/.'] as const;
const parameterScopes = ['Cluster', 'Namespace'] as const;
const MAX_CONTROLLER_LENGTH = 250;

/** What stored objects may keep. */
interface IngressRules {
  readonly allowInvalidSecretName: boolean;
  readonly allowInvalidWildcardRule: boolean;
}

export function validateIngress(ingress: KubeObject): Errors {
  const errors = finalizerErrors(ingress);
  const spec = asObject(ingress.spec);
  checkSpec(spec, { allowInvalidSecretName: false, allowInvalidWildcardRule: false }, errors);
  const annotation = ingress.metadata.annotations?.[classAnnotation];
  if (annotation !== undefined && isSet(spec.ingressClassName) && annotation !== spec.ingressClassName) {
    const detail = 'must match `ingressClassName` when both are specified';
    errors.push(invalid(`annotations.${classAnnotation}`, annotation, detail));
  }
  return errors;
}

export function validateIngressUpdate(ingress: KubeObject, old: KubeObject): Errors {
  const errors = finalizerErrors(ingress);
  const before = asObject(old.spec);
  const rules = {
    allowInvalidSecretName: asObjects(before.tls).some(({ secretName }) => secretComplaints(secretName).length > 0),
    allowInvalidWildcardRule: asObjects(before.rules).some((rule) => {
      if (!asText(rule.host).includes('*')) return false;
      const found: Errors = [];
      checkRuleValue(rule, '', found);
      return found.length > 0;
    }),
  };
  checkSpec(asObject(ingress.spec), rules, errors);
  return errors;
}

function checkSpec(spec: JsonObject, rules: IngressRules, errors: Errors): void {
  if (asObjects(spec.rules).length === 0 && !isSet(spec.defaultBackend)) {
    errors.push(invalid('spec', asSent(spec, 'rules'), 'either `defaultBackend` or `rules` must be specified'));
  }
  if (isSet(spec.defaultBackend)) checkBackend(asObject(spec.defaultBackend), 'spec.defaultBackend', errors);
  checkEach(spec.rules, 'spec.rules', (rule, path) => {
    const host = asText(rule.host);
    if (host !== '') checkHost(host, `${path}.host`, errors);
    if (!host.includes('*') || !rules.allowInvalidWildcardRule) checkRuleValue(rule, path, errors);
  });
  checkEach(spec.tls, 'spec.tls', (tls, path) => {
    asTexts(tls.hosts).forEach((host, index) => checkHostName(host, `${path}.hosts[${index}]`, errors));
    if (rules.allowInvalidSecretName) return;
    checkComplaints(asText(tls.secretName), secretComplaints(tls.secretName), `${path}.secretName`, errors);
  });
  if (isSet(spec.ingressClassName)) checkDnsSubdomain(spec.ingressClassName, 'spec.ingressClassName', errors);
}

function secretComplaints(name: JsonValue | undefined): readonly string[] {
  return asText(name) === '' ? [] : isDns1123Subdomain(asText(name));
}

function checkHost(host: string, path: string, errors: Errors): void {
  if (parseIp(host) !== undefined) errors.push(invalid(path, host, 'must be a DNS name, not an IP address'));
  checkHostName(host, path, errors);
}

function checkHostName(host: string, path: string, errors: Errors): void {
  const complaints = host.includes('*') ? isWildcardDns1123Subdomain(host) : isDns1123Subdomain(host);
  checkComplaints(host, complaints, path, errors);
}

function checkRuleValue(rule: JsonObject, path: string, errors: Errors): void {
  if (!isSet(rule.http)) return;
  const { paths } = asObject(rule.http);
  if (asObjects(paths).length === 0) errors.push(required(`${path}.http.paths`));
  checkEach(paths, `${path}.http.paths`, (item, itemPath) => checkPath(item, itemPath, errors));
}

function checkPath(item: JsonObject, path: string, errors: Errors): void {
  if (!isSet(item.pathType)) {
    errors.push(required(`${path}.pathType`, 'pathType must be specified'));
    return;
  }
  const type = asText(item.pathType);
  const value = asText(item.path);
  const isStrict = type === 'Exact' || type === 'Prefix';
  if (!pathTypes.some((known) => known === type)) errors.push(notSupported(`${path}.pathType`, type, pathTypes));
  else if (!value.startsWith('/') && (isStrict || value !== '')) {
    errors.push(invalid(`${path}.path`, value, 'must be an absolute path'));
  }
  if (isStrict) {
    for (const part of badSequences) {
      if (value.includes(part)) errors.push(invalid(`${path}.path`, value, `must not contain '${part}'`));
    }
    for (const suffix of badSuffixes) {
      if (value.endsWith(suffix)) errors.push(invalid(`${path}.path`, value, `cannot end with '${suffix}'`));
    }
  }
  checkBackend(asObject(item.backend), `${path}.backend`, errors);
}

function checkBackend(backend: JsonObject, path: string, errors: Errors): void {
  if (isSet(backend.resource) && isSet(backend.service)) {
    errors.push(invalid(path, '', 'cannot set both resource and service backends'));
  } else if (isSet(backend.resource)) {
    checkReference(asObject(backend.resource), `${path}.resource`, errors);
  } else if (isSet(backend.service)) {
    checkService(asObject(backend.service), path, errors);
  } else {
    errors.push(invalid(path, '', 'resource or service backend is required'));
  }
}

function checkService(service: JsonObject, path: string, errors: Errors): void {
  checkRequiredFormat(service.name, isDns1123Label, `${path}.service.name`, errors);
  const port = asObject(service.port);
  const name = asText(port.name);
  const number = asNumber(port.number);
  if (name !== '' && number !== 0) errors.push(invalid(path, '', 'cannot set both port name & port number'));
  else if (name !== '') checkComplaints(name, isPortName(name), `${path}.service.port.name`, errors);
  else if (number !== 0) checkComplaints(number, isPortNumber(number), `${path}.service.port.number`, errors);
  else errors.push(required(path, 'port name or number is required'));
}

function checkReference(reference: JsonObject, path: string, errors: Errors): void {
  if (isSet(reference.apiGroup)) checkDnsSubdomain(reference.apiGroup, `${path}.apiGroup`, errors);
  checkRequiredFormat(reference.kind, isPathSegmentName, `${path}.kind`, errors);
  checkRequiredFormat(reference.name, isPathSegmentName, `${path}.name`, errors);
}

export function validateIngressStatusUpdate(ingress: KubeObject, old: KubeObject): Errors {
  const errors = finalizerErrors(ingress);
  const known = asObjects(asObject(asObject(old.status).loadBalancer).ingress).map(({ ip }) => asText(ip));
  const { ingress: list } = asObject(asObject(ingress.status).loadBalancer);
  checkEach(list, 'status.loadBalancer.ingress', ({ ip, hostname }, path) => {
    if (asText(ip) !== '') checkLegacyIp(asText(ip), `${path}.ip`, errors, known);
    const host = asText(hostname);
    if (host === '') return;
    checkComplaints(host, isDns1123Subdomain(host), `${path}.hostname`, errors);
    if (parseIp(host) !== undefined) {
      errors.push(invalid(`${path}.hostname`, host, 'must be a DNS name, not an IP address'));
    }
  });
  return errors;
}

export function validateIngressClass(ingressClass: KubeObject): Errors {
  const errors = finalizerErrors(ingressClass);
  const spec = asObject(ingressClass.spec);
  const controller = asText(spec.controller);
  if (Buffer.byteLength(controller) > MAX_CONTROLLER_LENGTH) {
    errors.push(tooLong('spec.controller', MAX_CONTROLLER_LENGTH));
  }
  checkDomainPrefixedPath(controller, 'spec.controller', errors);
  if (isSet(spec.parameters)) checkParameters(asObject(spec.parameters), 'spec.parameters', errors);
  return errors;
}

function checkParameters(parameters: JsonObject, path: string, errors: Errors): void {
  checkReference(parameters, path, errors);
  if (!isSet(parameters.scope)) {
    errors.push(required(`${path}.scope`));
    return;
  }
  const namespacePath = `${path}.namespace`;
  if (!checkOneOf(parameters.scope, parameterScopes, `${path}.scope`, errors)) return;
  if (parameters.scope === 'Cluster') {
    if (isSet(parameters.namespace)) errors.push(forbidden(namespacePath, "`parameters.scope` is set to 'Cluster'"));
  } else if (isSet(parameters.namespace)) {
    const namespace = asText(parameters.namespace);
    checkComplaints(namespace, isDns1123Label(namespace), namespacePath, errors);
  } else {
    errors.push(required(namespacePath, "`parameters.scope` is set to 'Namespace'"));
  }
}

export function ingressClassControllerErrors(ingressClass: KubeObject, old: KubeObject): Errors {
  const errors: Errors = [];
  const { controller } = asObject(ingressClass.spec);
  checkImmutable(asText(controller), asText(asObject(old.spec).controller), 'spec.controller', errors);
  return errors;
}
