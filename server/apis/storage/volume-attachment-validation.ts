/** VolumeAttachments. */
import { forbidden, invalid, required, tooLong } from '../../apimachinery/errors/field-error.ts';
import { asNumber, asObject, asText, asTextEntries, isSet } from '../../apimachinery/json-access.ts';
import type { JsonObject, JsonValue } from '../../apimachinery/json.ts';
import type { KubeObject } from '../../apimachinery/meta/object.ts';
import { inclusiveRangeMessage } from '../../apimachinery/validation/message.ts';
import { finalizerErrors } from '../core/validation/finalizers.ts';
import { checkInlineVolumeSpec } from '../core/validation/persistent-volume-spec.ts';
import { checkCsiDriverName } from '../core/validation/volume-sources.ts';
import { checkDnsSubdomain, checkRequired, type Errors, MAX_INT32 } from '../validation/checks.ts';
import { checkImmutableTyped } from '../validation/internal-value.ts';

/** Bytes of all keys and values of the metadata that a driver hands from attaching to mounting. */
const MAX_METADATA_SIZE = 256 * 1024;
const MAX_MESSAGE_SIZE = 1024;

export function validateVolumeAttachment(attachment: KubeObject): Errors {
  const errors = finalizerErrors(attachment);
  const spec = asObject(attachment.spec);
  checkCsiDriverName(asText(spec.attacher), 'spec.attacher', errors);
  checkSource(asObject(spec.source), 'spec.source', errors);
  checkDnsSubdomain(spec.nodeName, 'spec.nodeName', errors);
  const status = asObject(attachment.status);
  checkMetadata(status.attachmentMetadata, 'status.attachmentMetadata', errors);
  checkError(status.attachError, 'status.attachError', errors);
  checkError(status.detachError, 'status.detachError', errors);
  const { persistentVolumeName } = asObject(spec.source);
  if (isSet(persistentVolumeName)) checkDnsSubdomain(persistentVolumeName, 'spec.source.persistentVolumeName', errors);
  return errors;
}

export function validateVolumeAttachmentUpdate(attachment: KubeObject, old: KubeObject): Errors {
  const errors = validateVolumeAttachment(attachment);
  checkImmutableTyped('storage.VolumeAttachmentSpec', attachment.spec, old.spec, 'spec', errors);
  return errors;
}

function checkSource({ inlineVolumeSpec, persistentVolumeName }: JsonObject, path: string, errors: Errors): void {
  const detail = 'must specify exactly one of inlineVolumeSpec and persistentVolumeName';
  if (!isSet(inlineVolumeSpec) && !isSet(persistentVolumeName)) errors.push(required(path, detail));
  else if (isSet(inlineVolumeSpec) && isSet(persistentVolumeName)) errors.push(forbidden(path, detail));
  else if (isSet(persistentVolumeName)) {
    const nameDetail = 'must specify non empty persistentVolumeName';
    checkRequired(persistentVolumeName, `${path}.persistentVolumeName`, errors, nameDetail);
  } else checkInlineVolumeSpec(asObject(inlineVolumeSpec), `${path}.inlineVolumeSpec`, errors);
}

function checkMetadata(metadata: JsonValue | undefined, path: string, errors: Errors): void {
  let size = 0;
  for (const [key, value] of asTextEntries(metadata)) size += Buffer.byteLength(key) + Buffer.byteLength(value);
  if (size > MAX_METADATA_SIZE) errors.push(tooLong(path, MAX_METADATA_SIZE));
}

function checkError(error: JsonValue | undefined, path: string, errors: Errors): void {
  if (!isSet(error)) return;
  const { message, errorCode } = asObject(error);
  // Upstream names the other limit in its message.
  if (Buffer.byteLength(asText(message)) > MAX_MESSAGE_SIZE) errors.push(tooLong(`${path}.message`, MAX_METADATA_SIZE));
  if (asNumber(errorCode) < 0) {
    errors.push(invalid(`${path}.errorCode`, errorCode, inclusiveRangeMessage(0, MAX_INT32)));
  }
}
