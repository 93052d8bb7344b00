/** Brings the bootstrap roles and bindings of a store up to date, as upstream does at each start: what is missing is added, nothing is taken. */
import { asList, asObject } from '../../../../apimachinery/json-access.ts';
import type { JsonValue } from '../../../../apimachinery/json.ts';
import type { KubeObject } from '../../../../apimachinery/meta/object.ts';
import { semanticallyEqual } from '../../../../apimachinery/validation/immutable-field.ts';
import { OwnObjects, type OwnObjectsOptions } from '../../../bootstrap/own-objects.ts';
import { uncoveredRules } from '../covers.ts';
import { type PolicyRule, rulesOf } from '../policy-rule.ts';
import { bootstrapPolicy } from './policy.ts';

const group = 'rbac.authorization.k8s.io';
const autoUpdate = 'rbac.authorization.kubernetes.io/autoupdate';

/** All writes are under way at once, so that they share a commit. */
export async function reconcileBootstrapPolicy(options: OwnObjectsOptions): Promise<void> {
  const policy = bootstrapPolicy(({ served }) => options.scopeOf(...served) !== undefined);
  const of = (resource: string) => OwnObjects.of([group, 'v1', resource], options);
  await Promise.all([
    ...policy.clusterRoles.map((role) => reconcile(of('clusterroles'), role, reconciledRole)),
    ...policy.roles.map((role) => reconcile(of('roles'), role, reconciledRole)),
    ...policy.clusterRoleBindings.map((binding) => reconcileBinding(of('clusterrolebindings'), binding)),
    ...policy.roleBindings.map((binding) => reconcileBinding(of('rolebindings'), binding)),
  ]);
}

type Reconciled = (present: KubeObject, expected: KubeObject) => KubeObject | undefined;

async function reconcile(objects: OwnObjects | undefined, expected: KubeObject, reconciled: Reconciled): Promise<void> {
  const present = objects?.get(expected);
  if (objects === undefined) return;
  if (present === undefined) await objects.createMissing(expected);
  else if (changeOf(present, expected, reconciled) !== undefined) {
    await objects.update(expected, (now) => changeOf(now, expected, reconciled));
  }
}

/** A binding cannot be given another role: it is made anew. */
async function reconcileBinding(objects: OwnObjects | undefined, expected: KubeObject): Promise<void> {
  const present = objects?.get(expected);
  if (objects === undefined) return;
  if (present === undefined || semanticallyEqual(present.roleRef, expected.roleRef)) {
    await reconcile(objects, expected, reconciledBinding);
  } else if (!isProtected(present)) {
    await objects.delete(present);
    await objects.createMissing(expected);
  }
}

/** Undefined: it is as it should be, or its owner wants it left alone. */
function changeOf(present: KubeObject, expected: KubeObject, reconciled: Reconciled): KubeObject | undefined {
  if (isProtected(present)) return undefined;
  const labels = { ...expected.metadata.labels, ...present.metadata.labels };
  const annotations = { ...expected.metadata.annotations, ...present.metadata.annotations };
  const metadata = { ...present.metadata, labels, annotations };
  const changed = reconciled({ ...present, metadata }, expected) ?? { ...present, metadata };
  return semanticallyEqual(changed, present) ? undefined : changed;
}

function isProtected({ metadata }: KubeObject): boolean {
  return metadata.annotations?.[autoUpdate] === 'false';
}

function reconciledRole(present: KubeObject, expected: KubeObject): KubeObject | undefined {
  // The rules of an aggregated role are its parts', which are reconciled themselves.
  if (expected.aggregationRule !== undefined) {
    const selectors = selectorsOf(present);
    const missing = selectorsOf(expected).filter((wanted) => !selectors.some((has) => semanticallyEqual(has, wanted)));
    if (missing.length === 0) return undefined;
    return { ...present, aggregationRule: { clusterRoleSelectors: [...selectors, ...missing] } };
  }
  const isSame = semanticallyEqual(present.rules, expected.rules);
  const missing = isSame ? [] : uncoveredRules(rulesOf(present), rulesOf(expected));
  if (missing.length === 0 && present.aggregationRule === undefined) return undefined;
  const { aggregationRule: _unexpected, ...role } = present;
  return { ...role, rules: [...asList(present.rules), ...missing.map(ruleObject)] };
}

function selectorsOf(role: KubeObject): readonly JsonValue[] {
  return asList(asObject(role.aggregationRule).clusterRoleSelectors);
}

function ruleObject(rule: PolicyRule): JsonValue {
  return Object.fromEntries(
    Object.entries(rule as unknown as Record<string, readonly string[]>).flatMap(([field, values]) =>
      values.length === 0 ? [] : [[field, [...values]]],
    ),
  );
}

function reconciledBinding(present: KubeObject, expected: KubeObject): KubeObject | undefined {
  const subjects = asList(present.subjects);
  const missing = asList(expected.subjects).filter((wanted) => !subjects.some((has) => semanticallyEqual(has, wanted)));
  return missing.length === 0 ? undefined : { ...present, subjects: [...subjects, ...missing] };
}
