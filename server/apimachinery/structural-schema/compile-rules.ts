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
  readonly usesOldSelf: boolean;
}

/** A rule that is none, with what is wrong: of the rule itself or of its messageExpression. */
export interface BrokenRule {
  readonly rule: CelRule;
  readonly problem: string;
  readonly isMessage: boolean;
}

const compiled = new WeakMap<Structural, ReadonlyArray<CompiledRule | BrokenRule>>();

export function isBroken(rule: CompiledRule | BrokenRule): rule is BrokenRule {
  return 'problem' in rule;
}

export function compileRules(schema: Structural, isRoot: boolean): ReadonlyArray<CompiledRule | BrokenRule> {
  let rules = compiled.get(schema);
  if (rules === undefined) {
    const type = celTypeOf(schema, isRoot || schema.isEmbedded);
    rules = schema.validations.map((rule) => compileRule(rule, type));
    compiled.set(schema, rules);
  }
  return rules;
}

function compileRule(rule: CelRule, type: CelType | undefined): CompiledRule | BrokenRule {
  if (type === undefined) {
    return { rule, problem: 'failed to convert to declType for CEL validation rules', isMessage: false };
  }
  const variables = new Map([
    ['self', type],
    ['oldSelf', rule.optionalOldSelf === true ? optionalOf(type) : type],
  ]);
  const { compileCel } = loadCel();
  let program: CelProgram;
  try {
    program = compileCel(rule.rule, variables);
  } catch (error) {
    if (!(error instanceof CelCompileError)) throw error;
    return { rule, problem: `compilation failed: ${error.message}`, isMessage: false };
  }
  if (program.type.kind !== 'bool')
    return { rule, problem: 'cel expression must evaluate to a bool', isMessage: false };
  const usesOldSelf = program.variables.has('oldSelf');
  if (rule.messageExpression === '') return { rule, type, program, message: undefined, usesOldSelf };
  try {
    const message = compileCel(rule.messageExpression, variables);
    if (message.type.kind === 'string') return { rule, type, program, message, usesOldSelf };
    return { rule, problem: 'messageExpression must evaluate to a string', isMessage: true };
  } catch (error) {
    if (!(error instanceof CelCompileError)) throw error;
    return { rule, problem: `messageExpression compilation failed: ${error.message}`, isMessage: true };
  }
}
