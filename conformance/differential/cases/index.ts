/** All cases, in the order in which they run. */
import type { Case } from '../case.ts';
import { accessCases } from './access.ts';
import { admissionCases } from './admission.ts';
import { applyStructureCases } from './apply-structures.ts';
import { applyCases } from './apply.ts';
import { bodyCases } from './bodies.ts';
import { columnPathCases } from './column-paths.ts';
import { crudCases } from './crud.ts';
import { customFormCases } from './custom-forms.ts';
import { customResourceCases } from './custom-resources.ts';
import { decisionMatrixCases } from './decision-matrix.ts';
import { deleteCases } from './deletes.ts';
import { discoveryCases } from './discovery.ts';
import { listCases } from './lists.ts';
import { managedFieldsCases } from './managed-fields.ts';
import { mutationCases } from './mutations.ts';
import { mutatingPolicyCases } from './mutating-policies.ts';
import { nameCases } from './names.ts';
import { oddCharacterCases } from './odd-characters.ts';
import { parameterCases } from './parameters.ts';
import { patchRuleCases } from './patch-rules.ts';
import { patchCases } from './patches.ts';
import { pathCases } from './paths-and-methods.ts';
import { podSecurityCases } from './pod-security.ts';
import { ruleCostCases } from './rule-costs.ts';
import { serviceCases } from './services.ts';
import { selectorCases } from './selectors.ts';
import { subresourceCases } from './subresources.ts';
import { tableCases } from './tables/tables.ts';
import { updateCases } from './updates.ts';
import { versionCases } from './versions.ts';
import { validationRuleCases } from './validation-rules.ts';
import { validatingPolicyCases } from './validating-policies.ts';
import { watchCases } from './watches.ts';
import { webhookCases } from './webhooks.ts';

export const cases: readonly Case[] = [
  ...discoveryCases,
  ...pathCases,
  ...parameterCases,
  ...bodyCases,
  ...nameCases,
  ...crudCases,
  ...updateCases,
  ...patchCases,
  ...patchRuleCases,
  ...applyCases,
  ...applyStructureCases,
  ...managedFieldsCases,
  ...listCases,
  ...deleteCases,
  ...serviceCases,
  ...subresourceCases,
  ...selectorCases,
  ...podSecurityCases,
  ...admissionCases,
  ...versionCases,
  ...tableCases,
  ...watchCases,
  ...webhookCases,
  ...ruleCostCases,
  ...validatingPolicyCases,
  ...mutatingPolicyCases,
  ...accessCases,
  ...decisionMatrixCases,
  ...mutationCases,
  ...oddCharacterCases,
  ...customResourceCases,
  ...customFormCases,
  ...columnPathCases,
  ...validationRuleCases,
];
