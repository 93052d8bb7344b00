/** Node selectors as matchers: terms are alternatives, what stands in one must all hold. */
import type { NodeInfo, NodeMatcher } from '../../../backends/scheduler/interface.ts';
import { type LabelRequirement, requirementMatches } from '../../apimachinery/labels/requirement.ts';
import type { PodSpec } from '../../client/api-types.ts';

type NodeAffinity = NonNullable<NonNullable<PodSpec['affinity']>['nodeAffinity']>;
type Term = NonNullable<NodeAffinity['requiredDuringSchedulingIgnoredDuringExecution']>['nodeSelectorTerms'][number];
type Requirement = NonNullable<Term['matchExpressions']>[number];

const operators: Readonly<Record<string, LabelRequirement['operator']>> = {
  In: 'in',
  NotIn: 'notin',
  Exists: 'exists',
  DoesNotExist: '!',
  Gt: 'gt',
  Lt: 'lt',
};

function compile({ key, operator, values = [] }: Requirement): LabelRequirement | undefined {
  const known = Object.hasOwn(operators, operator) ? operators[operator] : undefined;
  return known === undefined ? undefined : { key, operator: known, values };
}

function matcherOfTerm({ matchExpressions = [], matchFields = [] }: Term): NodeMatcher {
  const [labels, fields] = [matchExpressions.map(compile), matchFields.map(compile)];
  const matchesNothing = labels.length + fields.length === 0 || [...labels, ...fields].includes(undefined);
  const holds = (requirement: LabelRequirement | undefined, of: Readonly<Record<string, string>>) =>
    requirement !== undefined && requirementMatches(requirement, of);
  const named = matchFields.filter(({ key, operator }) => key === 'metadata.name' && operator === 'In');
  return {
    names:
      named.length === 0
        ? undefined
        : named.reduce<readonly string[]>(
            (names, { values = [] }, index) => (index === 0 ? values : names.filter((name) => values.includes(name))),
            [],
          ),
    matches(node: NodeInfo) {
      if (matchesNothing) return false;
      for (const requirement of labels) if (!holds(requirement, node.labels)) return false;
      return fields.every((requirement) => holds(requirement, { 'metadata.name': node.name }));
    },
  };
}

export function anyTerm(terms: readonly Term[]): NodeMatcher {
  const matchers = terms.map(matcherOfTerm);
  const names = matchers.every((matcher) => matcher.names !== undefined)
    ? matchers.flatMap((matcher) => matcher.names ?? [])
    : undefined;
  return {
    names: matchers.length === 0 ? undefined : names,
    matches: (node) => matchers.some((matcher) => matcher.matches(node)),
  };
}

/** spec.nodeSelector and required node affinity; undefined: any node will do. */
export function requiredNode(spec: PodSpec | undefined): NodeMatcher | undefined {
  const selector = Object.entries(spec?.nodeSelector ?? {});
  const required = spec?.affinity?.nodeAffinity?.requiredDuringSchedulingIgnoredDuringExecution;
  if (selector.length === 0 && required === undefined) return undefined;
  const terms = required === undefined ? undefined : anyTerm(required.nodeSelectorTerms);
  return {
    names: terms?.names,
    matches: (node) => selector.every(([key, value]) => node.labels[key] === value) && terms?.matches(node) !== false,
  };
}

export function preferredNodes(spec: PodSpec | undefined): { weight: number; node: NodeMatcher }[] {
  const preferred = spec?.affinity?.nodeAffinity?.preferredDuringSchedulingIgnoredDuringExecution ?? [];
  // One that asks for nothing says nothing.
  return preferred
    .filter(
      ({ weight, preference }) =>
        weight !== 0 && (preference.matchExpressions ?? preference.matchFields ?? []).length > 0,
    )
    .map(({ weight, preference }) => ({ weight, node: matcherOfTerm(preference) }));
}

/** Of storage classes: each term names labels and their values. */
export function topologyMatcher(
  topologies:
    | ReadonlyArray<{
        readonly matchLabelExpressions?: ReadonlyArray<{ readonly key: string; readonly values: readonly string[] }>;
      }>
    | undefined,
): NodeMatcher | undefined {
  if (topologies === undefined || topologies.length === 0) return undefined;
  return {
    names: undefined,
    matches: ({ labels }) =>
      topologies.some(({ matchLabelExpressions = [] }) =>
        matchLabelExpressions.every(({ key, values }) => values.includes(labels[key] ?? '')),
      ),
  };
}
