/** The template generation of a DaemonSet: a field of upstream's internal type, which apps/v1 keeps in an annotation. */
import type { KubeObject } from '../../apimachinery/meta/object.ts';
import { DecodeError } from '../../apimachinery/schema/decode-error.ts';
import { parseGoInt } from '../../apimachinery/schema/go-integer.ts';

const annotation = 'deprecated.daemonset.template.generation';

/** Every set has the annotation, in the form that a number has. @throws DecodeError for another text than a number's */
export function withTemplateGeneration(set: KubeObject): KubeObject {
  const copy = { ...set, metadata: { ...set.metadata } };
  setTemplateGeneration(copy, templateGeneration(set));
  return copy;
}

/** 0: none is set. @throws DecodeError */
export function templateGeneration({ metadata }: KubeObject): bigint {
  const text = metadata.annotations?.[annotation];
  if (text === undefined) return 0n;
  const generation = parseGoInt(text);
  if (typeof generation === 'string') throw new DecodeError(generation);
  return generation;
}

/** Mutates. */
export function setTemplateGeneration(set: KubeObject, generation: bigint): void {
  set.metadata.annotations = { ...set.metadata.annotations, [annotation]: String(generation) };
}
