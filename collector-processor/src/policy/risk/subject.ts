import type { Asset, Exposure, Finding } from '@cnapp-slo/model';

/** An open finding, with what is known around it. */
export interface RiskSubject {
  finding: Finding;
  asset: Asset | undefined;
  exposure: { value: Exposure | null; reason: string };
  /** An attack that is under way uses it, or may. */
  attackedBy: Finding | null;
  /** Open findings of the same asset, and of the identities that it can act as. */
  around: readonly { finding: Finding; via: 'asset' | 'assumes_role' }[];
}
