/** Mounts and raw devices of a container, against the volumes of its pod. */
import { forbidden, invalid, notFound } from '../../../apimachinery/errors/field-error.ts';
import { asObject, asObjects, asText, isSet } from '../../../apimachinery/json-access.ts';
import type { JsonObject } from '../../../apimachinery/json.ts';
import { checkEach, checkOneOf, checkRequired, type Errors } from '../../validation/checks.ts';
import { checkLocalDescendingPath, hasBackstep } from './paths.ts';
import type { VolumesByName } from './volumes.ts';

const propagationModes = ['Bidirectional', 'HostToContainer', 'None'] as const;
const recursiveReadOnlyModes = ['Disabled', 'Enabled', 'IfPossible'] as const;

export function checkVolumeMounts(container: JsonObject, volumes: VolumesByName, path: string, errors: Errors): void {
  // By name, as upstream has it: of two devices with one name the later counts.
  const devices = new Map(
    asObjects(container.volumeDevices).map((item) => [asText(item.name), asText(item.devicePath)]),
  );
  const devicePaths = new Set(devices.values());
  const mountPaths = new Set<string>();
  checkEach(container.volumeMounts, path, (mount, itemPath) => {
    const name = asText(mount.name);
    const mountPath = asText(mount.mountPath);
    checkRequired(name, `${itemPath}.name`, errors);
    if (!volumes.has(name)) errors.push(notFound(`${itemPath}.name`, name));
    checkRequired(mountPath, `${itemPath}.mountPath`, errors);
    if (mountPaths.has(mountPath)) errors.push(invalid(`${itemPath}.mountPath`, mountPath, 'must be unique'));
    mountPaths.add(mountPath);
    if (devices.has(name)) {
      errors.push(invalid(`${itemPath}.name`, name, 'must not already exist in volumeDevices'));
    }
    if (devicePaths.has(mountPath)) {
      errors.push(invalid(`${itemPath}.mountPath`, mountPath, 'must not already exist as a path in volumeDevices'));
    }
    checkSubPaths(mount, itemPath, path, errors);
    // Upstream reports what follows on the list, not on its element.
    if (isSet(mount.mountPropagation)) checkPropagation(mount, container, `${path}.mountPropagation`, errors);
    if (isSet(mount.recursiveReadOnly)) checkRecursiveReadOnly(mount, `${path}.recursiveReadOnly`, errors);
  });
}

function checkSubPaths(mount: JsonObject, itemPath: string, path: string, errors: Errors): void {
  const subPath = asText(mount.subPath);
  const expression = asText(mount.subPathExpr);
  if (subPath !== '') checkLocalDescendingPath(subPath, `${path}.subPath`, errors);
  if (expression === '') return;
  if (subPath !== '') {
    errors.push(invalid(`${itemPath}.subPathExpr`, expression, 'subPathExpr and subPath are mutually exclusive'));
  }
  checkLocalDescendingPath(expression, `${path}.subPathExpr`, errors);
}

function checkPropagation(mount: JsonObject, container: JsonObject, path: string, errors: Errors): void {
  checkOneOf(mount.mountPropagation, propagationModes, path, errors);
  const privileged = asObject(container.securityContext).privileged === true;
  if (mount.mountPropagation === 'Bidirectional' && !privileged) {
    errors.push(forbidden(path, 'Bidirectional mount propagation is available only to privileged containers'));
  }
}

function checkRecursiveReadOnly(mount: JsonObject, path: string, errors: Errors): void {
  if (!checkOneOf(mount.recursiveReadOnly, recursiveReadOnlyModes, path, errors)) return;
  if (mount.recursiveReadOnly === 'Disabled') return;
  if (mount.readOnly !== true) errors.push(forbidden(path, 'may only be specified when readOnly is true'));
  if (isSet(mount.mountPropagation) && mount.mountPropagation !== 'None') {
    errors.push(forbidden(path, 'may only be specified when mountPropagation is None or not specified'));
  }
}

export function checkVolumeDevices(container: JsonObject, volumes: VolumesByName, path: string, errors: Errors): void {
  const mounts = new Map(asObjects(container.volumeMounts).map((item) => [asText(item.name), asText(item.mountPath)]));
  const mountPaths = new Set(mounts.values());
  const names = new Set<string>();
  const paths = new Set<string>();
  checkEach(container.volumeDevices, path, (device, itemPath) => {
    const name = asText(device.name);
    const devicePath = asText(device.devicePath);
    const volume = volumes.get(name);
    checkRequired(name, `${itemPath}.name`, errors);
    if (names.has(name)) errors.push(invalid(`${itemPath}.name`, name, 'must be unique'));
    if (volume !== undefined && !isSet(volume.persistentVolumeClaim) && !isSet(volume.ephemeral)) {
      const detail = 'can only use volume source type of PersistentVolumeClaim or Ephemeral for block mode';
      errors.push(invalid(`${itemPath}.name`, name, detail));
    }
    if (volume === undefined) errors.push(notFound(`${itemPath}.name`, name));
    checkRequired(devicePath, `${itemPath}.devicePath`, errors);
    if (paths.has(devicePath)) errors.push(invalid(`${itemPath}.devicePath`, devicePath, 'must be unique'));
    if (hasBackstep(devicePath)) {
      errors.push(invalid(`${itemPath}.devicePath`, devicePath, "can not contain backsteps ('..')"));
    } else {
      paths.add(devicePath);
    }
    if (mounts.has(name)) {
      errors.push(invalid(`${itemPath}.name`, name, 'must not already exist in volumeMounts'));
    }
    if (mountPaths.has(devicePath)) {
      errors.push(invalid(`${itemPath}.devicePath`, devicePath, 'must not already exist as a path in volumeMounts'));
    }
    if (name !== '') names.add(name);
  });
}
