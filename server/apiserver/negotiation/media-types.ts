/** The media types the API speaks, and the forms an answer can take. */
export const mediaJson = 'application/json';
export const mediaYaml = 'application/yaml';
export const mediaProtobuf = 'application/vnd.kubernetes.protobuf';
/** Of the issuer's keys alone. */
export const mediaKeySet = 'application/jwk-set+json';

/** In upstream's order, as 406 and 415 messages list them. */
export const objectMediaTypes = [mediaJson, mediaYaml, mediaProtobuf] as const;

export type WireFormat = 'json' | 'yaml' | 'protobuf';
/** "object": the kind itself; the others are meta.k8s.io views of it, and the aggregated form of a discovery document. */
export type View = 'object' | 'table' | 'metadata' | 'metadataList' | 'discovery';

export interface Representation {
  readonly format: WireFormat;
  readonly view: View;
  /** Of the view: "v1" or "v1beta1" of meta.k8s.io, "v2" of apidiscovery.k8s.io. */
  readonly viewVersion: string;
  readonly pretty: boolean;
}

export const plainJson: Representation = { format: 'json', view: 'object', viewVersion: '', pretty: false };

/** Content-Type of a whole answer. */
export function contentTypeOf(representation: Representation): string {
  switch (representation.format) {
    case 'json':
      return mediaJson;
    case 'yaml':
      return mediaYaml;
    case 'protobuf':
      return mediaProtobuf;
  }
}

/** Content-Type of a stream of watch events. */
export function streamContentTypeOf(representation: Representation): string {
  return representation.format === 'json' ? mediaJson : `${contentTypeOf(representation)};stream=watch`;
}
