/** The Go types of a pod template, as Go prints them: which fields in which order. Read from disk by the first who asks. */
import { readFileSync } from 'node:fs';

export interface GoField {
  readonly goName: string;
  /** "-": the fields of its type stand beside those around it. */
  readonly jsonName: string;
  /** "*v1.Affinity", "[]v1.Container", "map[string]string", "int32" */
  readonly type: string;
}

/** Of a struct its fields; of another named type what it is made of ("string", "map[string]resource.Quantity"). */
export type GoShape = readonly GoField[] | string;

let shapes: ReadonlyMap<string, GoShape> | undefined;

export function loadPodTemplateShape(): ReadonlyMap<string, GoShape> {
  shapes ??= readShapes();
  return shapes;
}

function readShapes(): ReadonlyMap<string, GoShape> {
  const text = readFileSync(new URL('./facts/pod-template.json', import.meta.url), 'utf8');
  const lines = Object.entries(JSON.parse(text) as Record<string, string>);
  return new Map(lines.map(([name, line]) => [name, line.includes(' ') ? line.split(';').map(parseField) : line]));
}

function parseField(text: string): GoField {
  const [goName = '', jsonName = '', type = ''] = text.split(' ');
  return { goName, jsonName, type };
}
