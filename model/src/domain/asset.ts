export type Provider = 'aws' | 'azure' | 'gcp' | 'kubernetes' | 'github' | 'gitlab' | 'oci' | 'other';

/** Asset criticality, c0 highest. */
export type Criticality = 'c0' | 'c1' | 'c2' | 'c3';

/** A thing that can be misconfigured, attacked or drift. `id` is its canonical form (see `canonical-id.ts`). */
export interface AssetRef {
  id: string;
  /** Lower-case kind with the provider's words, e.g. `s3_bucket`, `deployment`, `image`, `repository`. */
  kind: string;
  provider: Provider;
  name?: string;
  account?: string;
  region?: string;
  cluster?: string;
  namespace?: string;
  /** Other ids under which sources name the same asset (uids, bare ids). */
  aliases?: string[];
}

/** Whether an attacker on the internet can reach it. */
export type Exposure = 'internet' | 'internal';

/** How bad it is when the data gets out, worst last. */
export type DataClass = 'public' | 'internal' | 'confidential' | 'restricted';

export interface CodeOwnersRule {
  pattern: string;
  /** `@org/team`, `@user` or an address; none: nobody's. */
  owners: string[];
}

/** What is known of an asset besides its identity; every field unknown until a source says it. */
export interface AssetContext {
  owner?: string;
  environment?: string;
  service?: string;
  criticality?: Criticality;
  exposure?: Exposure;
  /** The most sensitive data that it holds. */
  dataClass?: DataClass;
  /** The controller that changes its size on its own (`hpa/checkout`, an auto scaling group). */
  scaledBy?: string;
  /** Within which that controller may set the number of replicas. */
  scaleBounds?: { min: number; max: number };
  /** Of a repository: whose its files are, by pattern; the last that matches decides. */
  codeOwners?: CodeOwnersRule[];
  /** Where the asset is declared. */
  iac?: { repository: string; path?: string; revision?: string };
}

/** The asset as the inventory knows it. `team` is the owner, literal `unowned` where none is known. */
export interface Asset {
  ref: AssetRef;
  tenant: string;
  context: AssetContext;
  team: string;
  criticality: Criticality;
  /** The policy that gave it, or the rule, where no source did. */
  criticalityReason?: string;
  teamReason?: string;
  firstSeenMs: number;
  lastSeenMs: number;
  deletedMs?: number;
  deletedCause?: string;
}
