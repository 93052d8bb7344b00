/**
 * Runs the CEL specification's simple tests (github.com/google/cel-spec, tests/simple/testdata) from a folder:
 * node conformance/cel-spec/main.ts FOLDER [--file basic] [--verbose]. Not counted is what Kubernetes does not give to CEL: protocol
 * buffer messages, containers, other libraries, expressions that are not checked, literals of several types, quoted names, IPv4
 * addresses in IPv6 ones, later versions of format.
 */
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Command } from 'commander';
import { CelCompileError } from '../../server/apimachinery/cel/cel-error.ts';
import { type CelProgram, type CelVariables, compileCel } from '../../server/apimachinery/cel/cel.ts';
import { type CelType, DYN, typeName } from '../../server/apimachinery/cel/cel-type.ts';
import type { CelValue } from '../../server/apimachinery/cel/values.ts';
import { isSame, NotInKubernetes, typeOf, valueOf } from './cel-values.ts';
import { parseTextProto, type TextMessage } from './text-proto.ts';

type Outcome = { readonly passed: true } | { readonly failed: string } | { readonly skipped: string };

/** Cost enough for any of them. */
const LIMIT = 1_000_000_000;

const messages =
  /TestAllTypes|\bgoogle\.(?:protobuf\.(?!Timestamp\b|Duration\b)|rpc)|GlobalEnum|NestedEnum|ImportedGlobalEnum|\bcel\.expr\b|\bexpr\.proto/;
const otherLibraries =
  /\b(?:math|base64|proto)\.|\bcel\.(?:bind|block|index|iterVar|accuVar)\b|strings\.quote|\.reverse\(\)/;
const otherFiles = new Set(['block_ext', 'math_ext', 'encoders_ext', 'bindings_ext', 'proto2_ext']);

function run(test: TextMessage): Outcome {
  const expression = test.text('expr');
  const container = test.text('container');
  if (messages.test(expression) || messages.test(container)) return { skipped: 'messages' };
  if (otherLibraries.test(expression)) return { skipped: 'another library' };
  if (container !== '') return { skipped: 'containers' };
  if (expression.includes("ip('::ffff:")) return { skipped: 'IPv4 in IPv6' };
  try {
    const types = declaredTypes(test);
    const program = compiled(expression, types, test);
    if (!('evaluate' in program)) return program;
    return judged(program, test);
  } catch (error) {
    if (error instanceof NotInKubernetes) return { skipped: error.message };
    throw error;
  }
}

function declaredTypes(test: TextMessage): Map<string, CelType> {
  const types = new Map<string, CelType>();
  for (const declaration of test.messages('type_env')) {
    if (declaration.text('name').includes('.')) throw new NotInKubernetes('qualified names of variables');
    const ident = declaration.message('ident');
    if (ident === undefined) throw new NotInKubernetes('functions of their own');
    const type = ident.message('type');
    types.set(declaration.text('name'), type === undefined ? DYN : typeOf(type));
  }
  for (const binding of test.messages('bindings')) {
    if (!types.has(binding.text('key'))) types.set(binding.text('key'), DYN);
  }
  return types;
}

function compiled(expression: string, types: Map<string, CelType>, test: TextMessage): CelProgram | Outcome {
  try {
    return compileCel(expression, types);
  } catch (error) {
    if (!(error instanceof CelCompileError)) return { failed: `does not compile: ${String(error)}` };
    if (test.has('eval_error')) return { passed: true };
    if (test.get('disable_check') === true) return { skipped: 'not checked' };
    if (/expected type '.*' but found/.test(error.message)) return { skipped: 'literals of several types' };
    if (error.message.includes("unsupported syntax: '`'")) return { skipped: 'quoted names' };
    return { failed: `is refused: ${error.message.split('\n')[0] ?? ''}` };
  }
}

function judged(program: CelProgram, test: TextMessage): Outcome {
  const typed = test.message('typed_result');
  const deduced = typed?.message('deduced_type');
  if (deduced !== undefined) {
    const wanted = typeName(typeOf(deduced));
    if (wanted !== typeName(program.type)) return { failed: `has type ${typeName(program.type)}, not ${wanted}` };
  }
  if (test.get('check_only') === true) return { passed: true };
  if (test.has('unknown') || test.has('any_unknowns')) return { skipped: 'unknowns' };
  const values: Map<string, () => CelValue | undefined> = new Map();
  for (const binding of test.messages('bindings')) {
    const value = binding.message('value')?.message('value');
    if (value === undefined) return { skipped: 'unknowns' };
    const held = valueOf(value);
    values.set(binding.text('key'), () => held);
  }
  return evaluated(program, values, test);
}

function evaluated(program: CelProgram, values: CelVariables, test: TextMessage): Outcome {
  const fails = test.has('eval_error') || test.has('any_eval_errors');
  const expected = test.message('value') ?? test.message('typed_result')?.message('result');
  const wanted = expected === undefined ? true : valueOf(expected);
  const outcome = program.run(values, LIMIT);
  if ('error' in outcome) return fails ? { passed: true } : { failed: `fails: ${outcome.error.message}` };
  if (fails) return { failed: `gives ${shown(outcome.value)} instead of an error` };
  return isSame(wanted, outcome.value)
    ? { passed: true }
    : { failed: `gives ${shown(outcome.value)}, not ${shown(wanted)}` };
}

function shown(value: CelValue): string {
  return JSON.stringify(value, (_key, item: unknown) => (typeof item === 'bigint' ? `${item}` : item)) ?? 'undefined';
}

const program = new Command()
  .argument('<folder>', 'testdata of the specification')
  .option('--file <name>', 'only this file, without its ending')
  .option('--verbose', 'name what is not counted, too')
  .parse();
const [folder = ''] = program.args;
const { file: only, verbose } = program.opts<{ file?: string; verbose?: boolean }>();
const totals = { passed: 0, failed: 0, skipped: 0 };
const files = (await readdir(folder)).filter((name) => name.endsWith('.textproto')).sort();
for (const name of files) {
  const file = name.replace('.textproto', '');
  if (only !== undefined && file !== only) continue;
  const counts = { passed: 0, failed: 0, skipped: 0 };
  const root = parseTextProto(await readFile(join(folder, name), 'utf8'));
  for (const section of root.messages('section')) {
    for (const test of section.messages('test')) {
      const outcome: Outcome = otherFiles.has(file) ? { skipped: 'another library' } : run(test);
      const label = `${file}/${section.text('name')}/${test.text('name')}: ${test.text('expr')}`;
      if ('passed' in outcome) counts.passed++;
      else if ('failed' in outcome) {
        counts.failed++;
        console.log(`✘ ${label} ${outcome.failed}`);
      } else {
        counts.skipped++;
        if (verbose === true) console.log(`- ${label} (${outcome.skipped})`);
      }
    }
  }
  console.log(`${file}: ${counts.passed} passed, ${counts.failed} failed, ${counts.skipped} not counted`);
  for (const key of ['passed', 'failed', 'skipped'] as const) totals[key] += counts[key];
}
const counted = totals.passed + totals.failed;
const rate = counted === 0 ? 0 : (totals.passed / counted) * 100;
console.log(`all: ${totals.passed} of ${counted} passed (${rate.toFixed(2)} %), ${totals.skipped} not counted`);
process.exitCode = totals.failed === 0 ? 0 : 1;
