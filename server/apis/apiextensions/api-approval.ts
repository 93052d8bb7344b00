/** Definitions in Kubernetes' own groups say where they were approved. */
import { goQuote, invalid, required } from '../../apimachinery/errors/field-error.ts';
import { asObject, asText } from '../../apimachinery/json-access.ts';
import type { KubeObject } from '../../apimachinery/meta/object.ts';
import type { Errors } from '../validation/checks.ts';
import type { Condition } from './conditions.ts';

const annotation = 'api-approved.kubernetes.io';
const path = `metadata.annotations[${annotation}]`;
const reference = 'see https://github.com/kubernetes/enhancements/pull/1111';

type Approval = 'missing' | 'bypassed' | 'approved' | 'invalid';

/** An old definition may stay as unapproved as it was. */
export function apiApprovalErrors(definition: KubeObject, old: KubeObject | undefined): Errors {
  if (!isProtected(definition)) return [];
  const approval = approvalOf(definition);
  if (old !== undefined && approvalOf(old) === approval) return [];
  const demand = `protected groups must have approval annotation ${goQuote(annotation)}`;
  if (approval === 'missing') return [required(path, `${demand}, ${reference}`)];
  if (approval !== 'invalid') return [];
  const detail = `${demand} with either a URL or a reason starting with "unapproved", ${reference}`;
  return [invalid(path, definition.metadata.annotations?.[annotation], detail)];
}

/** Undefined for groups that need no approval. */
export function approvalCondition(definition: KubeObject): Condition | undefined {
  if (!isProtected(definition)) return undefined;
  const text = definition.metadata.annotations?.[annotation] ?? '';
  const condition = (status: Condition['status'], reason: string, message: string): Condition => ({
    type: 'KubernetesAPIApprovalPolicyConformant',
    status,
    reason,
    message,
  });
  const demand = `protected groups must have approval annotation ${goQuote(annotation)}`;
  switch (approvalOf(definition)) {
    case 'missing':
      return condition('False', 'MissingAnnotation', `${demand}, ${reference}`);
    case 'bypassed':
      return condition('False', 'UnapprovedAnnotation', `not approved: ${goQuote(text)}`);
    case 'approved':
      return condition('True', 'ApprovedAnnotation', `approved in ${text}`);
    case 'invalid': {
      const ways = 'with either a URL or a reason starting with "unapproved"';
      return condition('False', 'InvalidAnnotation', `${demand} ${ways}, ${reference}`);
    }
  }
}

function isProtected(definition: KubeObject): boolean {
  return /(^|\.)(k8s|kubernetes)\.io$/.test(asText(asObject(definition.spec).group));
}

function approvalOf(definition: KubeObject): Approval {
  const text = definition.metadata.annotations?.[annotation] ?? '';
  if (text === '') return 'missing';
  if (text.startsWith('unapproved')) return 'bypassed';
  return /^[a-zA-Z][a-zA-Z0-9+.-]*:\/\/[^/?#\s]+/.test(text) ? 'approved' : 'invalid';
}
