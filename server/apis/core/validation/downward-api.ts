/** Selectors of a pod's own fields and resources, as env variables and downward API volumes use them. */
import { invalid, notSupportedText, required } from '../../../apimachinery/errors/field-error.ts';
import { asText } from '../../../apimachinery/json-access.ts';
import type { JsonObject } from '../../../apimachinery/json.ts';
import { formatQuantity } from '../../../apimachinery/quantity/quantity.ts';
import { quantitySign } from '../../../apimachinery/quantity/arithmetic.ts';
import { checkQualifiedName, checkRequired, type Errors } from '../../validation/checks.ts';
import { quantityOf } from '../../validation/quantities.ts';

export const envFieldPaths = [
  'metadata.name',
  'metadata.namespace',
  'metadata.uid',
  'spec.nodeName',
  'spec.serviceAccountName',
  'status.hostIP',
  'status.hostIPs',
  'status.podIP',
  'status.podIPs',
] as const;

export const volumeFieldPaths = [
  'metadata.name',
  'metadata.namespace',
  'metadata.labels',
  'metadata.annotations',
  'metadata.uid',
] as const;

/** All labels that v1 knows; which of them may stand where is the caller's. */
const knownFieldPaths: ReadonlySet<string> = new Set([
  ...envFieldPaths,
  ...volumeFieldPaths,
  'spec.restartPolicy',
  'spec.schedulerName',
  'status.phase',
]);

const resources = ['cpu', 'memory', 'ephemeral-storage'] as const;
const resourceExpressions = ['limits', 'requests'].flatMap((kind) => resources.map((name) => `${kind}.${name}`));
const hugePagePrefixes = ['requests.hugepages-', 'limits.hugepages-'] as const;

const byteDivisors = ['1', ...['k', 'M', 'G', 'T', 'P', 'E'], ...['Ki', 'Mi', 'Gi', 'Ti', 'Pi', 'Ei']].map((unit) =>
  unit === '1' ? unit : `1${unit}`,
);

export function checkFieldSelector(
  selector: JsonObject,
  allowed: readonly string[],
  path: string,
  errors: Errors,
): void {
  if (!checkRequired(selector.apiVersion, `${path}.apiVersion`, errors)) return;
  if (!checkRequired(selector.fieldPath, `${path}.fieldPath`, errors)) return;
  const fieldPath = asText(selector.fieldPath);
  const { base, subscript } = splitSubscript(fieldPath);
  const problem = conversionProblem(asText(selector.apiVersion), fieldPath, base, subscript);
  if (problem !== undefined) {
    errors.push(invalid(`${path}.fieldPath`, fieldPath, `error converting fieldPath: ${problem}`));
    return;
  }
  if (subscript !== undefined) {
    checkQualifiedName(base === 'metadata.annotations' ? subscript.toLowerCase() : subscript, path, errors);
    return;
  }
  const internal = fieldPath === 'spec.host' ? 'spec.nodeName' : fieldPath;
  if (!allowed.includes(internal)) errors.push(notSupportedText(`${path}.fieldPath`, internal, allowed.toSorted()));
}

function conversionProblem(
  apiVersion: string,
  fieldPath: string,
  base: string,
  subscript: string | undefined,
): string | undefined {
  if (apiVersion !== 'v1') return `unsupported pod version: ${apiVersion}`;
  if (subscript !== undefined) {
    const subscripted = base === 'metadata.annotations' || base === 'metadata.labels';
    return subscripted ? undefined : `field label does not support subscript: ${fieldPath}`;
  }
  if (fieldPath === 'spec.host' || knownFieldPaths.has(fieldPath)) return undefined;
  return `field label not supported: ${fieldPath}`;
}

/** "metadata.labels['app']" is a path with a subscript. */
function splitSubscript(fieldPath: string): { base: string; subscript: string | undefined } {
  const start = fieldPath.indexOf("['");
  if (start < 0 || !fieldPath.endsWith("']")) return { base: fieldPath, subscript: undefined };
  const base = fieldPath.slice(0, start);
  return base === '' ? { base: fieldPath, subscript: undefined } : { base, subscript: fieldPath.slice(start + 2, -2) };
}

/** `named`: a volume must name the container, an env variable is its own container's. */
export function checkResourceFieldSelector(selector: JsonObject, named: boolean, path: string, errors: Errors): void {
  const resource = asText(selector.resource);
  if (named && asText(selector.containerName) === '') errors.push(required(`${path}.containerName`));
  else if (checkRequired(resource, `${path}.resource`, errors)) {
    const known =
      resourceExpressions.includes(resource) || hugePagePrefixes.some((prefix) => resource.startsWith(prefix));
    if (!known) errors.push(notSupportedText(`${path}.resource`, resource, resourceExpressions.toSorted()));
  }
  checkDivisor(resource, selector, path, errors);
}

function checkDivisor(resource: string, selector: JsonObject, path: string, errors: Errors): void {
  const divisor = quantityOf(selector.divisor);
  if (quantitySign(divisor) === 0) return;
  const text = formatQuantity(divisor);
  const name = hugePagePrefixes.some((prefix) => resource.startsWith(prefix))
    ? 'hugepages'
    : resource.replace(/^(limits|requests)\./, '');
  if (name === 'cpu') {
    if (text === '1m' || text === '1') return;
    errors.push(
      invalid(`${path}.divisor`, resource, "only divisor's values 1m and 1 are supported with the cpu resource"),
    );
  } else if (name === 'memory' || name === 'ephemeral-storage' || name === 'hugepages') {
    if (byteDivisors.includes(text)) return;
    const supported = byteDivisors.join(', ');
    const shown = name === 'ephemeral-storage' ? 'local ephemeral storage' : name;
    const detail = `only divisor's values ${supported} are supported with the ${shown} resource`;
    errors.push(invalid(`${path}.divisor`, resource, detail));
  }
}
