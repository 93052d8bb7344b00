/** Defaults of admissionregistration.k8s.io/v1 types. */
import { type Defaulter, inOrder, type PackageDefaulters, setIfUnset } from '../../defaulting.ts';

const setWebhookDefaults: Defaulter = setIfUnset({
  failurePolicy: 'Fail',
  matchPolicy: 'Equivalent',
  namespaceSelector: {},
  objectSelector: {},
  timeoutSeconds: 10,
});

/** The types that all versions share. */
export const admissionPolicyDefaulters: PackageDefaulters = {
  MutatingAdmissionPolicySpec: setIfUnset({ failurePolicy: 'Fail' }),
  MatchResources: setIfUnset({ matchPolicy: 'Equivalent', namespaceSelector: {}, objectSelector: {} }),
  NamedRuleWithOperations: setIfUnset({ scope: '*' }),
};

export const admissionregistrationV1: PackageDefaulters = {
  ...admissionPolicyDefaulters,
  ValidatingAdmissionPolicySpec: setIfUnset({ failurePolicy: 'Fail' }),
  ValidatingWebhook: setWebhookDefaults,
  MutatingWebhook: inOrder(setWebhookDefaults, setIfUnset({ reinvocationPolicy: 'Never' })),
  RuleWithOperations: setIfUnset({ scope: '*' }),
  ServiceReference: setIfUnset({ port: 443 }),
};
