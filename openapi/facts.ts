/** Reads the committed facts table, once, when the first reader asks for it. */
import { readFileSync } from 'node:fs';
import type { FactsTable } from './type-facts.ts';

export interface GroupVersionKind {
  readonly group: string;
  readonly version: string;
  readonly kind: string;
}

let table: FactsTable | undefined;
let typesByKind: ReadonlyMap<string, string> | undefined;

/** The facts of every built-in type; read from disk by the first call (3 to 6 ms), shared by all later ones. */
export function loadFacts(): FactsTable {
  table ??= JSON.parse(readFileSync(new URL('./facts/facts.json', import.meta.url), 'utf8')) as FactsTable;
  return table;
}

/**
 * OpenAPI name of the built-in type of a kind: "io.k8s.api.apps.v1.Deployment" for apps/v1 Deployment. Undefined for
 * kinds that no built-in type has.
 */
export function typeOfKind(gvk: GroupVersionKind): string | undefined {
  typesByKind ??= indexKinds(loadFacts());
  return typesByKind.get(kindKey(gvk));
}

function indexKinds(facts: FactsTable): ReadonlyMap<string, string> {
  const index = new Map<string, string>();
  for (const [name, type] of Object.entries(facts.types)) {
    for (const gvk of type.gvk ?? []) index.set(kindKey(gvk), name);
  }
  return index;
}

function kindKey({ group, version, kind }: GroupVersionKind): string {
  return `${group}/${version}/${kind}`;
}
