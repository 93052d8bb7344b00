/** What expressions of admission see of a request: `object`, `oldObject`, `request`, `params`, `namespaceObject`, `authorizer`, `variables`. */
import { CelError } from '../../../apimachinery/cel/cel-error.ts';
import { DYN } from '../../../apimachinery/cel/cel-type.ts';
import type { CelVariables } from '../../../apimachinery/cel/cel.ts';
import { type AskAuthorizer, newAuthorizerValue } from '../../../apimachinery/cel/functions/authorizer.ts';
import { celValueOf } from '../../../apimachinery/cel/json-values.ts';
import { CelMap, type CelValue } from '../../../apimachinery/cel/values.ts';
import type { JsonObject, JsonValue } from '../../../apimachinery/json.ts';
import type { KubeObject } from '../../../apimachinery/meta/object.ts';
import { admissionRequest } from '../matching/admission-request.ts';
import type { VersionedRequest } from '../matching/versioned-request.ts';
import { type Bindings, EXPRESSION_LIMIT, type Expression } from './expression.ts';

export interface ActivationParts {
  readonly request: VersionedRequest;
  readonly params: KubeObject | undefined;
  readonly namespace: KubeObject | undefined;
  /** Unset: the expression may not ask. */
  readonly ask: AskAuthorizer | undefined;
  /** Of a policy, by name. */
  readonly variables: ReadonlyMap<string, Expression>;
}

export class Activation implements Bindings {
  readonly values: CelVariables;
  #variableCost = 0;

  constructor({ request, params, namespace, ask, variables }: ActivationParts) {
    const { object, oldObject, attributes, seen } = request;
    const json = (value: JsonValue | undefined) => once(() => celValueOf(value ?? null, DYN));
    const values = new Map<string, () => CelValue | undefined>([
      ['object', json(object)],
      ['oldObject', json(oldObject)],
      ['request', once(() => celValueOf(admissionRequest(request), DYN))],
      ['params', json(params)],
      ['namespaceObject', once(() => celValueOf(namespace === undefined ? null : shownNamespace(namespace), DYN))],
    ]);
    if (ask !== undefined) {
      const { group, resource } = seen.scope.groupResource;
      const { subresource, namespace: where, name } = attributes;
      const requested = { group, resource, subresource, namespace: where, name };
      values.set('authorizer', () => newAuthorizerValue(ask, requested));
    }
    const lazy = new LazyVariables(variables, values, (cost) => (this.#variableCost += cost));
    values.set('variables', () => lazy);
    this.values = values;
  }

  takeVariableCost(): number {
    const cost = this.#variableCost;
    this.#variableCost = 0;
    return cost;
  }
}

class LazyVariables extends CelMap {
  override readonly typeName = 'kubernetes.variables';
  readonly #expressions: ReadonlyMap<string, Expression>;
  readonly #values: CelVariables;
  readonly #report: (cost: number) => void;
  readonly #known = new Map<string, CelValue | CelError>();

  constructor(expressions: ReadonlyMap<string, Expression>, values: CelVariables, report: (cost: number) => void) {
    super();
    this.#expressions = expressions;
    this.#values = values;
    this.#report = report;
  }

  find(key: CelValue): CelValue | undefined {
    const expression = typeof key === 'string' ? this.#expressions.get(key) : undefined;
    if (typeof key !== 'string' || expression === undefined) return undefined;
    let known = this.#known.get(key);
    if (known === undefined) this.#known.set(key, (known = this.#evaluate(key, expression)));
    if (known instanceof CelError) throw known;
    return known;
  }

  #evaluate(name: string, expression: Expression): CelValue | CelError {
    const program = expression.program();
    const subject = `composited variable ${JSON.stringify(name)}`;
    if (typeof program === 'string') return new CelError(`${subject} fails to compile: ${program}`);
    const outcome = program.run(this.#values, EXPRESSION_LIMIT);
    this.#report(outcome.cost);
    if ('value' in outcome) return outcome.value;
    return new CelError(`${subject} fails to evaluate: ${outcome.error.message}`);
  }

  keys(): readonly CelValue[] {
    return [...this.#expressions.keys()];
  }

  get size(): number {
    return this.#expressions.size;
  }
}

function once(make: () => CelValue): () => CelValue {
  let made: CelValue | undefined;
  return () => (made ??= make());
}

/** Without those who manage its fields and whom it belongs to. */
function shownNamespace({ metadata, spec, status }: KubeObject): JsonObject {
  const { managedFields: _managers, ownerReferences: _owners, ...shown } = metadata;
  return { metadata: shown, ...(spec === undefined ? {} : { spec }), ...(status === undefined ? {} : { status }) };
}
