import type { Asset, Episode, EpisodeView, Finding, Relation } from '@cnapp-slo/model';
import { SIGHTING_MS } from '@cnapp-slo/model';
import {
  detectedMs,
  groupOf,
  type IncidentGroup,
  isIncident,
  type LinkReason,
  linkOf,
  stageOf,
} from '../correlation/incident-group.ts';
import { type AssetState, relationsOf, UNOWNED } from './asset-state.ts';
import type { EpisodeRow } from './episode-row.ts';
import { assetKey, digestKey } from './facts.ts';
import type { FindingState } from './finding-state.ts';
import type { FindingTable } from './finding-table.ts';
import { addTo } from './keyed.ts';

/** A member of an incident; `link` is why it joined the one that was found before it, null for the one looked at first. */
export interface IncidentMember extends EpisodeView {
  link: LinkReason | null;
}

/** What the incidents are read from. */
export interface IncidentSources {
  findings: Pick<FindingTable, 'find' | 'findEpisode' | 'onAsset' | 'candidates'>;
  assets: { get(key: string): AssetState | undefined };
  rules: { suppression(finding: Finding, asset: Asset | undefined): object | null };
}

const DIGEST = /sha256:[0-9a-f]{64}/;

/**
 * Which episodes make up which incident. Neighbours are the same asset, an asset that one is related to, and what ran or
 * scanned the same image digest. Groups are worked out when they are asked for, and kept until something changes.
 */
export class Incidents {
  readonly #sources: IncidentSources;
  /** Where to look for neighbours; whether they are is told from their present state. Digest → findings that name it, and assets that ran it. */
  readonly #naming = new Map<string, Set<string>>();
  readonly #running = new Map<string, Set<string>>();
  /** Asset → assets that say they are related to it. */
  readonly #relatedTo = new Map<string, Set<string>>();
  readonly #groups = new Map<string, IncidentGroup<IncidentMember>>();
  /** Digest → team of what runs it, kept as long. */
  readonly #teams = new Map<string, string>();

  constructor(sources: IncidentSources) {
    this.#sources = sources;
  }

  noteFinding(id: string, { finding, episodes }: FindingState): void {
    const digest = episodes.some(isIncident) ? digestOf(finding) : undefined;
    if (digest !== undefined) addTo(this.#naming, digestKey(finding.tenant, digest), id);
  }

  noteAsset(key: string, state: AssetState): void {
    const { tenant } = state.asset;
    for (const digest of Object.keys(state.ran ?? {})) addTo(this.#running, digestKey(tenant, digest), key);
    for (const target of reachOf(state)) addTo(this.#relatedTo, target, key);
  }

  changed(): void {
    this.#groups.clear();
    this.#teams.clear();
  }

  /** The incident that the episode belongs to; null when it demands no alert. */
  of(
    episode: Pick<Episode, 'id' | 'findingId'> & Parameters<typeof isIncident>[0],
  ): IncidentGroup<IncidentMember> | null {
    const known = this.#groups.get(episode.id);
    if (known || !isIncident(episode)) return known ?? null;
    const row = this.#sources.findings.findEpisode(episode.id);
    if (!row || this.#isSuppressed(row.finding)) return null;
    const left = new Map<string, Set<string>>();
    const group = groupOf<IncidentMember>({ ...memberOf(row), link: null }, (member, isKnown) =>
      this.#linkedTo(member, isKnown, left),
    );
    for (const member of group.members) this.#groups.set(member.episode.id, group);
    return group;
  }

  all(): IncidentGroup<IncidentMember>[] {
    const groups = new Set<IncidentGroup<IncidentMember>>();
    for (const { episodes } of this.#sources.findings.candidates()) {
      for (const episode of episodes) {
        const group = this.of(episode);
        if (group) groups.add(group);
      }
    }
    return [...groups];
  }

  /** Assets that say they are related to this one, or said so; `owns` left out. */
  relatedTo(key: string): Iterable<string> {
    return this.#relatedTo.get(key) ?? [];
  }

  /** Assets that run the digest that the finding is about, by their latest sight. */
  runnersOf(finding: Finding): AssetState[] {
    const digest = digestOf(finding);
    return digest === undefined ? [] : this.#ran(finding.tenant, digest).filter((state) => isRunning(state, digest));
  }

  /** Whose the finding is: its asset's team; where nobody owns an image, the team of what runs the digest (SLI-DEFINITIONS 0). */
  teamOf(finding: Finding, asset: Asset | undefined): string {
    const team = asset?.team ?? UNOWNED;
    const digest = team === UNOWNED && finding.asset.kind === 'image' ? digestOf(finding) : undefined;
    if (digest === undefined) return team;
    const key = digestKey(finding.tenant, digest);
    const known = this.#teams.get(key) ?? teamRunning(this.#ran(finding.tenant, digest), digest);
    this.#teams.set(key, known);
    return known;
  }

  #ran(tenant: string, digest: string): AssetState[] {
    const keys = this.#running.get(digestKey(tenant, digest)) ?? [];
    return [...keys].flatMap((key) => this.#sources.assets.get(key) ?? []);
  }

  /** `left`: what is still to be looked at of each place; an image with a thousand weaknesses is not looked at a thousand times. */
  #linkedTo(
    member: IncidentMember,
    isKnown: (episodeId: string) => boolean,
    left: Map<string, Set<string>>,
  ): IncidentMember[] {
    const linked = new Map<string, IncidentMember>();
    for (const place of this.#placesNear(member)) {
      const ids = left.get(place) ?? this.#candidatesAt(place);
      left.set(place, ids);
      for (const id of ids) {
        const row = this.#sources.findings.find(id);
        const all = row?.episodes.filter(isIncident) ?? [];
        let isDone = true;
        for (const other of all) {
          if (isKnown(other.id) || linked.has(other.id)) continue;
          const link = this.#linkBetween(member, other.view);
          if (link === null) isDone = false;
          else linked.set(other.id, { ...memberOf(other), link });
        }
        if (isDone) ids.delete(id);
      }
    }
    return [...linked.values()];
  }

  #linkBetween(member: IncidentMember, other: EpisodeView): LinkReason | null {
    const isSameAsset = other.finding.asset.id === member.finding.asset.id;
    const link = linkOf(member.episode, other.episode, isSameAsset);
    return link !== null && (isSameAsset || this.#areNeighbours(member, other)) ? link : null;
  }

  #areNeighbours(a: IncidentMember, b: EpisodeView): boolean {
    const [ofA, ofB] = [this.#stateOf(a.finding), this.#stateOf(b.finding)];
    const [keyA, keyB] = [keyOf(a.finding), keyOf(b.finding)];
    if (reachOf(ofA).has(keyB) || reachOf(ofB).has(keyA)) return true;
    const digests = digestsAt(a, ofA);
    for (const digest of digestsAt(b, ofB)) if (digests.has(digest)) return true;
    return false;
  }

  /** Keys of the asset and digests of the member, and of assets that may be its neighbours. */
  #placesNear(member: IncidentMember): Set<string> {
    const { finding } = member;
    const own = keyOf(finding);
    const state = this.#stateOf(finding);
    const places = new Set([own, ...reachOf(state), ...(this.#relatedTo.get(own) ?? [])]);
    for (const digest of digestsAt(member, state)) {
      const key = digestKey(finding.tenant, digest);
      places.add(key);
      for (const asset of this.#running.get(key) ?? []) places.add(asset);
    }
    return places;
  }

  #candidatesAt(place: string): Set<string> {
    const { findings } = this.#sources;
    const named = [...(this.#naming.get(place) ?? [])].flatMap((id) => findings.find(id) ?? []);
    const rows = [...findings.onAsset(place), ...named];
    return new Set(rows.filter((row) => row.isCandidate && !this.#isSuppressed(row.finding)).map(({ id }) => id));
  }

  #isSuppressed(finding: Finding): boolean {
    return this.#sources.rules.suppression(finding, this.#stateOf(finding)?.asset) !== null;
  }

  #stateOf(finding: Finding): AssetState | undefined {
    return this.#sources.assets.get(keyOf(finding));
  }
}

/** All of it, to be kept. */
function memberOf({ finding, seq, table, asset }: EpisodeRow): EpisodeView {
  const state = table.findings.get(finding.id) as FindingState;
  return { episode: state.episodes.find((one) => one.seq === seq) as Episode, finding: state.finding, asset };
}

/** The digests that the episode is about: what was scanned; and for an attack, all that its asset ran at the time. */
export function digestsAt({ episode, finding }: EpisodeView, state: AssetState | undefined): Set<string> {
  const digests = new Set<string>();
  const named = digestOf(finding);
  if (named !== undefined) digests.add(named);
  if (stageOf(episode.detectorClass) === 'weakness') return digests;
  const atMs = detectedMs(episode);
  for (const [digest, [firstMs, lastMs]] of Object.entries(state?.ran ?? {})) {
    if (firstMs - SIGHTING_MS <= atMs && atMs <= lastMs + SIGHTING_MS) digests.add(digest);
  }
  return digests;
}

function isRunning({ asset, ran = {} }: AssetState, digest: string): boolean {
  const latestMs = Math.max(...Object.values(ran).map(([, lastMs]) => lastMs));
  return asset.deletedMs === undefined && ran[digest]?.[1] === latestMs;
}

/**
 * The team of the most critical workload that runs the digest, of several the one that ran it first; where none runs it any
 * more, of the last one that did. It changes only when that workload does: people who were told keep it.
 */
function teamRunning(states: readonly AssetState[], digest: string): string {
  const seen = ({ ran }: AssetState): readonly [firstMs: number, lastMs: number] => ran?.[digest] ?? [0, 0];
  const owned = states.filter(({ asset }) => asset.team !== UNOWNED);
  owned.sort(
    (a, b) =>
      Number(a.asset.criticality > b.asset.criticality) - Number(b.asset.criticality > a.asset.criticality) ||
      seen(a)[0] - seen(b)[0] ||
      (a.asset.ref.id < b.asset.ref.id ? -1 : 1),
  );
  const now = owned.find((state) => isRunning(state, digest));
  const last = now ?? owned.toSorted((a, b) => seen(b)[1] - seen(a)[1])[0];
  return last?.asset.team ?? UNOWNED;
}

function digestOf(finding: Finding): string | undefined {
  return DIGEST.exec(String(finding.evidence?.digest ?? ''))?.[0];
}

function keyOf(finding: Finding): string {
  return assetKey(finding.tenant, finding.asset.id);
}

/**
 * The assets one step away. `owns` leads from teams and namespaces to all they have: it tells whose a thing is, not what
 * an attack can reach. An image that is known by its digest is joined by that alone.
 */
function reachOf(state: AssetState | undefined): Set<string> {
  const isReach = ({ rel, to }: Relation): boolean => rel !== 'owns' && !(rel === 'runs_image' && DIGEST.test(to));
  const { tenant } = state?.asset ?? { tenant: '' };
  return new Set(
    relationsOf(state)
      .filter(isReach)
      .map(({ to }) => assetKey(tenant, to)),
  );
}
