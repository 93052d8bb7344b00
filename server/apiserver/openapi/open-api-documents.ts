/**
 * The OpenAPI documents of a server: written from facts, prose and the list of served resources when first asked for, and
 * kept as finished bytes only.
 */
import { createHash } from 'node:crypto';
import type { Descriptions } from '../../../openapi/descriptions.ts';
import type { FactsTable } from '../../../openapi/type-facts.ts';
import { BuiltInSchemas, type GroupVersion } from './built-in-schema.ts';
import { convertV2 } from './convert-v2.ts';
import { customSchemas } from './custom-schema.ts';
import { fixedDocuments, groupDiscovery, groupVersionDiscovery } from './discovery-operations.ts';
import { type DocumentV2, documentV2 } from './document-v2.ts';
import { type DocumentV3, documentV3 } from './document-v3.ts';
import { encodeMessage } from './gnostic-message.ts';
import { DOCUMENT_V2 } from './gnostic-v2.ts';
import { DOCUMENT_V3 } from './gnostic-v3.ts';
import type { JsonObject } from '../../apimachinery/json.ts';
import type { JsonSchema } from './json-schema.ts';
import { type ExtensionDocument, mergeExtension } from './merge-v2.ts';
import type { PathOperations } from './operation.ts';
import { collectSchemas } from './referenced-types.ts';
import { resourceOperations } from './resource-operations.ts';
import { builtInSchemaV2, customSchemaV2 } from './schema-v2.ts';
import { groupVersionPath, type ServedResource } from './served-resource.ts';

/** Part of every ETag: raise it when the same facts and resources are written differently, or clients keep old copies. */
const LAYOUT = 2;

/** Key of the version 2 document among bytes: no version 3 document has it. */
const V2 = '';

export interface OpenApiDocumentsOptions {
  readonly facts: FactsTable;
  readonly descriptions: Descriptions;
  readonly resources: readonly ServedResource[];
  /** Of extension servers: their version 3 documents are in the index and served there, their version 2 ones are merged (and converted where they are all there is). */
  readonly extensions?: readonly ExtensionDocument[];
}

interface Source {
  /** Upper case hexadecimal SHA-512 of everything the document is written from. */
  readonly etag: string;
  readonly write: () => DocumentV3;
}

interface Bytes {
  json?: Buffer;
  protobuf?: Buffer;
}

export class OpenApiDocuments {
  private readonly options: OpenApiDocumentsOptions;
  private readonly builtIn: BuiltInSchemas;
  private readonly sources = new Map<string, Source>();
  private readonly bytes = new Map<string, Bytes>();
  private indexBytes: Buffer | undefined;
  private v2Tag: string | undefined;

  /**
   * @param previous documents of the resources before a change (a custom resource definition came or went): what did not
   * change keeps its bytes. Pass on the same ServedResource objects where nothing changed, or they are hashed again.
   */
  constructor(options: OpenApiDocumentsOptions, previous?: OpenApiDocuments) {
    this.options = options;
    this.builtIn = new BuiltInSchemas(options.facts, options.descriptions);
    this.describeSources();
    if (previous === undefined) return;
    for (const [key, source] of this.sources) {
      const kept = previous.bytes.get(key);
      if (kept !== undefined && previous.sources.get(key)?.etag === source.etag) this.bytes.set(key, kept);
    }
    const v2 = previous.bytes.get(V2);
    if (v2 !== undefined && previous.v2Etag() === this.v2Etag()) this.bytes.set(V2, v2);
  }

  /** The body of /openapi/v3. */
  index(): Buffer {
    this.indexBytes ??= this.writeIndex();
    return this.indexBytes;
  }

  /** ETag of a version 3 document by its key in the index ("api/v1", "apis/apps/v1"); undefined when there is none. */
  etag(key: string): string | undefined {
    return this.sources.get(key)?.etag;
  }

  /** Bytes of a version 3 document. */
  groupVersion(key: string, encoding: 'json' | 'protobuf'): Buffer | undefined {
    const source = this.sources.get(key);
    if (source === undefined) return undefined;
    return this.encoded(key, encoding, source.write, (document) => encodeMessage(DOCUMENT_V3, document));
  }

  v2Etag(): string {
    const others = (this.options.extensions ?? []).map(({ key, revision }) => `${key}=${revision}`);
    this.v2Tag ??= hash([...[...this.sources].map(([key, { etag }]) => `${key}=${etag}`), ...others]);
    return this.v2Tag;
  }

  /** Bytes of the version 2 document. */
  v2(encoding: 'json' | 'protobuf'): Buffer {
    const write = (): DocumentV2 => this.writeV2();
    return this.encoded(V2, encoding, write, (document) => encodeMessage(DOCUMENT_V2, document));
  }

  private encoded<T>(key: string, encoding: 'json' | 'protobuf', write: () => T, toProtobuf: (document: T) => Buffer) {
    let bytes = this.bytes.get(key);
    if (bytes === undefined) {
      bytes = {};
      this.bytes.set(key, bytes);
    }
    bytes[encoding] ??= encoding === 'json' ? Buffer.from(JSON.stringify(write())) : toProtobuf(write());
    return bytes[encoding];
  }

  private describeSources(): void {
    const { facts, descriptions, resources } = this.options;
    const basis = [LAYOUT, facts.kubernetes, descriptions.version];
    const [major = '', minor = ''] = facts.kubernetes.split('.');
    const info = { title: 'Kubernetes', version: `${major}.${minor}` };
    const add = (key: string, paths: () => PathOperations[], members: readonly ServedResource[], at?: GroupVersion) => {
      const isCustom = members.length > 0 && members.every(({ custom }) => custom !== undefined);
      this.sources.set(key, {
        etag: hash([...basis, key, ...members.map(fingerprint)]),
        write: () => {
          const written = paths();
          return documentV3({
            info: isCustom ? { title: 'Kubernetes CRD Swagger', version: 'v0.1.0' } : info,
            paths: written,
            schemas: this.collect(written, members, at),
            descriptions,
            secured: !isCustom,
          });
        },
      });
    };

    for (const [key, path] of fixedDocuments) add(key, () => [path], []);
    const byVersion = Map.groupBy(resources, ({ group, version }) => groupVersionPath(group, version));
    for (const [key, members] of byVersion) {
      const [first] = members;
      if (first === undefined) continue;
      const { group, version } = first;
      const builtIn = members.some(({ custom }) => custom === undefined);
      const paths = (): PathOperations[] => [
        ...(builtIn ? [groupVersionDiscovery(group, version)] : []),
        ...members.flatMap(resourceOperations),
      ];
      add(key, paths, members, { group, version });
      if (builtIn && group !== '') add(`apis/${group}`, () => [groupDiscovery(group)], []);
    }
    for (const { key, isConverted, v2, revision } of this.options.extensions ?? []) {
      if (!isConverted || v2 === undefined) continue;
      this.sources.set(key, { etag: revision, write: () => convertV2(v2) });
    }
  }

  private collect(
    paths: readonly PathOperations[],
    resources: readonly ServedResource[],
    shownIn?: GroupVersion,
  ): Map<string, JsonSchema> {
    const custom = customSchemas(resources, this.options.descriptions);
    return collectSchemas(referencedTypes(paths), (typeName) => {
      return custom.get(typeName)?.() ?? this.builtIn.schema(typeName, shownIn);
    });
  }

  private writeV2(): DocumentV2 {
    const { resources, descriptions, facts } = this.options;
    const groups = new Set(resources.filter(({ custom }) => custom === undefined).map(({ group }) => group));
    const versions = new Map(
      resources
        .filter(({ custom }) => custom === undefined)
        .map(({ group, version }) => [groupVersionPath(group, version), groupVersionDiscovery(group, version)]),
    );
    const paths = [
      ...fixedDocuments.values(),
      ...[...groups].filter((group) => group !== '').map(groupDiscovery),
      ...versions.values(),
      ...resources.flatMap(resourceOperations),
    ];
    const custom = customSchemas(resources, descriptions);
    const schemas = [...this.collect(paths, resources)].map(([name, schema]): [string, JsonSchema] => [
      name,
      custom.has(name) ? customSchemaV2(schema) : builtInSchemaV2(schema),
    ]);
    const [major = '', minor = ''] = facts.kubernetes.split('.');
    const info = { title: 'Kubernetes', version: `${major}.${minor}` };
    const document = documentV2({ info, paths, schemas: new Map(schemas), descriptions });
    for (const extension of this.options.extensions ?? []) {
      mergeExtension(document as unknown as JsonObject, extension);
    }
    return document;
  }

  private writeIndex(): Buffer {
    const own = [...this.sources].map(([key, { etag }]): [string, unknown] => [
      key,
      { serverRelativeURL: versionedUrl(key, etag) },
    ]);
    const others = (this.options.extensions ?? []).flatMap(({ key, serverRelativeURL }): [string, unknown][] =>
      serverRelativeURL === undefined ? [] : [[key, { serverRelativeURL }]],
    );
    const paths = [...own, ...others].sort(([a], [b]) => (a < b ? -1 : 1));
    return Buffer.from(JSON.stringify({ paths: Object.fromEntries(paths) }));
  }
}

/** URL of a document that may be cached for ever. */
export function versionedUrl(key: string, etag: string): string {
  return `/openapi/v3/${key}?hash=${etag}`;
}

function referencedTypes(paths: readonly PathOperations[]): Set<string> {
  const types = new Set<string>();
  for (const { operations } of paths) {
    for (const { body, responses } of operations) {
      if (body !== undefined) types.add(body.typeName);
      for (const { typeName } of responses) if (typeName !== undefined && typeName !== 'string') types.add(typeName);
    }
  }
  return types;
}

/** Hashes of resources that are still served, so that a change of one definition does not hash the schemas of all. */
const fingerprints = new WeakMap<ServedResource, string>();

function fingerprint(resource: ServedResource): string {
  let known = fingerprints.get(resource);
  if (known === undefined) {
    known = hash([resource]);
    fingerprints.set(resource, known);
  }
  return known;
}

function hash(parts: readonly unknown[]): string {
  return createHash('sha512').update(JSON.stringify(parts)).digest('hex').toUpperCase();
}
