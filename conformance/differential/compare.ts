/** Where two transcripts of one case differ. */
import type { Json } from './case.ts';
import type { Transcript } from './transcript.ts';

export interface Difference {
  readonly case: string;
  readonly step: string;
  readonly request: string;
  /** "status", "headers.warning", "body.metadata.labels.app", "body.items[0].spec". */
  readonly path: string;
  /** Undefined: not there. */
  readonly left: Json | undefined;
  readonly right: Json | undefined;
}

export function compareTranscripts(
  name: string,
  left: readonly Transcript[],
  right: readonly Transcript[],
): Difference[] {
  return left.flatMap((transcript, at) => {
    const other = right[at];
    const found: [string, Json | undefined, Json | undefined][] = [];
    compare(transcript.status, other?.status, 'status', found);
    if (found.length === 0) {
      compare(transcript.headers, other?.headers, 'headers', found);
      compare(transcript.body, other?.body, 'body', found);
    } else {
      // An object and an error have nothing in common: what the error says is enough.
      compare(messageOf(transcript), other && messageOf(other), 'body.message', found);
    }
    const { step, request } = transcript;
    return found.map(([path, its, others]) => ({ case: name, step, request, path, left: its, right: others }));
  });
}

function compare(left: Json | undefined, right: Json | undefined, path: string, found: [string, Json?, Json?][]): void {
  if (left === right) return;
  if (Array.isArray(left) && Array.isArray(right)) {
    for (let at = 0; at < Math.max(left.length, right.length); at++)
      compare(left[at], right[at], `${path}[${at}]`, found);
  } else if (isObject(left) && isObject(right)) {
    for (const key of new Set([...Object.keys(left), ...Object.keys(right)])) {
      compare(left[key], right[key], `${path}.${key}`, found);
    }
  } else {
    found.push([path, left, right]);
  }
}

function messageOf({ body }: Transcript): Json | undefined {
  return isObject(body) ? body.message : body;
}

function isObject(value: Json | undefined): value is { [key: string]: Json | undefined } {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
