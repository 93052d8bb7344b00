/** Names of classes, of which one may be the default. */
import type { Cell } from './column.ts';
import { fieldsOf, ownField, stringOf } from './json-reading.ts';

/** "name", or "name (default)" where one of the annotations is "true". */
export function defaultMarkedName(...annotations: readonly string[]): Cell {
  return ({ metadata }) => {
    const name = stringOf(metadata?.name);
    const present = fieldsOf(metadata?.annotations);
    return annotations.some((annotation) => ownField(present, annotation) === 'true') ? `${name} (default)` : name;
  };
}
