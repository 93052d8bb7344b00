/** The refusal of a field selector by kinds that list their own labels. */
export function unsupportedFieldLabel(label: string): string {
  return `field label not supported: ${label}`;
}
