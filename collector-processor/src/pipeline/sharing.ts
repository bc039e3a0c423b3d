import type { AssetRef, Clock, Clocks, Episode, Finding } from '@cnapp-slo/model';
import type { AssetState } from './asset-state.ts';
import type { FindingState } from './finding-state.ts';

/** What grows is copied first (`structuredClone`): an empty list is never added to. */
const NO_LINKS: Finding['links'] = [];
const NO_IDS: string[] = [];
const NO_SUSPENSIONS: Episode['suspensions'] = [];

/**
 * A million findings say few different things. What is parsed from JSON is a copy each time: here equal texts, references,
 * stamps and clocks become one. Values stay as they are, so that nothing but the memory is different.
 */
export class Sharing {
  /** Bounds what texts that never come again may take. */
  static readonly MOST_TEXTS = 100_000;
  readonly #texts = new Map<string, string>();
  readonly #scopes = new Map<string, string[]>();

  text(value: string): string {
    const known = this.#texts.get(value);
    if (known !== undefined) return known;
    if (this.#texts.size >= Sharing.MOST_TEXTS) this.#texts.clear();
    this.#texts.set(value, value);
    return value;
  }

  /** `id` is the key that the state is kept under, `ref` what the inventory keeps of its asset. */
  finding(id: string, state: FindingState, ref: AssetRef | undefined): void {
    const { finding } = state;
    finding.id = id;
    finding.tenant = this.text(finding.tenant);
    finding.detector = this.text(finding.detector);
    finding.rule = this.text(finding.rule);
    finding.title = this.text(finding.title);
    if (finding.remediation !== undefined) finding.remediation = this.text(finding.remediation);
    if (finding.links.length === 0) finding.links = NO_LINKS;
    if (finding.evidence) this.#fields(finding.evidence);
    if (ref && isSameRef(ref, finding.asset)) finding.asset = ref;
    state.scopes = this.#scopeList(state.scopes);
    for (const episode of state.episodes) this.#episode(episode, state);
  }

  asset({ asset, stamps }: AssetState): void {
    const { ref, context } = asset;
    asset.tenant = this.text(asset.tenant);
    asset.team = this.text(asset.team);
    ref.kind = this.text(ref.kind);
    if (ref.account !== undefined) ref.account = this.text(ref.account);
    if (ref.region !== undefined) ref.region = this.text(ref.region);
    if (ref.cluster !== undefined) ref.cluster = this.text(ref.cluster);
    if (ref.namespace !== undefined) ref.namespace = this.text(ref.namespace);
    this.#fields(context as Record<string, unknown>);
    const known = new Map<string, (typeof stamps)[string]>();
    for (const [field, stamp] of Object.entries(stamps)) {
      const same = known.get(stamp[1]);
      if (same && same[0] === stamp[0]) stamps[field] = same;
      else known.set(stamp[1], stamp);
    }
  }

  #episode(episode: Episode, { finding }: FindingState): void {
    episode.findingId = finding.id;
    episode.tenant = finding.tenant;
    episode.detector = this.text(episode.detector);
    episode.rule = this.text(episode.rule);
    if (episode.candidateChangeIds.length === 0) episode.candidateChangeIds = NO_IDS;
    if (episode.suspensions.length === 0) episode.suspensions = NO_SUSPENSIONS;
    if (episode.traceIds.length === 0) episode.traceIds = NO_IDS;
    this.#clocks(episode.clocks);
  }

  #clocks(clocks: Clocks): void {
    const known: Clock[] = [];
    for (const [name, clock] of Object.entries(clocks) as [keyof Clocks, Clock][]) {
      clock.source = this.text(clock.source);
      const same = known.find((one) => isSameClock(one, clock));
      if (same) clocks[name] = same;
      else known.push(clock);
    }
  }

  #fields(fields: Record<string, unknown>): void {
    for (const [name, value] of Object.entries(fields)) if (typeof value === 'string') fields[name] = this.text(value);
  }

  #scopeList(scopes: string[]): string[] {
    const key = scopes.join('\n');
    const known = this.#scopes.get(key);
    if (known) return known;
    if (this.#scopes.size >= Sharing.MOST_TEXTS) this.#scopes.clear();
    this.#scopes.set(key, scopes);
    return scopes;
  }
}

/** The text too is the same: what is written again must not differ. */
function isSameRef(a: AssetRef, b: AssetRef): boolean {
  return a.id === b.id && (a === b || JSON.stringify(a) === JSON.stringify(b));
}

function isSameClock(a: Clock, b: Clock): boolean {
  return a.atMs === b.atMs && a.factId === b.factId && JSON.stringify(a) === JSON.stringify(b);
}
