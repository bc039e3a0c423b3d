/** Something that an actor can change about an asset, and the changes that do it. Data; matched by `canCause`. */
export interface Capability {
  /** Actions of API calls (`aws:s3:PutBucketPolicy`), whole and without version suffix. */
  actions: RegExp;
  /** Where a call does many things: the request parameters of which one must be there, when they are known. */
  parameters?: RegExp;
  /** Terraform resource types that set it, and the attributes of which one must be touched where the type sets other things, too. */
  terraform?: { type: RegExp; attributes?: RegExp };
}

/** The rules, by any detector's name for them, that depend on a capability. */
export type RuleTable = readonly (readonly [rule: RegExp, ...capabilities: string[]])[];
