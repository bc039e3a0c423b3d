import type { Criticality, DataClass, Exposure, SamplingPolicy, TelemetryPrices } from '@cnapp-slo/model';
import { DEFAULT_SAMPLING } from '@cnapp-slo/model';
import { z } from 'zod';

const probability = z
  .number()
  .min(2 ** -56)
  .max(1);

const assetSchema = z.strictObject({
  /** Asset id, host or service; `*` stands for any text. */
  match: z.string().min(1),
  criticality: z.enum(['c0', 'c1', 'c2', 'c3']),
  data_class: z.enum(['public', 'internal', 'confidential', 'restricted']).optional(),
  exposure: z.enum(['internet', 'internal']).optional(),
});

/** What is kept of each tier, and what telemetry costs: a file of its own, reviewed as code. */
export const TiersConfig = z
  .strictObject({
    /** Records carry it: change it with every edit. */
    revision: z.string().min(1).max(100).default(DEFAULT_SAMPLING.revision),
    /** Share of units that is kept, by tier. Unset: 1, .5, .1 and .02. */
    probability: z
      .strictObject({ T0: probability, T1: probability, T2: probability, T3: probability })
      .default(DEFAULT_SAMPLING.probability),
    /** More items than this of one template in one host-minute become a summary. Unset: 100. */
    heavy_items: z.number().int().positive().default(DEFAULT_SAMPLING.heavyItems),
    /** Tiers that have no summaries. Unset: T0. */
    whole: z.array(z.enum(['T0', 'T1', 'T2', 'T3'])).default(['T0']),
    /** Items that a summary keeps as they are. Unset: 3. */
    exemplars: z.number().int().nonnegative().default(DEFAULT_SAMPLING.exemplars),
    /** In any currency; unset: 0.50 a GB taken in, 0.03 a GB and month kept, 12 months. */
    prices: z
      .strictObject({
        ingest_per_gb: z.number().nonnegative().default(0.5),
        stored_per_gb_month: z.number().nonnegative().default(0.03),
        retention_months: z.number().nonnegative().default(12),
      })
      .default({ ingest_per_gb: 0.5, stored_per_gb_month: 0.03, retention_months: 12 }),
    /** Criticality of what no inventory describes, for recordings; the first match counts. Unset: c2 for all. */
    assets: z.array(assetSchema).default([]),
  })
  .transform(({ heavy_items: heavyItems, prices, assets, ...rest }): Tiers => {
    return {
      policy: { ...rest, heavyItems },
      prices: {
        ingestPerGb: prices.ingest_per_gb,
        storedPerGbMonth: prices.stored_per_gb_month,
        retentionMonths: prices.retention_months,
      },
      assets: assets.map(({ match, criticality, data_class: dataClass = null, exposure = null }) => ({
        match,
        criticality,
        dataClass,
        exposure,
      })),
    };
  });

export interface DeclaredAsset {
  match: string;
  criticality: Criticality;
  dataClass: DataClass | null;
  exposure: Exposure | null;
}

export interface Tiers {
  policy: SamplingPolicy;
  prices: TelemetryPrices;
  assets: readonly DeclaredAsset[];
}

/** The first declaration that matches one of the names; undefined where none does. */
export function declaredFor(assets: readonly DeclaredAsset[], names: readonly string[]): DeclaredAsset | undefined {
  return assets.find(({ match }) => names.some((name) => matches(match, name)));
}

function matches(pattern: string, name: string): boolean {
  const source = pattern
    .split('*')
    .map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'))
    .join('.*');
  return new RegExp(`^${source}$`).test(name);
}
