/** Reads an Accept header: the first clause that the endpoint can answer wins, in the order in which upstream's parser puts them. */
import { failure, newNotAcceptable, type StatusError } from '../../apimachinery/errors/status-error.ts';
import type { Endpoint } from './endpoint.ts';
import { plainJson, type Representation, type View, type WireFormat } from './media-types.ts';

interface Clause {
  readonly type: string;
  readonly subtype: string;
  readonly quality: number;
  readonly parameters: ReadonlyMap<string, string>;
}

/** Distinct Accept headers remembered per kind of endpoint; clients use a handful. */
const maxRemembered = 256;
const remembered = new Map<Endpoint, Map<string, Representation | undefined>>();

/** @throws StatusError 406 when nothing that the client accepts can be given. */
export function negotiate(accept: string | undefined, endpoint: Endpoint): Representation {
  const found = findAcceptable(accept, endpoint);
  if (found !== undefined) return found;
  const { routed, offered } = endpoint;
  if (routed !== undefined && !passesRouter(accept ?? '', routed)) throw newNotAcceptable(routed);
  throw newUnacceptable(`only the following media types are accepted: ${offered.join(', ')}`);
}

export function findAcceptable(accept: string | undefined, endpoint: Endpoint): Representation | undefined {
  if (endpoint.transforms === 'discovery') {
    // Nearly all requests for discovery say so, or accept nothing of the kind.
    if (accept?.includes('APIGroupDiscoveryList') !== true) return undefined;
  } else if (accept === undefined || accept === '' || accept === '*/*' || accept === 'application/json')
    return plainJson;
  let known = remembered.get(endpoint);
  if (known === undefined) {
    known = new Map();
    remembered.set(endpoint, known);
  }
  const before = known.get(accept);
  if (before !== undefined || known.has(accept)) return before;
  const passes = endpoint.routed === undefined || passesRouter(accept, endpoint.routed);
  const found = passes ? select(parseAccept(accept), endpoint) : undefined;
  if (known.size >= maxRemembered) known.clear();
  known.set(accept, found);
  return found;
}

function passesRouter(accept: string, routed: readonly string[]): boolean {
  for (const part of accept.split(',')) {
    const end = part.indexOf(';');
    const mediaType = trimSpaces(end < 0 ? part : part.slice(0, end));
    if (mediaType === '*/*' || routed.includes(mediaType)) return true;
  }
  return false;
}

/** A 406 without details: the refusal of the endpoint itself. */
export function newUnacceptable(message: string): StatusError {
  return failure({ code: 406, reason: 'NotAcceptable', message });
}

function parseAccept(accept: string): Clause[] {
  const clauses: Clause[] = [];
  for (const part of accept.split(',')) {
    const [range = '', ...rest] = part.split(';');
    const [type = '', subtype, ...more] = range.split('/').map(trimSpaces);
    if (more.length > 0 || (type !== '*' && (subtype ?? '') === '')) continue;
    const parameters = new Map<string, string>();
    let quality = 1;
    for (const parameter of rest) {
      const [name = '', value = '', ...excess] = parameter.split('=');
      if (value === '' || excess.length > 0) continue;
      if (trimSpaces(name) === 'q') quality = /^[+-]?(?:\d+\.?\d*|\.\d+)$/.test(value) ? Number(value) : 0;
      else parameters.set(trimSpaces(name), trimSpaces(value));
    }
    clauses.push({ type, subtype: (subtype ?? '') === '' ? '*' : (subtype ?? ''), quality, parameters });
  }
  return sortAsUpstream(clauses);
}

/**
 * "Better" is no order here (a precise type beats a wildcard even where its quality is lower, and the other way round), so
 * the result depends on how it is sorted: upstream's sort inserts one clause after the other.
 */
function sortAsUpstream(clauses: Clause[]): Clause[] {
  for (let at = 1; at < clauses.length; at++) {
    for (let to = at; to > 0; to--) {
      const [before, here] = [clauses[to - 1], clauses[to]];
      if (before === undefined || here === undefined || !goesBefore(here, before)) break;
      clauses[to - 1] = here;
      clauses[to] = before;
    }
  }
  return clauses;
}

function goesBefore(a: Clause, b: Clause): boolean {
  return a.quality > b.quality || (a.type !== '*' && b.type === '*') || (a.subtype !== '*' && b.subtype === '*');
}

function trimSpaces(text: string): string {
  return text.replace(/^ +| +$/g, '');
}

function select(clauses: readonly Clause[], endpoint: Endpoint): Representation | undefined {
  for (const clause of clauses) {
    for (const format of endpoint.formats) {
      if (!matches(clause, format)) continue;
      const view = viewOf(clause, endpoint, format);
      if (view !== undefined) return { format, ...view, pretty: clause.parameters.get('pretty') === '1' };
    }
  }
  return undefined;
}

const subtypes: Readonly<Record<WireFormat, string>> = {
  json: 'json',
  yaml: 'yaml',
  protobuf: 'vnd.kubernetes.protobuf',
};

function matches({ type, subtype }: Clause, format: WireFormat): boolean {
  if (type === 'application') return subtype === subtypes[format] || subtype === '*';
  return type === '*' && subtype === '*';
}

/** Undefined: the endpoint cannot give the clause's parameters in this format. */
function viewOf(
  clause: Clause,
  endpoint: Endpoint,
  format: WireFormat,
): { view: View; viewVersion: string } | undefined {
  const { parameters } = clause;
  const stream = parameters.get('stream');
  if (stream !== undefined && (stream !== 'watch' || format === 'yaml')) return undefined;
  if (parameters.has('sv')) return undefined;
  const [kind, group, version] = [parameters.get('as'), parameters.get('g'), parameters.get('v')];
  if (kind === undefined && group === undefined && version === undefined) {
    if (endpoint.transforms === 'discovery' || (endpoint.untyped === true && format === 'protobuf')) return undefined;
    return { view: 'object', viewVersion: '' };
  }
  switch (endpoint.transforms) {
    case 'none':
      return undefined;
    case 'ignored':
      return { view: 'object', viewVersion: '' };
    case 'discovery':
      if (group !== 'apidiscovery.k8s.io' || version !== 'v2' || kind !== 'APIGroupDiscoveryList') return undefined;
      return { view: 'discovery', viewVersion: version };
    case 'metadata':
    case 'views':
      if (group !== 'meta.k8s.io' || (version !== 'v1' && version !== 'v1beta1')) return undefined;
      if (kind === 'Table')
        return format === 'protobuf' || endpoint.transforms === 'metadata'
          ? undefined
          : { view: 'table', viewVersion: version };
      if (kind === 'PartialObjectMetadata') return { view: 'metadata', viewVersion: version };
      if (kind === 'PartialObjectMetadataList') return { view: 'metadataList', viewVersion: version };
      return undefined;
  }
}
