import type { Asset, Finding, Severity, SliFilter } from '@cnapp-slo/model';

/** What a thing can be sliced by; a label that it does not have fits no filter on it. */
interface Labels {
  tenant: string;
  asset: Asset | undefined;
  /** Unset: the asset's. */
  team?: string | undefined;
  provider?: string;
  severity?: string;
  detectorClass?: string;
  detector?: string;
}

interface Sliced {
  finding: Finding;
  asset: Asset | undefined;
  team?: string;
  episode?: { severity: Severity };
}

type Read = (labels: Labels) => string | undefined;

const LABELS: Readonly<Record<keyof SliFilter, Read>> = {
  tenant: ({ tenant }) => tenant,
  team: ({ team, asset }) => team ?? asset?.team ?? 'unowned',
  environment: ({ asset }) => asset?.context.environment,
  severity: ({ severity }) => severity,
  criticality: ({ asset }) => asset?.criticality,
  provider: ({ provider, asset }) => provider ?? asset?.ref.provider,
  detector_class: ({ detectorClass }) => detectorClass,
  detector: ({ detector }) => detector,
};

/** A filter made ready to be asked many times. Several values of a label are separated by commas. */
export function matcherOf(filter: SliFilter): (labels: Labels) => boolean {
  const tests = (Object.keys(LABELS) as (keyof SliFilter)[]).flatMap((label) => {
    const wanted = filter[label];
    return wanted === undefined ? [] : [{ read: LABELS[label], values: new Set(wanted.split(',')) }];
  });
  return (labels) => {
    for (const { read, values } of tests) {
      const value = read(labels);
      if (value === undefined || !values.has(value)) return false;
    }
    return true;
  };
}

/** Severity is the episode's (at t_detect) where there is one. */
export function labelsOf({ finding, asset, team, episode }: Sliced): Labels {
  return {
    tenant: finding.tenant,
    asset,
    team,
    provider: finding.asset.provider,
    severity: episode?.severity ?? finding.severity,
    detectorClass: finding.detectorClass,
    detector: finding.detector,
  };
}

export function matches(sliced: Sliced | Labels, filter: SliFilter): boolean {
  return matcherOf(filter)('finding' in sliced ? labelsOf(sliced) : sliced);
}
