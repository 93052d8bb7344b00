/** The OpenAPI documents of what is served now: made anew when something else is, with what has not changed taken over. */
import { loadDescriptions } from '../../../openapi/descriptions.ts';
import type { FactsTable } from '../../../openapi/type-facts.ts';
import type { ExtensionDocument } from './merge-v2.ts';
import { OpenApiDocuments } from './open-api-documents.ts';
import type { ServedResource } from './served-resource.ts';

/** Each version goes up with every change. */
export interface DocumentSources {
  readonly facts: FactsTable;
  readonly builtIn: readonly ServedResource[];
  readonly custom: { readonly version: number; openApi(): readonly ServedResource[] };
  readonly extensions: { readonly version: number; documents(): readonly ExtensionDocument[] };
  /** Where joined descriptions are kept between starts; unset: nowhere. */
  readonly cacheFolder: string | undefined;
}

/** Nothing is written before it is asked for. */
export function currentDocuments(sources: DocumentSources): () => OpenApiDocuments {
  const { facts, builtIn, custom, extensions, cacheFolder } = sources;
  let documents: OpenApiDocuments | undefined;
  let documented = -1;
  return () => {
    const version = custom.version + extensions.version;
    if (documents !== undefined && documented === version) return documents;
    documented = version;
    const descriptions = loadDescriptions({ facts, ...(cacheFolder === undefined ? {} : { cacheFolder }) });
    const resources = [...builtIn, ...custom.openApi()];
    documents = new OpenApiDocuments({ facts, descriptions, resources, extensions: extensions.documents() }, documents);
    return documents;
  };
}
