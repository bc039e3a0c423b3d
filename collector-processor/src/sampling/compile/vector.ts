import { SENDER_ATTRIBUTES, TIER_RULES, TIERS, thresholdsOf } from '@cnapp-slo/model';
import { type CompileInput, runsOf } from './input.ts';

/**
 * Tiers for Vector: a `remap` that decides unit by unit as this sampler does, and a `filter`. It reads events of its
 * `opentelemetry` source (logs with `use_otlp_decoding: false`: `.resources`, `.attributes`, `.message`, `.timestamp`).
 */
export function compileVector(input: CompileInput): { transforms: Record<string, unknown> } {
  return {
    transforms: {
      cnapp_tiers: { type: 'remap', inputs: ['otel.logs'], drop_on_error: false, source: program(input) },
      cnapp_sampled: {
        type: 'filter',
        inputs: ['cnapp_tiers'],
        condition: '.attributes."cnapp.sampling.kept" != false',
      },
    },
  };
}

function program({ policy, matches, fallback, signs }: CompileInput): string {
  const thresholds = thresholdsOf(policy);
  const names = SENDER_ATTRIBUTES.map((name) => `string(.resources.${quoted(name)}) ?? ""`);
  return `# ${TIER_RULES}, ${policy.revision.replaceAll('\n', ' ')}
names = [${names.join(', ')}]
named = filter(names) -> |_index, name| { name != "" }
sender = string(named[0]) ?? "unknown"
tier = ${quoted(fallback)}
${runsOf(matches)
  .toReversed()
  .map(
    ({ pattern, tier }) =>
      `if any(named) -> |_index, name| { match(string(name) ?? "", r'^(?:${raw(pattern)})$') } { tier = ${quoted(tier)} }`,
  )
  .join('\n')}
body = if is_string(.message) { string!(.message) } else { encode_json(.message) }
never_drop = .attributes."cnapp.exercise" == true || .resources."cnapp.exercise" == true ||
  (match(body, r'${raw(signs.security)}') && (match(body, r'${raw(signs.identity)}') || !match(body, r'${raw(signs.droppable)}')))
threshold = "00000000000000"
if !never_drop {
${TIERS.map((tier) => `  if tier == ${quoted(tier)} { threshold = ${quoted(thresholds[tier])} }`).join('\n')}
}
minute = to_int(floor(to_float(to_unix_timestamp(timestamp(.timestamp) ?? now())) / 60.0))
trace = string(.trace_id) ?? ""
randomness = string(.attributes."sampling.randomness") ??
  if length(trace) == 32 { slice!(trace, 18) } else { slice!(sha2(sender + "|" + to_string(minute), variant: "SHA-256"), 0, 14) }
arriving = slice!((string(.attributes."sampling.threshold") ?? "") + "00000000000000", 0, 14)
# Hexadecimal numbers of the same length: 56 bits fit into an integer.
value = parse_int!(randomness, 16)
if value < parse_int!(arriving, 16) {
  del(.attributes."sampling.threshold") # it should not have arrived: kept, with nothing said
} else {
  if parse_int!(threshold, 16) < parse_int!(arriving, 16) { threshold = arriving }
  if value < parse_int!(threshold, 16) { .attributes."cnapp.sampling.kept" = false }
  shown = replace(threshold, r'0+$', "")
  .attributes."sampling.threshold" = if shown == "" { "0" } else { shown }
}
.attributes."sampling.randomness" = randomness
.attributes."cnapp.sampling.tier" = tier
.attributes."cnapp.sampling.policy" = if never_drop { "never_drop" } else { ${quoted(TIER_RULES)} }
.attributes."cnapp.sampling.config_rev" = ${quoted(policy.revision)}
`;
}

function quoted(value: string): string {
  return JSON.stringify(value);
}

/** In VRL's r'…' everything stands for itself but the quote. */
function raw(pattern: string): string {
  return pattern.replaceAll("'", String.raw`\x27`);
}
