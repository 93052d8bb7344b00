/** Differences that are meant to be, each with its reason. Everything else the tool finds is a bug on one side. */
import type { Difference } from './compare.ts';

export interface Explanation {
  /** Matches the name of the case. */
  readonly case: RegExp;
  /** Matches the name of the step; unset: any. */
  readonly step?: RegExp;
  /** Matches the path of the difference. */
  readonly path: RegExp;
  /** Matches what the left side answers, as JSON; unset: anything. */
  readonly left?: RegExp;
  readonly reason: string;
}

export interface Finding {
  readonly difference: Difference;
  /** Undefined: not explained. */
  readonly explanation: Explanation | undefined;
}

const any = /.?/;

/** Of a step that the left side answers in several ways, one of them the right side's. */
export const RANDOM_ORDER: Explanation = { case: any, path: any, reason: 'upstream answers this in several ways' };

export const explanations: readonly Explanation[] = [
  {
    case: /^custom resources: every form of every verb$/,
    step: /^(create|update|update the status), sent as application\/vnd\.kubernetes\.protobuf/,
    path: any,
    left: /^(0|"no answer: .*"|undefined)$/,
    reason:
      'upstream 1.36.3 breaks off the connection (a nil decoder); Portico refuses with 415 what has no protobuf form',
  },
  {
    case: /^health(: verbose)?$/,
    step: /verbose|\/(log|etcd)$/,
    path: /^(status|body)/,
    reason: 'the checks are named after the parts of each implementation',
  },
  { case: /^discovery: root$/, path: /^body\.paths/, reason: 'each implementation lists the paths of its own checks' },
  {
    case: /^(openapi: index|discovery: methods)$/,
    step: /\/openapi\/v3( as application\/yaml)?$/,
    path: /^headers\.content-type$/,
    left: /text\/plain/,
    reason: 'the index is JSON, and Portico says so; upstream leaves its type to be guessed',
  },
  {
    case: /^access: impersonation$/,
    step: /^node$/,
    path: /\bgroups\b/,
    reason:
      'upstream tries first what worked last for the same user, so that what the name of a node brings depends on earlier requests',
  },
  {
    case: /^access: bootstrap policy$/,
    step: /^clusterroles$/,
    path: /\b(rules|f:rules)$/,
    reason: 'upstream leaves admin, edit and view empty until a controller aggregates them',
  },
  {
    case: /^(crud: apps\/daemonset\/|tables: daemonsets)/,
    step: / (metadata|table|tables)$/,
    path: /metadata\.annotations(\.deprecated\.daemonset\.template\.generation)?$/,
    reason: 'an annotation of the v1 form, which upstream adds after it has taken the metadata out',
  },
  {
    case: /^crud: admissionregistration\/validatingwebhookconfiguration\/corpus-night-porter/,
    path: /\.metadata(\.generation|\[6\]\.7)$/,
    reason:
      'upstream stores that the CA bundle was sent empty, but does not show it in JSON: writing back what was read counts as a change',
  },
  {
    case: /^managed fields: corpus: (batch\/job|core\/persistentvolumeclaim|autoscaling\/horizontalpodautoscaler\/orchestra)/,
    path: /resourceVersion$/,
    reason: 'upstream stores what apply creates without some of its defaults, and writes them when it is applied again',
  },
  {
    case: /^(managed fields: corpus|generated change): autoscaling\/horizontalpodautoscaler\/cloakroom$/,
    path: /managedFields\[\d\]\.fieldsV1\.f:spec(\.f:metrics)?$/,
    reason:
      'upstream keeps a quantity as it was applied ("2.5") until a patch reads it anew, and takes that for a change',
  },
  {
    case: /^apply structures: custom resources$/,
    step: /^scale$/,
    path: any,
    reason: 'upstream cannot apply the scale of a custom resource',
  },
  {
    case: /^crud: core\/replicationcontroller\//,
    path: /resourceVersion$|^status$|^body\.message$/,
    reason: 'upstream writes the scale of a ReplicationController anew even where nothing changes',
  },
  {
    case: /^crud: resource\/(resourceclaim|devicetaintrule|resourcepoolstatusrequest)\b|^crud: scheduling\/podgroup\//,
    step: /^get status as table$/,
    path: any,
    reason: 'these statuses have no table upstream',
  },
  {
    case: /admissionregistration\/(validatingwebhookconfiguration\/corpus-night-porter|mutatingwebhookconfiguration\/corpus-make-up)$/,
    path: /^body\.metadata\.(generation|resourceVersion)$/,
    reason:
      'upstream stores that a caBundle was sent empty, which JSON does not show, and takes it for another one than none: it counts a change with every write of what was read',
  },
  {
    case: /^generated change: admissionregistration\/(validating|mutating)webhookconfiguration\//,
    step: /caBundle = ""/,
    path: /^body\.metadata\.generation$/,
    reason:
      'upstream takes a caBundle that is sent empty for another one than none, which nothing shows but the count of changes',
  },
  {
    case: /^crud: admissionregistration\/validatingwebhookconfiguration\/corpus-night-porter$/,
    path: /^body\.object\[1\]\.2\[1\]\.2/,
    reason:
      'upstream keeps that bytes were given, though none, and only protobuf can say so; JSON says nothing of them',
  },
  {
    case: /^(crud|mutations): scheduling\/podgroup\//,
    path: /finalizers$/,
    reason:
      'the admission plugins of the alpha feature GenericWorkload, and what they guard a PodGroup with, are not there',
  },
  {
    case: /^crud: scheduling\/podgroup\//,
    step: /^(delete|get deleted)/,
    path: any,
    reason: 'the finalizer of that admission plugin holds it',
  },
  {
    case: /^operator: gateway-api\//,
    step: /^established$/,
    path: /conditions/,
    reason: 'two controllers of upstream write conditions of a new definition, the quicker one first',
  },
  {
    case: /^(custom resources: discovery$|generated kind: )/,
    step: /^(OpenAPI|document)$/,
    path: /description$|DeleteOptions\.x-kubernetes-group-version-kind/,
    reason:
      'texts come from client-node, and upstream lists the kinds of DeleteOptions that one of its three servers knows',
  },
  {
    case: /^custom resources: writes$/,
    step: /^another version$/,
    path: /^headers\.warning$/,
    reason: 'upstream prunes by no schema at all before it refuses the version, and warns of every field',
  },
  {
    case: /^(generated|mutations)/,
    path: /^(status|body\.message)$/,
    left: /^0$|^"no answer: Error: socket hang up"$/,
    reason: "upstream's handler panics: on merge keys that are no text, on a successPolicy without completions",
  },
  {
    case: /^services: external-name/,
    step: /^patch without address$/,
    path: /^headers\.warning$/,
    reason: 'upstream patches what its cache has before it asks its store, and may warn of a state that is gone',
  },
  {
    case: /^services: external-name(-policy)? to external-name(-policy)?$/,
    path: /^body\.metadata\.(resourceVersion|managedFields.*\.f:internalTrafficPolicy)$/,
    reason:
      'upstream stores an internalTrafficPolicy of ExternalName, although it never shows it: here it is not stored',
  },
  {
    case: /^selectors: quantities/,
    step: /\.\d+[KMGTPE]i$/,
    path: /^body\.spec\.limits/,
    reason:
      'amounts of Ki with less than a thousandth are decimals before they are rounded; upstream still knows them as Ki',
  },
  {
    case: /^versions: (core|events)\/event\//,
    path: /metadata\.(managedFields|resourceVersion)/,
    reason:
      'upstream cannot convert entries of another group: an event written through its other group loses them, and is written anew',
  },
  {
    case: /^versions: autoscaling\/horizontalpodautoscaler\//,
    path: /metadata\.resourceVersion$/,
    reason: 'upstream writes an autoscaler anew whose v1 annotations it has just made, though nothing changes',
  },
  {
    case: /^(validating policies: parameters|mutating policies: config maps)$/,
    step: /^(by-name|by-name-allowing|by-selector|params)$/,
    path: /^(status|body\.(message|details\.causes.*))$/,
    left: /no params found|^4\d\d$/,
    reason:
      'upstream stops reading config maps for good when the first policy that had them as parameters goes, and has none to begin with',
  },
  {
    case: /^mutating policies: deployments$/,
    step: /^init-container$/,
    path: any,
    left: /^0$|^"no answer: Error: socket hang up"$|^undefined$/,
    reason: "upstream's handler panics on a list of objects that a JSON patch adds",
  },
  {
    case: /^generated change: batch\/job\//,
    step: /status\.startTime = "[^"]*\.\d+Z"/,
    path: /^body\.(message|details\.causes.*)$/,
    left: /completionTime/,
    reason: 'upstream compares times with the fractions of a second that they lose when they are stored',
  },
  {
    case: any,
    path: /columnDefinitions\[\d+\]\.description$/,
    reason: "column descriptions are Portico's own words: upstream's texts are not copied, and no client reads them",
  },
];

export function explain(difference: Difference, known: readonly Explanation[] = explanations): Explanation | undefined {
  return known.find(
    (its) =>
      its.case.test(difference.case) &&
      (its.step?.test(difference.step) ?? true) &&
      its.path.test(difference.path) &&
      (its.left?.test(JSON.stringify(difference.left) ?? '') ?? true),
  );
}
