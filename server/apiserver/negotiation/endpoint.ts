/** What the kinds of endpoints can answer with. Made once each: negotiation remembers its results by them. */
import { mediaJson, mediaKeySet, mediaProtobuf, mediaYaml, type WireFormat } from './media-types.ts';

const objectMediaTypes = [mediaJson, mediaYaml, mediaProtobuf];
const streamMediaTypes = [`${mediaJson};stream=watch`, `${mediaProtobuf};stream=watch`];
const allFormats: readonly WireFormat[] = ['json', 'yaml', 'protobuf'];

export interface Endpoint {
  /**
   * Media types that the router in front of the endpoint lists: it looks at no parameters, takes a wildcard only for
   * everything, and refuses in words of its own. Undefined: there is none.
   */
  readonly routed: readonly string[] | undefined;
  readonly formats: readonly WireFormat[];
  /** What ?as= may turn the answer into: meta.k8s.io views, the aggregated discovery document, nothing; or nobody looks. */
  readonly transforms: 'views' | 'metadata' | 'discovery' | 'none' | 'ignored';
  /** The objects themselves have no protobuf form; their views have. */
  readonly untyped?: true;
  /** Media types that the endpoint's own refusal lists. */
  readonly offered: readonly string[];
}

const objects: Endpoint = {
  routed: objectMediaTypes,
  formats: allFormats,
  transforms: 'views',
  offered: objectMediaTypes,
};
const lists: Endpoint = { ...objects, routed: [...objectMediaTypes, ...streamMediaTypes] };
const watches: Endpoint = { ...lists, formats: ['json', 'protobuf'], offered: streamMediaTypes };
const documents: Endpoint = { ...objects, transforms: 'none' };

export const endpoints = {
  /** One object, or the answer to a write. */
  objects,
  /** An object of a kind that is never listed, and so has no table. */
  tableless: { ...objects, transforms: 'metadata' },
  /** A collection: its route can be watched too. */
  lists,
  /** A stream of events: YAML has no framing. */
  watches,
  /** The same of custom resources, which no router stands before. */
  untypedObjects: { ...objects, routed: undefined, untyped: true },
  untypedLists: { ...lists, routed: undefined, untyped: true },
  untypedWatches: { ...watches, routed: undefined, untyped: true },
  /** Discovery documents behind the router … */
  documents,
  /** … and those of the aggregator, which has none. */
  aggregatedDocuments: { ...documents, routed: undefined },
  /** Failures: in any format, in no view. */
  statuses: { ...documents, routed: undefined },
  /** Whether the aggregated discovery document is asked for. */
  discovery: { ...documents, routed: undefined, transforms: 'discovery' },
  /** The keys of the token issuer. */
  keySets: { routed: [mediaKeySet], formats: ['json'], transforms: 'ignored', offered: [mediaKeySet] },
  /** Plain JSON, whatever the parameters say (/version). */
  jsonAlone: { routed: [mediaJson], formats: ['json'], transforms: 'ignored', offered: [mediaJson] },
} as const satisfies Readonly<Record<string, Endpoint>>;
