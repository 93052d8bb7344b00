/** Labels as table cells and messages show them. */
import type { JsonValue } from '../json.ts';
import { labelSelectorToSelector } from './selector.ts';

const NONE = '<none>';

/** "a=b,c=d", sorted by key; "<none>" for no labels. */
export function formatLabels(labels: Readonly<Record<string, string>> | null | undefined): string {
  const pairs = Object.entries(labels ?? {}).map(([key, value]) => `${key}=${value}`);
  return pairs.length === 0 ? NONE : pairs.sort().join(',');
}

/** A metav1.LabelSelector in the query language; "<none>" if it is unset or empty, "<error>" if it is not valid. */
export function formatLabelSelector(selector: JsonValue | undefined): string {
  try {
    const text = labelSelectorToSelector(selector).toString();
    return text === '' ? NONE : text;
  } catch {
    return '<error>';
  }
}
