/** Reads an Accept header: the first clause that the endpoint can answer wins, views of meta.k8s.io included. */
import { newNotAcceptable } from '../../apimachinery/errors/status-error.ts';
import { mediaJson, mediaProtobuf, mediaYaml, plainJson, type Representation, type View, type WireFormat } from './media-types.ts';

export interface AcceptOptions {
  /** Endpoints of objects and lists can answer with Table and PartialObjectMetadata. */
  readonly views: boolean;
  /** The object is known to protobuf (built-ins are). */
  readonly protobuf: boolean;
}

interface Clause {
  readonly type: string;
  readonly subtype: string;
  readonly quality: number;
  readonly parameters: ReadonlyMap<string, string>;
}

/** Distinct Accept headers remembered per kind of endpoint; clients use a handful. */
const maxRemembered = 256;
const remembered = new Map<string, Representation>();

/** @throws StatusError 406 when nothing that the client accepts can be given. */
export function negotiate(accept: string | undefined, options: AcceptOptions): Representation {
  if (accept === undefined || accept === '' || accept === '*/*' || accept === mediaJson) return plainJson;
  const memo = `${options.views ? 1 : 0}${options.protobuf ? 1 : 0}${accept}`;
  const known = remembered.get(memo);
  if (known !== undefined) return known;
  const found = select(parseAccept(accept), options);
  if (found === undefined) {
    const streams = [`${mediaJson};stream=watch`, `${mediaProtobuf};stream=watch`];
    throw newNotAcceptable(options.protobuf ? [mediaJson, mediaYaml, mediaProtobuf, ...streams] : [mediaJson, mediaYaml]);
  }
  if (remembered.size >= maxRemembered) remembered.clear();
  remembered.set(memo, found);
  return found;
}

export function parseAccept(accept: string): Clause[] {
  const clauses: Clause[] = [];
  for (const part of accept.split(',')) {
    const [range = '', ...rest] = part.split(';').map((piece) => piece.trim());
    const [type = '', subtype = ''] = range.toLowerCase().split('/');
    if (type === '') continue;
    const parameters = new Map<string, string>();
    for (const parameter of rest) {
      const at = parameter.indexOf('=');
      if (at > 0) parameters.set(parameter.slice(0, at).trim().toLowerCase(), parameter.slice(at + 1).trim().replaceAll('"', ''));
    }
    const quality = Number(parameters.get('q') ?? '1');
    clauses.push({ type, subtype, quality: Number.isFinite(quality) ? quality : 0, parameters });
  }
  // Stable: equal qualities keep the client's order.
  return clauses.sort((a, b) => b.quality - a.quality);
}

function select(clauses: readonly Clause[], options: AcceptOptions): Representation | undefined {
  for (const clause of clauses) {
    if (clause.quality === 0) continue;
    const format = formatOf(clause, options);
    if (format === undefined) continue;
    const view = viewOf(clause, options);
    if (view === undefined) continue;
    return { format, ...view, pretty: clause.parameters.get('pretty') === '1' };
  }
  return undefined;
}

function formatOf(clause: Clause, options: AcceptOptions): WireFormat | undefined {
  const { type, subtype } = clause;
  if (type === '*' || (type === 'application' && (subtype === '*' || subtype === 'json'))) return 'json';
  if (type !== 'application') return undefined;
  if (subtype === 'yaml') return 'yaml';
  if (subtype === 'vnd.kubernetes.protobuf' && options.protobuf) return 'protobuf';
  return undefined;
}

function viewOf(clause: Clause, options: AcceptOptions): { view: View; viewVersion: string } | undefined {
  const as = clause.parameters.get('as') ?? '';
  if (as === '') return { view: 'object', viewVersion: '' };
  if (!options.views || clause.parameters.get('g') !== 'meta.k8s.io') return undefined;
  const viewVersion = clause.parameters.get('v') ?? '';
  if (viewVersion !== 'v1' && viewVersion !== 'v1beta1') return undefined;
  if (as === 'Table' && clause.subtype !== 'vnd.kubernetes.protobuf') return { view: 'table', viewVersion };
  if (as === 'PartialObjectMetadata') return { view: 'metadata', viewVersion };
  if (as === 'PartialObjectMetadataList') return { view: 'metadataList', viewVersion };
  return undefined;
}
