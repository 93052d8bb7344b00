/** File paths in fields: none may lead out of where it belongs. */
import { invalid } from '../../../apimachinery/errors/field-error.ts';
import type { Errors } from '../../validation/checks.ts';

export function checkNoBacksteps(value: string, path: string, errors: Errors): void {
  if (hasBackstep(value)) errors.push(invalid(path, value, "must not contain '..'"));
}

export function hasBackstep(value: string): boolean {
  return value.split('/').includes('..');
}

/** Relative, and never upwards. */
export function checkLocalDescendingPath(value: string, path: string, errors: Errors): void {
  if (value.startsWith('/')) errors.push(invalid(path, value, 'must be a relative path'));
  checkNoBacksteps(value, path, errors);
}

/** Names that start with ".." are the kubelet's own. */
export function checkLocalNonReservedPath(value: string, path: string, errors: Errors): void {
  checkLocalDescendingPath(value, path, errors);
  if (value.startsWith('..') && !value.startsWith('../')) {
    errors.push(invalid(path, value, "must not start with '..'"));
  }
}
