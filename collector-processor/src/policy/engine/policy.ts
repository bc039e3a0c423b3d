import { Environment } from '@marcbachmann/cel-js';
import { NOTHING, type PolicyContext } from './context.ts';
import type { PolicyDocument, PolicyEffect } from './policy-file.ts';

/** `error`: the expression could not be evaluated on this subject, which is not a match. */
export type Outcome = { result: 'match' | 'no_match' } | { result: 'error'; message: string };

/** A policy that can be evaluated. */
export interface Policy {
  name: string;
  version: string;
  owner: string;
  description: string | null;
  mode: PolicyDocument['spec']['mode'];
  over: PolicyDocument['spec']['over'];
  when: string;
  effect: PolicyEffect;
  examples: PolicyDocument['examples'];
  evaluate(context: Partial<PolicyContext>): Outcome;
}

const environment = new Environment({ limits: { maxAstNodes: 2000, maxDepth: 50 } })
  .registerVariable('asset', 'map')
  .registerVariable('finding', 'map')
  .registerVariable('change', 'map');

/** Throws an Error that names the policy when its expression is no CEL, or no question. */
export function compilePolicy({ metadata, spec, examples }: PolicyDocument): Policy {
  const program = parse(metadata.name, spec.when);
  return {
    ...metadata,
    description: metadata.description ?? null,
    mode: spec.mode,
    over: spec.over,
    when: spec.when,
    effect: spec.effect,
    examples,
    evaluate(context) {
      try {
        const value: unknown = program({ ...NOTHING, ...context });
        if (typeof value === 'boolean') return { result: value ? 'match' : 'no_match' };
        return { result: 'error', message: `gives ${typeof value}, not true or false` };
      } catch (error) {
        return { result: 'error', message: firstLine(error) };
      }
    },
  };
}

function parse(name: string, expression: string): (context: PolicyContext) => unknown {
  try {
    const program = environment.parse(expression);
    const { valid, type, error } = program.check();
    if (!valid) throw error ?? new Error('is not valid');
    if (type !== 'bool' && type !== 'dyn') throw new Error(`gives ${type}, not true or false`);
    return (context) => program({ ...context });
  } catch (error) {
    throw new Error(`${name}: spec.when: ${firstLine(error)}`);
  }
}

function firstLine(error: unknown): string {
  return (error instanceof Error ? error.message : String(error)).split('\n')[0] ?? '';
}

/** The examples that do not come out as they say. */
export function failingExamples(policy: Policy): string[] {
  return policy.examples.flatMap(({ name, given, want }) => {
    const context = Object.fromEntries(
      Object.entries(given).map(([subject, fields]) => [
        subject,
        { ...NOTHING[subject as keyof PolicyContext], ...fields },
      ]),
    );
    const outcome = policy.evaluate(context);
    if (outcome.result === 'error') return [`${policy.name}: ${name}: ${outcome.message}`];
    const got = outcome.result === 'match';
    return got === want ? [] : [`${policy.name}: ${name}: wanted ${want}, got ${got}`];
  });
}
