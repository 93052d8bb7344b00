/** How often values were written and read in which way, under upstream's name. */
import { isEncrypted } from './identity.ts';

type Direction = 'from_storage' | 'to_storage';

export class TransformationMetrics {
  readonly #counts = new Map<string, number>();

  /** `data` as it is in the store. */
  count(direction: Direction, data: Uint8Array, status: 'OK' | 'Unknown'): void {
    const labels = `status="${status}",transformation_type="${direction}",transformer_prefix="${prefixOf(data)}"`;
    this.#counts.set(labels, (this.#counts.get(labels) ?? 0) + 1);
  }

  render(): string {
    const name = 'apiserver_storage_transformation_operations_total';
    if (this.#counts.size === 0) return '';
    const lines = [...this.#counts].map(([labels, count]) => `${name}{${labels}} ${count}`);
    return `# TYPE ${name} counter\n${lines.join('\n')}\n`;
  }
}

/** "k8s:enc:aescbc:v1:"; a KMS provider's has its name: "k8s:enc:kms:v2:mine:". */
function prefixOf(data: Uint8Array): string {
  if (!isEncrypted(data)) return 'identity';
  const head = Buffer.from(data.subarray(0, 256)).toString('latin1');
  return /^k8s:enc:(?:kms:v2:[\w.-]+:|[\w-]+:v\d+:)/.exec(head)?.[0] ?? 'unknown';
}
