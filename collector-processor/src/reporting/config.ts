import type { SliPolicy } from '@cnapp-slo/model';
import { DEADLINE_PRESETS, DEFAULT_SLI_POLICY } from '@cnapp-slo/model';
import { z } from 'zod';

/** What `slis.deadlines` can be. */
const presets = DEADLINE_PRESETS.map(({ id }) => id);

const weight = z.number().positive();

type Budget = NonNullable<SliPolicy['incidentBudgetOf']>;

/** What all tiers together may have is the sum. */
function incidentBudget(set: number | Budget | null): Pick<SliPolicy, 'incidentBudget' | 'incidentBudgetOf'> {
  if (set === null || typeof set === 'number') return { incidentBudget: set };
  return { incidentBudget: set.c0 + set.c1 + set.c2 + set.c3, incidentBudgetOf: set };
}

/** `slis`: what the operator sets for them. */
export const SliConfig = z
  .strictObject({
    /** How long a fix may take: a preset of docs/slis.md. Unset: critical 24 hours, high 7 days. */
    deadlines: z
      .enum(presets)
      .default(DEFAULT_SLI_POLICY.deadlines.id)
      .transform((id) => DEADLINE_PRESETS.find((preset) => preset.id === id) ?? DEFAULT_SLI_POLICY.deadlines),
    /** Days that an inherited backlog has, from its first sight. Unset: 30. */
    adoption_days: z
      .number()
      .positive()
      .default(DEFAULT_SLI_POLICY.adoptionSeconds / 86_400),
    /**
     * Weight of incidents (S1 10, S2 3, S3 1) that 28 days may have, for all or for each tier of services
     * (`{ c0: 2, c1: 3, c2: 5, c3: 10 }`); null shows no count budget. Unset: 10.
     */
    incident_budget: z
      .union([weight, z.strictObject({ c0: weight, c1: weight, c2: weight, c3: weight })])
      .nullable()
      .default(DEFAULT_SLI_POLICY.incidentBudget),
    /** Bytes of telemetry that a day may bring. Unset: no budget. */
    ingest_budget_bytes_per_day: z.number().positive().nullable().default(DEFAULT_SLI_POLICY.ingestBudgetBytes),
    /** Identity detections below this confidence are no anomalies. Unset: 0.7. */
    anomaly_confidence: z.number().min(0).max(1).default(DEFAULT_SLI_POLICY.anomalyConfidence),
    /** Hours of an on-call shift, for the pages in each. Unset: 12. */
    shift_hours: z
      .number()
      .positive()
      .default(DEFAULT_SLI_POLICY.shiftSeconds / 3600),
  })
  .transform(
    (slis): SliPolicy => ({
      deadlines: slis.deadlines,
      adoptionSeconds: slis.adoption_days * 86_400,
      ...incidentBudget(slis.incident_budget),
      ingestBudgetBytes: slis.ingest_budget_bytes_per_day,
      anomalyConfidence: slis.anomaly_confidence,
      shiftSeconds: slis.shift_hours * 3600,
    }),
  );
