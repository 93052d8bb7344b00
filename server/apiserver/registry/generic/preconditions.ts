/** What a client says it last saw: uid and resourceVersion of a delete, of a subresource's write, of a PUT. */
import { goQuote, invalid } from '../../../apimachinery/errors/field-error.ts';
import { failure, newConflict, newInvalid } from '../../../apimachinery/errors/status-error.ts';
import type { GroupResource, KubeObject } from '../../../apimachinery/meta/object.ts';

export interface Preconditions {
  readonly uid?: string;
  readonly resourceVersion?: string;
}

/** Of a Conflict between writers. */
export const MODIFIED = 'the object has been modified; please apply your changes to the latest version and try again';

interface Failed {
  readonly what: 'UID' | 'ResourceVersion';
  readonly wanted: string;
  readonly found: string;
}

function failedPrecondition(object: KubeObject, wanted: Preconditions | undefined): Failed | undefined {
  if (wanted === undefined) return undefined;
  const { uid = '', resourceVersion = '' } = object.metadata;
  if (wanted.uid !== undefined && wanted.uid !== uid) return { what: 'UID', wanted: wanted.uid, found: uid };
  if (wanted.resourceVersion === undefined || wanted.resourceVersion === resourceVersion) return undefined;
  return { what: 'ResourceVersion', wanted: wanted.resourceVersion, found: resourceVersion };
}

function plainText({ what, wanted, found }: Failed): string {
  return `Precondition failed: ${what} in precondition: ${wanted}, ${what} in object meta: ${found}`;
}

/** Of an update: upstream's storage finds out, and says so as storage does. @throws StatusError Conflict */
export function checkUpdatePreconditions(
  gr: GroupResource,
  key: string,
  object: KubeObject,
  wanted: Preconditions | undefined,
): void {
  const failed = failedPrecondition(object, wanted);
  if (failed === undefined) return;
  const detail = `StorageError: invalid object, Code: 4, Key: ${key}, ResourceVersion: 0, AdditionalErrorMsg: ${plainText(failed)}`;
  throw newConflict(gr, object.metadata.name ?? '', detail);
}

/** Of a delete; `gk` is the kind, which this one error names in place of the resource. @throws StatusError Conflict */
export function checkDeletePreconditions(
  gk: { readonly group: string; readonly kind: string },
  object: KubeObject,
  wanted: Preconditions | undefined,
): void {
  const failed = failedPrecondition(object, wanted);
  if (failed === undefined) return;
  const cause = failed.what === 'UID' ? 'deleted and then recreated' : 'modified';
  const detail =
    `the ${failed.what} in the precondition (${failed.wanted}) does not match the ${failed.what} in record (${failed.found}). ` +
    `The object might have been ${cause}`;
  throw newConflict({ group: gk.group, resource: gk.kind }, object.metadata.name ?? '', detail);
}

/** Of the delete of a namespace, which upstream checks on its own. @throws StatusError Conflict */
export function checkNamespacePreconditions(
  gr: GroupResource,
  object: KubeObject,
  wanted: Preconditions | undefined,
): void {
  const failed = failedPrecondition(object, wanted);
  if (failed !== undefined) throw newConflict(gr, object.metadata.name ?? '', plainText(failed));
}

const MAX_UINT64 = 2n ** 64n - 1n;

/**
 * The version that an update names, "0" or none standing for any; `object` gets the one that is there.
 * @throws StatusError Conflict; Invalid where there must be one; 500 where it is no number
 */
export function checkSeenVersion(
  gr: GroupResource,
  object: KubeObject,
  old: KubeObject,
  options: { readonly allowUnconditional: boolean },
): void {
  const { name = '', resourceVersion: current = '0' } = old.metadata;
  const sent = object.metadata.resourceVersion ?? '';
  if (sent === current) return;
  const seen = parseSentVersion(sent);
  if (seen === 0n && !options.allowUnconditional) {
    // The one Invalid that names the resource in place of the kind.
    throw newInvalid({ group: gr.group, kind: gr.resource }, name, [
      invalid('metadata.resourceVersion', 0, 'must be specified for an update'),
    ]);
  }
  if (seen !== 0n && seen !== BigInt(current)) throw newConflict(gr, name, MODIFIED);
  object.metadata.resourceVersion = current;
}

function parseSentVersion(sent: string): bigint {
  if (sent === '') return 0n;
  const isNumber = /^\d+$/.test(sent);
  if (isNumber && BigInt(sent) <= MAX_UINT64) return BigInt(sent);
  const problem = isNumber ? 'value out of range' : 'invalid syntax';
  throw failure({ code: 500, reason: '', message: `strconv.ParseUint: parsing ${goQuote(sent)}: ${problem}` });
}
