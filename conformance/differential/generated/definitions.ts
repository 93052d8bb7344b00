/** CustomResourceDefinitions made up at random. */
import type { Json, JsonObject } from '../case.ts';
import type { Chance } from './chance.ts';
import { type Form, makeForm } from './schemas.ts';

export interface MadeDefinition {
  readonly definition: JsonObject;
  readonly group: string;
  readonly plural: string;
  readonly kind: string;
  readonly versions: readonly MadeVersion[];
}

export interface MadeVersion {
  readonly name: string;
  readonly form: Form;
  readonly subresources: readonly ('status' | 'scale')[];
}

/** `id` of letters: it makes the names differ from those of other definitions. */
export function makeDefinition(chance: Chance, id: string, { faulty }: { readonly faulty: boolean }): MadeDefinition {
  const group = `${id}.generated.example.com`;
  const plural = 'notes';
  // Of the same fields: upstream answers 500 to what is applied in a version with others than those of an owner's version.
  const form = makeRoot(chance, faulty);
  const made = (chance.is(0.3) ? ['v1', 'v1beta1'] : ['v1']).map((name) => makeVersion(chance, name, form, faulty));
  const names: JsonObject = { plural, kind: `Note${id}`, singular: `note${id}` };
  if (chance.is(0.2)) names.shortNames = [`n${id}`];
  if (chance.is(0.2)) names.categories = ['all'];
  const spec: JsonObject = { group, scope: 'Namespaced', names, versions: made.map(({ version }) => version) };
  if (chance.is(0.1)) spec.conversion = { strategy: 'None' };
  return {
    definition: {
      apiVersion: 'apiextensions.k8s.io/v1',
      kind: 'CustomResourceDefinition',
      metadata: { name: `${plural}.${group}` },
      spec,
    },
    group,
    plural,
    kind: String(names.kind),
    versions: made,
  };
}

function makeVersion(
  chance: Chance,
  name: string,
  form: Form,
  faulty: boolean,
): MadeVersion & { readonly version: JsonObject } {
  const fields = [...scalarFields(form.schema, '')];
  const ofType = (...types: readonly string[]): string =>
    chance.pick(fields.filter(({ type }) => types.includes(type)))?.path ?? '.spec.nothing';
  const version: JsonObject = {
    name,
    served: true,
    storage: name === 'v1',
    schema: { openAPIV3Schema: form.schema },
  };
  const subresources: JsonObject = {};
  if (chance.is(0.6)) subresources.status = {};
  if (chance.is(0.2)) {
    const scale: JsonObject = { specReplicasPath: ofType('integer'), statusReplicasPath: '.status.replicas' };
    if (chance.is(0.3)) scale.labelSelectorPath = '.status.selector';
    subresources.scale = scale;
  }
  if (Object.keys(subresources).length > 0) version.subresources = subresources;
  if (chance.is(0.4))
    version.additionalPrinterColumns = makeColumns(chance, () => chance.pick(fields)?.path ?? '.spec');
  const selectable = ofType('string', 'integer', 'boolean');
  if (chance.is(0.25) && (faulty || selectable !== '.spec.nothing')) {
    version.selectableFields = [{ jsonPath: selectable }];
  }
  if (name !== 'v1' && chance.is(0.5)) version.deprecated = true;
  return { name, form, version, subresources: Object.keys(subresources) as ('status' | 'scale')[] };
}

function makeRoot(chance: Chance, faulty: boolean): Form {
  const [spec, status] = [makeForm(chance, { depth: 0, faulty }), makeForm(chance, { depth: 0, faulty })];
  const schema: JsonObject = { type: 'object', properties: { spec: spec.schema, status: status.schema } };
  if (chance.is(0.2)) schema.required = ['spec'];
  if (chance.is(0.1)) {
    const name: JsonObject = { type: 'string', maxLength: 10 };
    (schema.properties as JsonObject).metadata = { type: 'object', properties: { name } };
  }
  if (chance.is(0.1)) {
    schema['x-kubernetes-validations'] = [
      { rule: chance.pick(['self.metadata.name.size() < 12', '!has(self.spec) || has(self.status) || true']) },
    ];
  }
  return { schema, sample: (by) => ({ spec: spec.sample(by), status: status.sample(by) }) };
}

const COLUMN_TYPES = ['string', 'integer', 'number', 'boolean', 'date'] as const;

function makeColumns(chance: Chance, path: () => string): Json {
  return Array.from({ length: 1 + chance.below(3) }, (_, index): JsonObject => {
    const column: JsonObject = { name: `Column ${index}`, type: chance.pick(COLUMN_TYPES), jsonPath: path() };
    if (chance.is(0.2)) column.format = chance.pick(['int32', 'date-time', 'byte', 'password']);
    if (chance.is(0.2)) column.priority = 1;
    if (chance.is(0.2)) column.description = 'What it shows.';
    return column;
  });
}

/** Paths that JSONPath and selectors can name: through objects only. */
function* scalarFields(schema: JsonObject, path: string): Generator<{ readonly path: string; readonly type: string }> {
  for (const [name, inner] of Object.entries((schema.properties ?? {}) as Record<string, JsonObject>)) {
    if (!/^[a-z]+$/.test(name) || (path === '' && name === 'metadata')) continue;
    if (inner.type === 'object') yield* scalarFields(inner, `${path}.${name}`);
    else if (inner.type !== 'array') yield { path: `${path}.${name}`, type: String(inner.type) };
  }
}
