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

/** The risk of findings in their context, kept as long as nothing changes. */
export class RiskReader {
  readonly #estate: Estate;
  readonly #intelligence: Intelligence;
  readonly #kept = new Map<string, RiskJson>();
  #version = -1;

  constructor(estate: Estate, intelligence: Intelligence) {
    this.#estate = estate;
    this.#intelligence = intelligence;
  }

  of(state: FindingState | FindingRow): RiskJson {
    if (this.#version !== this.#estate.version) {
      this.#kept.clear();
      this.#version = this.#estate.version;
    }
    const { id } = state.finding;
    const risk = this.#kept.get(id) ?? this.#riskOf(state);
    this.#kept.set(id, risk);
    return risk;
  }

  #riskOf(state: FindingState | FindingRow): RiskJson {
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

  /** An open attack of the same incident. */
  #attackOn({ episodes }: FindingState | FindingRow): Finding | null {
    const last = episodes.at(-1);
    const group = last && last.state !== 'closed' ? this.#estate.incidents.of(last) : null;
    const attack = group?.members.find(
      ({ episode }) => stageOf(episode.detectorClass) === 'attack' && episode.state !== 'closed',
    );
    return attack?.finding ?? null;
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
export function byRisk(a: RiskJson, b: RiskJson): number {
  return (
    DECISIONS.indexOf(b.decision) - DECISIONS.indexOf(a.decision) || b.score - a.score || b.score_max - a.score_max
  );
}
