import { SENDER_ATTRIBUTES, TIER_RULES, TIERS } from '@cnapp-slo/model';
import { type CompileInput, runsOf } from './input.ts';

/** A Collector's configuration; shapes as in the Collector's documentation. */
export interface CollectorConfiguration {
  receivers: Record<string, unknown>;
  processors: Record<string, unknown>;
  exporters: Record<string, unknown>;
  service: { pipelines: Record<string, { receivers: string[]; processors: string[]; exporters: string[] }> };
}

const NO_TRACE = 'TraceID(0x00000000000000000000000000000000)';
const NANOSECONDS_A_MINUTE = '60000000000';

/**
 * Tiers for an OpenTelemetry Collector (0.155, contrib): it makes the decisions of this sampler, unit by unit, as both hash the
 * same keys. Heavy units are not summed up there, and there is no byte budget. With `tail`, traces are kept whole by a tail
 * sampler instead, which knows no thresholds: what it keeps cannot be counted back.
 */
export function compileCollector(input: CompileInput, tail = false): CollectorConfiguration {
  const path = { receivers: ['otlp'], exporters: ['otlp'] };
  const sampled = 'transform/cnapp_sampled';
  const stages = TIERS.map((tier) => tier.toLowerCase());
  return {
    receivers: { otlp: { protocols: { grpc: { endpoint: '127.0.0.1:4317' }, http: { endpoint: '127.0.0.1:4318' } } } },
    processors: {
      'transform/cnapp_tiers': {
        error_mode: 'ignore',
        log_statements: logStatements(input),
        trace_statements: spanStatements(input),
      },
      'probabilistic_sampler/cnapp_logs': {
        mode: 'equalizing',
        sampling_percentage: 100,
        sampling_priority: 'cnapp.sampling.percentage',
      },
      ...(tail ? { tail_sampling: tailSampling(input) } : tierStages(input)),
      [sampled]: {
        error_mode: 'ignore',
        log_statements: [
          'delete_key(log.attributes, "cnapp.sampling.percentage")',
          `delete_key(log.attributes, "sampling.threshold") where ${policyIs('log', 'inconsistent')}`,
        ],
        trace_statements: tail ? withoutThreshold('true') : withoutThreshold(policyIs('span', 'inconsistent')),
      },
      batch: {},
    },
    exporters: { otlp: { endpoint: '127.0.0.1:14317', tls: { insecure: true } } },
    service: {
      pipelines: {
        logs: { ...path, processors: ['transform/cnapp_tiers', 'probabilistic_sampler/cnapp_logs', sampled, 'batch'] },
        ...(tail
          ? { traces: { ...path, processors: ['transform/cnapp_tiers', 'tail_sampling', sampled, 'batch'] } }
          : Object.fromEntries(
              stages.map((stage) => [
                `traces/${stage}`,
                {
                  ...path,
                  processors: [
                    'transform/cnapp_tiers',
                    `filter/cnapp_${stage}`,
                    `probabilistic_sampler/cnapp_${stage}`,
                    sampled,
                    'batch',
                  ],
                },
              ]),
            )),
      },
    },
  };
}

/** Spans of one tier, and their sampler: its percentage is fixed, other than that of logs. */
function tierStages({ policy }: CompileInput): Record<string, unknown> {
  return Object.fromEntries(
    TIERS.flatMap((tier) => {
      const stage = tier.toLowerCase();
      const others = `span.attributes["cnapp.sampling.tier"] != ${text(tier)}`;
      return [
        [`filter/cnapp_${stage}`, { error_mode: 'ignore', traces: { span: [others] } }],
        [
          `probabilistic_sampler/cnapp_${stage}`,
          { mode: 'equalizing', sampling_percentage: percent(policy.probability[tier]) },
        ],
      ];
    }),
  );
}

function tailSampling({ policy }: CompileInput): unknown {
  const ofTier = (tier: string) => ({ key: 'cnapp.sampling.tier', values: [tier] });
  return {
    decision_wait: '10s',
    policies: [
      {
        name: 'never_drop',
        type: 'string_attribute',
        string_attribute: { key: 'cnapp.sampling.policy', values: ['never_drop'] },
      },
      ...TIERS.map((tier) => ({
        name: tier,
        type: 'and',
        and: {
          and_sub_policy: [
            { name: 'tier', type: 'string_attribute', string_attribute: ofTier(tier) },
            {
              name: 'share',
              type: 'probabilistic',
              probabilistic: { sampling_percentage: percent(policy.probability[tier]) },
            },
          ],
        },
      })),
    ],
  };
}

function logStatements({ policy, matches, fallback, signs }: CompileInput): string[] {
  const body = (pattern: string): string => `IsMatch(log.body, ${text(pattern)})`;
  const isSecurity = `(${body(signs.security)} and (${body(signs.identity)} or not ${body(signs.droppable)}))`;
  const threshold = 'Substring(Concat([log.attributes["sampling.threshold"], "00000000000000"], ""), 0, 14)';
  return [
    ...placeStatements('log', matches, fallback),
    ...senderStatements(),
    `set(log.cache["minute"], log.time_unix_nano / ${NANOSECONDS_A_MINUTE}) where log.time_unix_nano > 0`,
    `set(log.cache["minute"], log.observed_time_unix_nano / ${NANOSECONDS_A_MINUTE}) where log.time_unix_nano == 0`,
    `set(log.attributes["sampling.randomness"], Substring(SHA256(Concat([log.cache["sender"], String(log.cache["minute"])], "|")), 0, 14)) where log.attributes["sampling.randomness"] == nil and log.trace_id == ${NO_TRACE}`,
    `set(log.attributes["cnapp.sampling.policy"], ${text(TIER_RULES)})`,
    `set(log.attributes["cnapp.sampling.policy"], "never_drop") where log.attributes["cnapp.exercise"] == true or resource.attributes["cnapp.exercise"] == true or ${isSecurity}`,
    'set(log.cache["randomness"], Substring(log.trace_id.string, 18, 14))',
    'set(log.cache["randomness"], log.attributes["sampling.randomness"]) where log.attributes["sampling.randomness"] != nil',
    `set(log.attributes["cnapp.sampling.policy"], "inconsistent") where log.attributes["sampling.threshold"] != nil and log.cache["randomness"] < ${threshold}`,
    `delete_key(log.attributes, "sampling.threshold") where ${policyIs('log', 'inconsistent')}`,
    `set(log.attributes["cnapp.sampling.config_rev"], ${text(policy.revision)})`,
    'set(log.attributes["cnapp.sampling.percentage"], 100.0)',
    ...TIERS.map(
      (tier) =>
        `set(log.attributes["cnapp.sampling.percentage"], ${decimal(percent(policy.probability[tier]))}) where ${policyIs('log', TIER_RULES)} and log.attributes["cnapp.sampling.tier"] == ${text(tier)}`,
    ),
  ];
}

function spanStatements({ policy, matches, fallback }: CompileInput): string[] {
  const threshold = 'Substring(Concat([span.cache["ot"]["th"], "00000000000000"], ""), 0, 14)';
  return [
    ...placeStatements('span', matches, fallback),
    `set(span.attributes["cnapp.sampling.policy"], ${text(TIER_RULES)})`,
    'set(span.attributes["cnapp.sampling.policy"], "never_drop") where span.attributes["cnapp.exercise"] == true or resource.attributes["cnapp.exercise"] == true',
    `set(span.attributes["cnapp.sampling.tier"], "T0") where ${policyIs('span', 'never_drop')}`,
    'set(span.cache["ot"], ExtractPatterns(span.trace_state["ot"], "th:(?P<th>[0-9a-f]{1,14})"))',
    'set(span.cache["rv"], ExtractPatterns(span.trace_state["ot"], "rv:(?P<rv>[0-9a-f]{14})"))',
    'set(span.cache["randomness"], Substring(span.trace_id.string, 18, 14))',
    'set(span.cache["randomness"], span.cache["rv"]["rv"]) where span.cache["rv"]["rv"] != nil',
    `set(span.attributes["cnapp.sampling.policy"], "inconsistent") where span.cache["ot"]["th"] != nil and span.cache["randomness"] < ${threshold}`,
    `set(span.attributes["cnapp.sampling.tier"], "T0") where ${policyIs('span', 'inconsistent')}`,
    ...withoutThreshold(policyIs('span', 'inconsistent')),
    `set(span.attributes["cnapp.sampling.config_rev"], ${text(policy.revision)})`,
  ];
}

/** Who sent a log; the last to be set is the one that counts. */
function senderStatements(): string[] {
  const isThere = (name: string): string =>
    `resource.attributes[${text(name)}] != nil and resource.attributes[${text(name)}] != ""`;
  return [
    'set(log.cache["sender"], "unknown")',
    ...SENDER_ATTRIBUTES.toReversed().map(
      (name) => `set(log.cache["sender"], resource.attributes[${text(name)}]) where ${isThere(name)}`,
    ),
  ];
}

/** The tier by every name that the resource has; of several matches the first counts, which is set last. */
function placeStatements(of: 'log' | 'span', matches: CompileInput['matches'], fallback: string): string[] {
  const attribute = (name: string): string => `resource.attributes[${text(name)}]`;
  const names = SENDER_ATTRIBUTES.map(attribute).join(', ');
  return [
    `set(${of}.cache["names"], Concat([${names}], "\\n"))`,
    `set(${of}.attributes["cnapp.sampling.tier"], ${text(fallback)})`,
    ...runsOf(matches)
      .toReversed()
      .map(
        ({ pattern, tier }) =>
          `set(${of}.attributes["cnapp.sampling.tier"], ${text(tier)}) where IsMatch(${of}.cache["names"], ${text(`(?m)^(?:${pattern})$`)})`,
      ),
  ];
}

/** Erases `th` from spans' tracestate, and an `ot` member that is empty then. */
function withoutThreshold(condition: string): string[] {
  return [
    `replace_pattern(span.trace_state, "(ot=(?:[^,]*;)?)th:[0-9a-f]*;?", "$$1") where ${condition}`,
    `replace_pattern(span.trace_state, "(^|,)ot=(,|$)", "") where ${condition}`,
  ];
}

function policyIs(of: 'log' | 'span', policy: string): string {
  return `${of}.attributes["cnapp.sampling.policy"] == ${text(policy)}`;
}

/** A text in OTTL; `$` is the Collector's own sign, and written twice. */
function text(value: string): string {
  return JSON.stringify(value).replaceAll('$', '$$$$');
}

function percent(probability: number): number {
  return Number((probability * 100).toPrecision(12));
}

/** A floating-point number in OTTL has a point. */
function decimal(value: number): string {
  return Number.isInteger(value) ? `${value}.0` : String(value);
}
