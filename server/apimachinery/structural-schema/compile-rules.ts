/** The rules of one schema as programs; made once, when the first value is validated or the definition is written. */
import { CelCompileError } from '../cel/cel-error.ts';
import type { CelProgram } from '../cel/cel.ts';
import { loadCel } from '../cel/load-cel.ts';
import { type CelType, optionalOf } from '../cel/cel-type.ts';
import { celTypeOf } from './cel-types.ts';
import type { CelRule, Structural } from './structural.ts';

export interface CompiledRule {
  readonly rule: CelRule;
  /** Of the values that the rule sees. */
  readonly type: CelType;
  readonly program: CelProgram;
  readonly message: CelProgram | undefined;
  /** What is wrong with the messageExpression: the rule counts without it. */
  readonly messageProblem?: string;
  readonly usesOldSelf: boolean;
}

/** A rule that is none, with what is wrong. */
export interface BrokenRule {
  readonly rule: CelRule;
  readonly problem: string;
  /** No rule of the schema can see its values: this one stands for all of them. */
  readonly isUntyped: boolean;
}

const compiled = new WeakMap<Structural, ReadonlyArray<CompiledRule | BrokenRule>>();

export function isBroken(rule: CompiledRule | BrokenRule): rule is BrokenRule {
  return 'problem' in rule;
}

export function compileRules(schema: Structural, isRoot: boolean): ReadonlyArray<CompiledRule | BrokenRule> {
  let rules = compiled.get(schema);
  if (rules === undefined) {
    const type = celTypeOf(schema, isRoot || schema.isEmbedded);
    // Definitions with empty rules are refused; a default is validated before that.
    const there = schema.validations.filter(({ rule }) => rule.trim() !== '');
    rules = type === undefined ? there.slice(0, 1).map(untyped) : there.map((rule) => compileRule(rule, type));
    compiled.set(schema, rules);
  }
  return rules;
}

function untyped(rule: CelRule): BrokenRule {
  return { rule, problem: 'failed to convert to declType for CEL validation rules', isUntyped: true };
}

function compileRule(rule: CelRule, type: CelType): CompiledRule | BrokenRule {
  const variables = new Map([
    ['self', type],
    ['oldSelf', rule.optionalOldSelf === true ? optionalOf(type) : type],
  ]);
  const { compileCel } = loadCel();
  const broken = (problem: string): BrokenRule => ({ rule, problem, isUntyped: false });
  let program: CelProgram;
  try {
    program = compileCel(rule.rule, variables);
  } catch (error) {
    if (!(error instanceof CelCompileError)) throw error;
    return broken(`compilation failed: ${error.message}`);
  }
  if (program.type.kind !== 'bool') return broken('cel expression must evaluate to a bool');
  const whole = { rule, type, program, message: undefined, usesOldSelf: program.variables.has('oldSelf') };
  if (rule.messageExpression === '') return whole;
  try {
    const message = compileCel(rule.messageExpression, variables);
    if (message.type.kind === 'string') return { ...whole, message };
    return { ...whole, messageProblem: 'messageExpression must evaluate to a string' };
  } catch (error) {
    if (!(error instanceof CelCompileError)) throw error;
    return { ...whole, messageProblem: `messageExpression compilation failed: ${error.message}` };
  }
}
