/** --authorization-mode AlwaysAllow and AlwaysDeny: one answer to everything. */
import { allowed, type Authorizer, type RuleResolver } from './authorizer.ts';

export const alwaysAllow: Authorizer & RuleResolver = {
  authorize: () => allowed,
  rulesFor: () => ({
    resourceRules: [{ verbs: ['*'], apiGroups: ['*'], resources: ['*'] }],
    nonResourceRules: [{ verbs: ['*'], nonResourceURLs: ['*'] }],
    incomplete: false,
    errors: [],
  }),
};

/** It has no opinion rather than to deny, as upstream: what comes after it in the list may still allow. */
export const alwaysDeny: Authorizer & RuleResolver = {
  authorize: () => ({ decision: 'no opinion', reason: 'Everything is forbidden.' }),
  rulesFor: () => ({ resourceRules: [], nonResourceRules: [], incomplete: false, errors: [] }),
};
