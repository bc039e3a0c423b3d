import type { Asset, Exposure, Finding, RiskJson } from '@cnapp-slo/model';
import { stageOf } from '../correlation/incident-group.ts';
import { type AssetState, relationsOf } from '../pipeline/asset-state.ts';
import type { Estate } from '../pipeline/estate.ts';
import { assetKey } from '../pipeline/facts.ts';
import type { FindingRow } from '../pipeline/finding-row.ts';
import type { FindingState } from '../pipeline/finding-state.ts';
import type { Intelligence } from '../policy/risk/intelligence.ts';
import { riskOf } from '../policy/risk/risk.ts';
import { DECISIONS } from '../policy/risk/ssvc.ts';

/** Rules that fail where the internet reaches an asset. */
const PUBLIC_RULE = /public|internet|anonymous|0_0_0_0|open_to_(the_)?world/i;
/** A load balancer before a service before a workload. */
const MAX_HOPS = 3;

/** What orders findings by risk. */
type Rank = Pick<RiskJson, 'decision' | 'score' | 'score_max'>;

/** The risk of findings in their context. */
export class RiskReader {
  readonly #estate: Estate;
  readonly #intelligence: Intelligence;
  /** By the finding's row, kept as long as nothing changes; few different ones, each an object for all that have it. */
  readonly #ranks = new Map<number, Rank>();
  readonly #sharedRanks = new Map<string, Rank>();
  /** Episodes of incidents with an open attack → the first of these, kept as long. */
  #attacks: Map<string, Finding> | null = null;
  #version = -1;

  constructor(estate: Estate, intelligence: Intelligence) {
    this.#estate = estate;
    this.#intelligence = intelligence;
  }

  rankOf(finding: FindingRow): Rank {
    this.#forgetOld();
    const known = this.#ranks.get(finding.row);
    if (known) return known;
    const { decision, score, score_max } = this.of(finding);
    const key = `${decision} ${score} ${score_max}`;
    const rank = this.#sharedRanks.get(key) ?? { decision, score, score_max };
    this.#sharedRanks.set(key, rank);
    this.#ranks.set(finding.row, rank);
    return rank;
  }

  of(state: FindingState | FindingRow): RiskJson {
    const { finding } = state;
    const key = assetKey(finding.tenant, finding.asset.id);
    const own = this.#estate.assets.assetOf(key);
    // What a registry holds is as critical, and as exposed, as what runs it.
    const runners = own?.ref.kind === 'image' ? this.#estate.incidents.runnersOf(finding) : [];
    const keys = [key, ...runners.map(({ asset: { tenant, ref } }) => assetKey(tenant, ref.id))];
    const exposures = keys.map((one) => this.#exposureOf(one));
    const subject = {
      finding,
      asset: mostCritical(own, runners),
      exposure: exposures.find(({ value }) => value === 'internet') ??
        exposures.find(({ value }) => value !== null) ?? {
          value: null,
          reason: 'nothing says whether the internet reaches it',
        },
      attackedBy: this.#attackOn(state),
      around: [
        ...this.#openOn(key).map((other) => ({ finding: other, via: 'asset' as const })),
        ...this.#identitiesOf(key).flatMap((role) =>
          this.#openOn(role).map((other) => ({ finding: other, via: 'assumes_role' as const })),
        ),
      ],
    };
    return riskOf(subject, this.#intelligence);
  }

  #forgetOld(): void {
    if (this.#version === this.#estate.version) return;
    this.#ranks.clear();
    this.#sharedRanks.clear();
    this.#attacks = null;
    this.#version = this.#estate.version;
  }

  /** An open attack of the same incident. */
  #attackOn({ episodes }: FindingState | FindingRow): Finding | null {
    const last = episodes.at(-1);
    if (!last || last.state === 'closed') return null;
    this.#forgetOld();
    this.#attacks ??= this.#openAttacks();
    return this.#attacks.get(last.id) ?? null;
  }

  /** Found from the attacks, which are few: an incident is the same from each of its members. */
  #openAttacks(): Map<string, Finding> {
    const attacks = new Map<string, Finding>();
    for (const { episode } of this.#estate.findings.episodes.open()) {
      if (stageOf(episode.detectorClass) !== 'attack' || attacks.has(episode.id)) continue;
      const members = this.#estate.incidents.of(episode)?.members ?? [];
      const first = members.find(
        (member) => stageOf(member.episode.detectorClass) === 'attack' && member.episode.state !== 'closed',
      );
      if (first) for (const member of members) attacks.set(member.episode.id, first.finding);
    }
    return attacks;
  }

  #exposureOf(key: string, hops = MAX_HOPS): { value: Exposure | null; reason: string } {
    const asset = this.#estate.assets.assetOf(key);
    const said = asset?.context.exposure;
    if (said !== undefined)
      return {
        value: said,
        reason: `${asset?.ref.name ?? asset?.ref.id} is ${said === 'internet' ? 'reached from the internet' : 'internal'}`,
      };
    const open = this.#openOn(key).find(
      ({ detectorClass, rule }) => detectorClass === 'posture' && PUBLIC_RULE.test(rule),
    );
    if (open) return { value: 'internet', reason: `open finding: ${open.title}` };
    if (hops > 0) {
      for (const other of this.#estate.incidents.relatedTo(key)) {
        if (
          !relationsOf(this.#estate.assets.get(other)).some(
            ({ rel, to }) => rel === 'exposes' && key.endsWith(`:${to}`),
          )
        )
          continue;
        const behind = this.#exposureOf(other, hops - 1);
        if (behind.value === 'internet') return { value: 'internet', reason: `behind ${behind.reason}` };
      }
    }
    return { value: null, reason: 'nothing says whether the internet reaches it' };
  }

  /** Roles that it can act as, through its service account too. */
  #identitiesOf(key: string, hops = 2): string[] {
    const state = this.#estate.assets.get(key);
    const roles = relationsOf(state).flatMap(({ rel, to }) =>
      rel === 'assumes_role' && state ? [assetKey(state.asset.tenant, to)] : [],
    );
    return hops > 1 ? [...roles, ...roles.flatMap((role) => this.#identitiesOf(role, hops - 1))] : roles;
  }

  #openOn(key: string): Finding[] {
    const rows = this.#estate.findings.onAsset(key).filter(({ isOpen }) => isOpen);
    return rows.map(({ finding }) => finding);
  }
}

function mostCritical(own: Asset | undefined, runners: readonly AssetState[]): Asset | undefined {
  if (!own || own.context.criticality !== undefined || own.criticalityReason !== undefined) return own;
  const said = runners
    .map(({ asset }) => asset)
    .filter(({ context, criticalityReason }) => context.criticality !== undefined || criticalityReason !== undefined);
  const worst = said.sort((a, b) => (a.criticality < b.criticality ? -1 : 1))[0];
  if (!worst) return own;
  return { ...own, criticality: worst.criticality, criticalityReason: `runs as ${worst.ref.name ?? worst.ref.id}` };
}

/** Decision first, number second. */
export function byRisk(a: Rank, b: Rank): number {
  return (
    DECISIONS.indexOf(b.decision) - DECISIONS.indexOf(a.decision) || b.score - a.score || b.score_max - a.score_max
  );
}
