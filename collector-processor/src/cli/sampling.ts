/** `cnapp sampling compile`: sampling tiers as the configuration of what people run. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { UNKNOWN_TIER } from '@cnapp-slo/model';
import { stringify } from 'yaml';
import { FORMAT_KEYS } from '../formats/index.ts';
import { compileCollector } from '../sampling/compile/collector.ts';
import { type CompileInput, matchesOf } from '../sampling/compile/input.ts';
import { neverDropSigns } from '../sampling/compile/never-drop.ts';
import { compileRefinery } from '../sampling/compile/refinery.ts';
import { compileVector } from '../sampling/compile/vector.ts';
import { command, UsageError } from './command.ts';
import { readTiers } from './tiers-file.ts';

const help = `Usage: cnapp sampling compile --tiers FILE --out DIR

Sampling tiers as configuration: otel-collector.yaml (probabilistic), otel-collector-tail.yaml (traces kept whole), vector.yaml,
refinery-rules.yaml. docs/sampling.md says what each of them can and cannot do.
  --tiers FILE      probabilities, and the criticality of hosts and services
  --out DIR         made when it is not there; files of the same names are replaced
`;

const text = { type: 'string' } as const;

export const run = command('sampling', help, { tiers: text, out: text }, async ({ values, positionals }, io) => {
  if (positionals.join(' ') !== 'compile') throw new UsageError('what about sampling? compile');
  if (values.tiers === undefined || values.out === undefined) throw new UsageError('--tiers and --out are needed');
  const { policy, assets } = readTiers(values.tiers);
  const input: CompileInput = {
    policy,
    matches: matchesOf(assets),
    fallback: UNKNOWN_TIER,
    signs: neverDropSigns(FORMAT_KEYS),
  };
  const files = {
    'otel-collector.yaml': compileCollector(input),
    'otel-collector-tail.yaml': compileCollector(input, true),
    'vector.yaml': compileVector(input),
    'refinery-rules.yaml': compileRefinery(input),
  };
  mkdirSync(values.out, { recursive: true });
  for (const [name, content] of Object.entries(files)) {
    const head = `# Written by cnapp sampling compile: revision ${policy.revision.replaceAll('\n', ' ')}. Change the tiers file instead.\n`;
    writeFileSync(join(values.out, name), head + stringify(content, { lineWidth: 0 }));
    io.stdout.write(`${join(values.out, name)}\n`);
  }
  return 0;
});
