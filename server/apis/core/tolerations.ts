/** Tolerations as sets of taints: which ones another one makes superfluous. */
import { asText, isSet } from '../../apimachinery/json-access.ts';
import type { JsonObject } from '../../apimachinery/json.ts';
import { semanticallyEqual } from '../../apimachinery/validation/immutable-field.ts';

/** What another one tolerates too is left out. */
export function mergeTolerations(first: readonly JsonObject[], second: readonly JsonObject[]): JsonObject[] {
  const all = [...first, ...second].map((toleration) => ({ ...toleration }));
  const merged: JsonObject[] = [];
  all.forEach((toleration, index) => {
    if (merged.some((other) => covers(other, toleration))) return;
    const later = all.slice(index + 1);
    if (later.some((other) => !semanticallyEqual(toleration, other) && covers(other, toleration))) return;
    merged.push(toleration);
  });
  return merged;
}

/** Whatever `narrow` tolerates, `wide` tolerates too. */
export function covers(wide: JsonObject, narrow: JsonObject): boolean {
  if (semanticallyEqual(wide, narrow)) return true;
  const [key, operator, effect] = [asText(wide.key), asText(wide.operator), asText(wide.effect)];
  if (asText(narrow.key) !== key && (key !== '' || operator !== 'Exists')) return false;
  if (asText(narrow.effect) !== effect && effect !== '') return false;
  if (asText(narrow.effect) === 'NoExecute' && isSet(wide.tolerationSeconds)) {
    // Tolerating for longer is tolerating more.
    if (!isSet(narrow.tolerationSeconds)) return false;
    if (Number(narrow.tolerationSeconds) > Number(wide.tolerationSeconds)) return false;
  }
  if (operator === 'Exists') return true;
  if (operator !== '' && operator !== 'Equal') return false;
  return asText(narrow.operator) === 'Equal' && asText(narrow.value) === asText(wide.value);
}
