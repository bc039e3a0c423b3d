import type { Asset, ChangeObservation, Finding, PolicyEvaluationJson, PolicyJson } from '@cnapp-slo/model';
import { ofAsset, ofChange, ofFinding, type PolicyContext } from './context.ts';
import type { Policy } from './policy.ts';
import { readPolicies, signatureOf } from './policy-folder.ts';

/** The log's length: the latest evaluations that held or failed, and the latest others. */
const LOGGED = 1000;

export interface PolicyBookSettings {
  /** A file or folder; undefined: no policies. */
  path: string | undefined;
  now: () => number;
  /** `outcome` is `match`, `no_match` or `error`. */
  counted: (policy: string, mode: string, outcome: string) => void;
  reloaded: (outcome: 'loaded' | 'refused', message: string) => void;
}

/** Why nobody is told of a finding, whose word that is, and until when (epoch ms). */
export interface Suppression {
  policy: string;
  owner: string;
  reason: string;
  expiresMs: number;
}

/** Findings are replaced when something becomes known of them, and assets too. */
type Answers = WeakMap<Finding, { version: number; asset: Asset | undefined; found: Suppression | null }>;

type Counts = Record<'match' | 'no_match' | 'error', number>;

/** The policies in force. A folder that is not right as a whole is refused, and what was in force stays so. */
export class PolicyBook {
  readonly #settings: PolicyBookSettings;
  #policies: readonly Policy[] = [];
  #signature: string | null = null;
  #refusal: string | null = null;
  #loadedMs: number | null = null;
  readonly #uses = new Map<string, readonly Policy[]>();
  readonly #suppressions: Answers = new WeakMap();
  readonly #ignores: Answers = new WeakMap();
  readonly #counts = new Map<string, Counts>();
  readonly #told: PolicyEvaluationJson[] = [];
  readonly #quiet: PolicyEvaluationJson[] = [];
  /** Moves when other policies are in force: a key for caches. */
  version = 0;

  /** Throws an Error that names the key and the file when the policies at start are not right. */
  constructor(settings: PolicyBookSettings) {
    this.#settings = settings;
    if (settings.path === undefined) return;
    this.#signature = signatureOf(settings.path);
    try {
      this.#policies = readPolicies(settings.path);
    } catch (error) {
      throw new Error(`policies.path: ${error instanceof Error ? error.message : String(error)}`, { cause: error });
    }
    this.#loadedMs = settings.now();
    this.version = 1;
  }

  get policies(): readonly Policy[] {
    return this.#policies;
  }

  /** Reads the files again where they changed. True: other policies are in force now. */
  reload(): boolean {
    const { path, now, reloaded } = this.#settings;
    if (path === undefined) return false;
    const signature = signatureOf(path);
    if (signature === this.#signature) return false;
    this.#signature = signature;
    try {
      this.#policies = readPolicies(path);
    } catch (error) {
      this.#refusal = error instanceof Error ? error.message : String(error);
      reloaded('refused', this.#refusal);
      return false;
    }
    this.#refusal = null;
    this.#uses.clear();
    this.#loadedMs = now();
    this.version += 1;
    reloaded('loaded', `${this.#policies.length} policies`);
    return true;
  }

  over(over: Policy['over'], effect: string): readonly Policy[] {
    const key = `${over} ${effect}`;
    const known = this.#uses.get(key);
    if (known) return known;
    const policies = this.#policies.filter((policy) => policy.over === over && effect in policy.effect);
    this.#uses.set(key, policies);
    return policies;
  }

  /** What no source says of the asset, from the first policy in force that says it, by name. */
  describe(asset: Asset): Asset {
    let described = asset;
    for (const policy of this.over('asset', 'set')) {
      if (!('set' in policy.effect)) continue;
      const { criticality, owner } = policy.effect.set;
      const needsCriticality = criticality !== undefined && isUnsaid(described, 'criticality');
      const needsOwner = owner !== undefined && isUnsaid(described, 'owner');
      if (!needsCriticality && !needsOwner) continue;
      if (!this.holds(policy, { asset: ofAsset(asset) }, asset.ref.id)) continue;
      described = { ...described };
      if (needsCriticality) Object.assign(described, { criticality, criticalityReason: reasonOf(policy) });
      if (needsOwner) Object.assign(described, { team: owner, teamReason: reasonOf(policy) });
    }
    return described;
  }

  /** The policy that keeps people from being told; null where none does, or it has expired. */
  suppression(finding: Finding, asset: Asset | undefined): Suppression | null {
    if (this.over('finding', 'suppress').length === 0) return null;
    const found = this.#answer(this.#suppressions, finding, asset, () => this.#findSuppression(finding, asset));
    return found && found.expiresMs > this.#settings.now() ? found : null;
  }

  /** Asked again only when the finding, its asset or the policies are others. */
  #answer(
    answers: Answers,
    finding: Finding,
    asset: Asset | undefined,
    find: () => Suppression | null,
  ): Suppression | null {
    const known = answers.get(finding);
    if (known?.version === this.version && known.asset === asset) return known.found;
    const found = find();
    answers.set(finding, { version: this.version, asset, found });
    return found;
  }

  #findSuppression(finding: Finding, asset: Asset | undefined): Suppression | null {
    for (const policy of this.over('finding', 'suppress')) {
      if (!('suppress' in policy.effect)) continue;
      const { reason, expires } = policy.effect.suppress;
      const expiresMs = Date.parse(expires);
      if (expiresMs <= this.#settings.now() || !this.holds(policy, contextOf(finding, asset), finding.id)) continue;
      return { policy: policy.name, owner: policy.owner, reason, expiresMs };
    }
    return null;
  }

  /** The policy by which a difference is no drift until it expires, also when that is past: what it hid then stays hidden. */
  ignored(finding: Finding, asset: Asset | undefined): Suppression | null {
    if (finding.detectorClass !== 'drift' || this.over('finding', 'ignore').length === 0) return null;
    return this.#answer(this.#ignores, finding, asset, () => this.#findIgnore(finding, asset));
  }

  #findIgnore(finding: Finding, asset: Asset | undefined): Suppression | null {
    for (const policy of this.over('finding', 'ignore')) {
      if (!('ignore' in policy.effect) || !this.holds(policy, contextOf(finding, asset), finding.id)) continue;
      const { reason, expires } = policy.effect.ignore;
      return { policy: policy.name, owner: policy.owner, reason, expiresMs: Date.parse(expires) };
    }
    return null;
  }

  labels(finding: Finding, asset: Asset | undefined): string[] {
    return this.over('finding', 'classify').flatMap((policy) =>
      'classify' in policy.effect && this.holds(policy, contextOf(finding, asset), finding.id)
        ? [policy.effect.classify.label]
        : [],
    );
  }

  /** Evaluates, counts and logs. False in `audit`, which takes no effect. */
  holds(policy: Policy, context: Partial<PolicyContext>, subject: string): boolean {
    const outcome = policy.evaluate(context);
    const { name, version, mode } = policy;
    this.#settings.counted(name, mode, outcome.result);
    const counts = this.#counts.get(name) ?? { match: 0, no_match: 0, error: 0 };
    counts[outcome.result] += 1;
    this.#counts.set(name, counts);
    const entry: PolicyEvaluationJson = {
      at: new Date(this.#settings.now()).toISOString(),
      policy: name,
      version,
      mode,
      subject,
      outcome: outcome.result,
      message: outcome.result === 'error' ? outcome.message : null,
    };
    const log = outcome.result === 'no_match' ? this.#quiet : this.#told;
    log.push(entry);
    if (log.length > LOGGED) log.shift();
    return outcome.result === 'match' && mode !== 'audit';
  }

  list(): PolicyJson[] {
    return this.#policies.map((policy) => ({
      name: policy.name,
      version: policy.version,
      owner: policy.owner,
      description: policy.description,
      mode: policy.mode,
      over: policy.over,
      when: policy.when,
      effect: Object.keys(policy.effect)[0] ?? '',
      examples: policy.examples.length,
      evaluations: this.#counts.get(policy.name) ?? { match: 0, no_match: 0, error: 0 },
      loaded_at: new Date(this.#loadedMs ?? 0).toISOString(),
    }));
  }

  /** Why the files as they are now are not in force; null when they are. */
  get refusal(): string | null {
    return this.#refusal;
  }

  /** The latest first. */
  evaluations(policy: string | undefined, limit: number): PolicyEvaluationJson[] {
    const entries = [...this.#told, ...this.#quiet].filter((entry) => policy === undefined || entry.policy === policy);
    return entries.sort((a, b) => (a.at < b.at ? 1 : a.at > b.at ? -1 : 0)).slice(0, limit);
  }
}

export function contextOf(finding: Finding, asset: Asset | undefined): Partial<PolicyContext> {
  return { finding: ofFinding(finding), ...(asset && { asset: ofAsset(asset) }) };
}

export function contextOfChange(change: ChangeObservation, asset: Asset | undefined): Partial<PolicyContext> {
  return { change: ofChange(change), ...(asset && { asset: ofAsset(asset) }) };
}

function reasonOf({ name, version, description }: Policy): string {
  return `policy ${name} ${version}${description === null ? '' : `: ${description}`}`;
}

function isUnsaid(asset: Asset, field: 'criticality' | 'owner'): boolean {
  const { context, criticalityReason, teamReason } = asset;
  return field === 'criticality'
    ? context.criticality === undefined && criticalityReason === undefined
    : context.owner === undefined && teamReason === undefined;
}
