import type { SliFacts, SliPolicy, SloEvent } from '@cnapp-slo/model';
import { HOUR_MS, inputOf, SLIS } from '@cnapp-slo/model';

/** A gate that still runs, or an SBOM on its way, may turn a member's role: it is announced when it has stood this long. */
const SETTLED_MS = HOUR_MS;
/** What is older when we first hear of it is history, and never enters burn alerts. */
const RECENT_MS = 24 * HOUR_MS;

/** Good and bad members of the SLIs that count changes, digests and groups, for alerting. */
export class SettledMembers {
  /** `<sli> <member> <role>` → since when. In memory only: after a restart they settle again. */
  #since = new Map<string, number>();

  /** What has settled by `nowMs`, whether it was announced before or not. */
  events(facts: SliFacts, policy: SliPolicy, nowMs: number): SloEvent[] {
    const since = new Map<string, number>();
    const settled: SloEvent[] = [];
    for (const tenant of tenantsIn(facts)) {
      const input = inputOf(liveFacts(facts, tenant), nowMs - RECENT_MS, nowMs, policy);
      for (const { definition, compute } of SLIS) {
        if (definition.counting !== 'members') continue;
        for (const { episodeId, role } of compute(input).members) {
          if (role !== 'good' && role !== 'bad') continue;
          const key = `${definition.id} ${tenant} ${episodeId} ${role}`;
          const fromMs = this.#since.get(key) ?? nowMs;
          since.set(key, fromMs);
          if (nowMs - fromMs < SETTLED_MS) continue;
          settled.push({ sli: definition.id, episodeId, tenant, outcome: role, decidedMs: nowMs });
        }
      }
    }
    this.#since = since;
    return settled;
  }
}

function tenantsIn(facts: SliFacts): Set<string> {
  const tenants = new Set<string>();
  for (const { episode } of facts.episodes) tenants.add(episode.tenant);
  for (const { record } of [...facts.changes, ...facts.artifacts]) tenants.add(record.tenant);
  return tenants;
}

/** What members are made of, less what is only known from history. */
function liveFacts(facts: SliFacts, tenant: string): Partial<SliFacts> {
  return {
    episodes: facts.episodes.filter(({ episode }) => episode.tenant === tenant && episode.origin === 'live'),
    changes: facts.changes.filter(({ record }) => record.tenant === tenant && record.live),
    artifacts: facts.artifacts.filter(({ record }) => record.tenant === tenant && record.live),
  };
}
