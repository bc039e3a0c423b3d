import type {
  Asset,
  AssetAt,
  AssetJson,
  ChangeJson,
  ChangeObservation,
  Episode,
  EpisodeState,
  EstateReader,
  Finding,
  FindingJson,
  IncidentJson,
  IncidentStepJson,
  LabelsJson,
  ListQuery,
  NowMs,
  Page,
  ScopeJson,
  SourceJson,
} from '@cnapp-slo/model';
import {
  covers,
  deadlineOf,
  isExerciseTenant,
  remediationDeadlineApplies,
  SEVERITIES,
  stateAt,
} from '@cnapp-slo/model';
import { findingOfSubject, incidentIdOf } from '../pipeline/facts.ts';
import type { FindingRow } from '../pipeline/finding-row.ts';
import type { FindingState } from '../pipeline/finding-state.ts';
import type { Processor } from '../pipeline/processor.ts';
import { allowedLatenessMs, freshness, intervalSeconds, type SourceState } from '../pipeline/sources.ts';
import { type Intelligence, NO_LISTS } from '../policy/risk/intelligence.ts';
import { AssetReader } from './asset-reader.ts';
import { matches } from './filter.ts';
import { chainOf, incidentJson } from './incident-json.ts';
import { changeJson, episodeJson, iso, isoOrNull, scopeJson } from './json.ts';
import { labelValues } from './label-values.ts';
import { byRisk, RiskReader } from './risk-reader.ts';
import { decodeCursor, encodeCursor, pageOf, placeOf } from './window.ts';

const DEFAULT_LIMIT = 100;

/** Lists and detail pages from the estate. */
export class ProcessorEstateReader implements EstateReader {
  readonly #processor: Processor;
  readonly #assets: AssetReader;
  readonly #risks: RiskReader;
  readonly #now: NowMs;
  readonly #intervals: Readonly<Record<string, number>>;

  constructor(
    processor: Processor,
    now: NowMs,
    intervals: Readonly<Record<string, number>>,
    intelligence: Intelligence = NO_LISTS,
  ) {
    this.#processor = processor;
    this.#risks = new RiskReader(processor.estate, intelligence);
    this.#assets = new AssetReader(processor);
    this.#now = now;
    this.#intervals = intervals;
  }

  /** Findings that ever failed; open ones first, then by risk where asked, then the most severe, then the latest. */
  findings(query: ListQuery): Page<FindingJson> {
    const { estate } = this.#processor;
    const open: Listed[] = [];
    const closed: number[] = [];
    for (const row of estate.findings.rows()) {
      const last = row.episodes.at(-1);
      if (!last || isHiddenExercise(row.tenant, query)) continue;
      if (query.detector !== undefined && row.detector !== query.detector) continue;
      if (query.asset !== undefined && row.asset.id !== query.asset) continue;
      if (query.state !== undefined && !this.#isInState(row, query.state)) continue;
      if (!matches(this.#owned({ finding: row.finding, asset: row.inventoried }), query)) continue;
      if (last.state === 'closed') closed.push(row.row);
      else open.push(this.#listed(row));
    }
    const rows = open
      .sort(
        (a, b) =>
          (query.sort === 'risk' ? byRisk(this.#risks.rankOf(a.row), this.#risks.rankOf(b.row)) : 0) || byAge(a, b),
      )
      .map(({ row }) => row.row);
    // Of a long history there are very many, on pages that hardly anybody turns to.
    const isAmongOpen = placeOf(query) + (query.limit ?? DEFAULT_LIMIT) < open.length;
    const rest = isAmongOpen ? closed : closed.map((row) => this.#listed(estate.findings.row(row))).sort(byAge);
    for (const one of rest) rows.push(typeof one === 'number' ? one : one.row.row);
    return pageOf(rows, query, (row) => this.#findingJson(estate.findings.whole(row)));
  }

  #listed(row: FindingRow): Listed {
    const detectedMs = row.episodes.at(-1)?.clocks.t_detect?.atMs ?? 0;
    return { row, severity: SEVERITIES.indexOf(row.severity), detectedMs };
  }

  finding(id: string): FindingJson | null {
    const findingId = findingOfSubject(id);
    const state = findingId === null ? undefined : this.#processor.estate.findings.get(findingId);
    if (!state) return null;
    const { finding } = state;
    const changeOf = (changeId: string): ChangeObservation | undefined =>
      this.#processor.change(finding.tenant, changeId);
    const asset = this.#processor.estate.assetOf(state);
    const { deadlines } = this.#processor.sliPolicy;
    const deadlineAt = (episode: Episode): number | null =>
      remediationDeadlineApplies(episode) ? deadlineOf(episode, asset, deadlines) : null;
    return {
      ...this.#findingJson(state),
      episodes: state.episodes.toReversed().map((episode) => {
        const [lead] = this.#processor.estate.incidents.of(episode)?.members ?? [];
        const incidentId = lead ? incidentIdOf(lead.episode.id) : null;
        const deadlineMs = deadlineAt(episode);
        return episodeJson(episode, { state: this.#stateNow(state, episode), deadlineMs, incidentId }, changeOf);
      }),
      evidence: finding.evidence ?? {},
      remediation: finding.remediation ?? null,
      links: finding.links,
      actions: finding.links.filter((link) => link.rel === 'remediation'),
    };
  }

  assets(query: ListQuery & AssetAt): Page<AssetJson> {
    return this.#assets.list(query);
  }

  asset(id: string, at: AssetAt = {}): AssetJson | null {
    return this.#assets.get(id, at);
  }

  labels({ tenant }: Pick<ListQuery, 'tenant'>): LabelsJson {
    return labelValues(
      this.#processor.estate.assets.all().map(([, asset]) => asset),
      tenant,
    );
  }

  /** Latest first. */
  changes(query: ListQuery): Page<ChangeJson> {
    const limit = query.limit ?? DEFAULT_LIMIT;
    let [beforeMs, beforeSeq] =
      query.cursor === undefined
        ? [Number.MAX_SAFE_INTEGER, Number.MAX_SAFE_INTEGER]
        : decodeCursor(query.cursor, 2).map(Number);
    const items: ChangeJson[] = [];
    for (;;) {
      const rows = this.#processor.store.latestChanges(beforeMs ?? 0, beforeSeq ?? 0, limit + 1);
      for (const { seq, fact } of rows) {
        if (fact.body.kind !== 'change') continue;
        const { body } = fact;
        const wanted =
          (query.asset === undefined || body.assets.some((asset) => asset.id === query.asset)) &&
          (query.tenant === undefined || fact.tenant === query.tenant);
        if (items.length === limit && wanted)
          return { items, next_cursor: encodeCursor([beforeMs ?? 0, beforeSeq ?? 0]) };
        if (wanted) items.push(changeJson(body));
        [beforeMs, beforeSeq] = [fact.atMs, seq];
      }
      if (rows.length <= limit) return { items, next_cursor: null };
    }
  }

  /** Firing first, then the latest. */
  incidents(query: ListQuery): Page<IncidentJson> {
    const order = ['firing', 'acknowledged', 'resolved'];
    const { estate } = this.#processor;
    const rows = estate.incidents
      .all()
      .filter(({ members }) => members.some((member) => matches(this.#owned(member), query)))
      .map((group) => incidentJson(group, estate))
      .filter((incident) => query.state === undefined || incident.state === query.state)
      .sort(
        (a, b) =>
          order.indexOf(a.state) - order.indexOf(b.state) ||
          (a.started_at < b.started_at ? 1 : a.started_at > b.started_at ? -1 : a.id < b.id ? -1 : 1),
      );
    return pageOf(rows, query, (incident) => incident);
  }

  /** Takes the id of any member. */
  incident(id: string): IncidentJson | null {
    const episode = id.startsWith('i_') ? this.#processor.episode(id) : undefined;
    const group = episode && this.#processor.estate.incidents.of(episode);
    return group ? incidentJson(group, this.#processor.estate) : null;
  }

  incidentChain(id: string): IncidentStepJson[] {
    const episode = this.#processor.episode(id);
    const group = episode && this.#processor.estate.incidents.of(episode);
    if (!group) return [];
    return chainOf(group, incidentJson(group, this.#processor.estate), {
      changeOf: (tenant, changeId) => this.#processor.change(tenant, changeId),
      factsOf: (subject) => this.#processor.store.factsOf(subject),
    });
  }

  sources(): SourceJson[] {
    const order = ['silent', 'stale', 'fresh'];
    return [...this.#processor.sources.all()]
      .map((source) => this.#sourceJson(source))
      .sort((a, b) => order.indexOf(a.status) - order.indexOf(b.status) || (a.id < b.id ? -1 : 1));
  }

  scopes(query: ListQuery): Page<ScopeJson> {
    const order = ['failing', 'incomplete', 'stale', 'complete'];
    const rows = this.#processor.estate.records
      .list('scope')
      .filter(({ tenant, firstScanMs }) => firstScanMs !== null && (query.tenant ?? tenant) === tenant)
      .map((record) => scopeJson(record, this.#now()))
      .sort(
        (a, b) =>
          order.indexOf(a.status) - order.indexOf(b.status) ||
          (`${a.detector} ${a.scope}` < `${b.detector} ${b.scope}` ? -1 : 1),
      );
    return pageOf(rows, query, (row) => row);
  }

  readiness(): { ready: boolean; reason: string | null } {
    const failure = this.#processor.failure;
    return { ready: failure === null, reason: failure };
  }

  #owned<T extends { finding: Finding; asset: Asset | undefined }>(of: T): T & { team: string } {
    return { ...of, team: this.#processor.estate.incidents.teamOf(of.finding, of.asset) };
  }

  #isInState(row: FindingRow, wanted: string): boolean {
    if (wanted === 'open') return row.isOpen;
    const last = row.episodes.at(-1);
    return last !== undefined && this.#stateNow(row, last.episode) === wanted;
  }

  /** `unknown`: no scope of the finding has been looked at for two intervals. Clocks run on, and nothing closes it. */
  #stateNow({ scopes }: Pick<FindingRow, 'scopes'>, episode: Episode): EpisodeState {
    const { estate } = this.#processor;
    const now = this.#now();
    const watched = scopes.flatMap((key) => estate.records.scope(key)?.watched ?? []);
    const isLost = episode.state !== 'closed' && watched.length > 0 && !covers(watched, now);
    return isLost ? 'unknown' : stateAt(episode, now);
  }

  #findingJson(state: FindingState): FindingJson {
    const { finding } = state;
    const asset = this.#processor.estate.assetOf(state);
    const last = state.episodes.at(-1);
    const first = state.episodes[0]?.clocks.t_detect?.atMs;
    const open = last && last.state !== 'closed' ? last : undefined;
    const { rules } = this.#processor.estate;
    const suppressed = rules.suppression(finding, asset);
    return {
      id: finding.id,
      tenant: finding.tenant,
      detector: finding.detector,
      detector_class: finding.detectorClass,
      rule: finding.rule,
      title: finding.title,
      severity: finding.severity,
      state: last ? this.#stateNow(state, last) : 'closed',
      asset_id: finding.asset.id,
      asset_name: finding.asset.name ?? asset?.ref.name ?? null,
      asset_kind: finding.asset.kind,
      team: this.#processor.estate.incidents.teamOf(finding, asset),
      environment: asset?.context.environment ?? null,
      criticality: asset?.criticality ?? 'c2',
      provider: finding.asset.provider,
      account: finding.asset.account ?? null,
      discriminator: finding.discriminator ?? null,
      first_detected_at: isoOrNull(first),
      last_seen_at: iso(finding.lastSeenMs),
      ...(open && { risk: this.#risks.of(state) }),
      controls: this.#processor.estate.records.rule(finding.tenant, finding.detector, finding.rule)?.controls ?? {},
      labels: rules.labels(finding, asset),
      ...(suppressed && {
        suppressed: {
          policy: suppressed.policy,
          owner: suppressed.owner,
          reason: suppressed.reason,
          expires_at: iso(suppressed.expiresMs),
        },
      }),
      open_seconds: open ? Math.max(0, (this.#now() - (open.clocks.t_detect?.atMs ?? 0)) / 1000) : null,
    };
  }

  #sourceJson(source: SourceState): SourceJson {
    const now = this.#now();
    const interval = intervalSeconds(source, this.#intervals);
    const watermark = source.lastEventMs === null ? null : source.lastEventMs - allowedLatenessMs(source.format);
    return {
      id: source.id,
      tenant: source.tenant,
      format: source.format,
      scope: source.scope,
      status: freshness(source, now, interval),
      last_event_at: isoOrNull(source.lastEventMs),
      last_received_at: isoOrNull(source.lastReceivedMs),
      interval_seconds: interval,
      age_seconds: source.lastReceivedMs === null ? null : Math.max(0, (now - source.lastReceivedMs) / 1000),
      records: source.records,
      recognised: source.recognised,
      bytes: source.bytes,
      findings: source.findings,
      rejects: source.rejects,
      watermark: isoOrNull(watermark),
    };
  }
}

/** A row of the list, with what decides its place. */
interface Listed {
  row: FindingRow;
  severity: number;
  detectedMs: number;
}

/** The most severe first, then the latest. */
function byAge(a: Listed, b: Listed): number {
  return b.severity - a.severity || b.detectedMs - a.detectedMs || (a.row.id < b.row.id ? -1 : 1);
}

/** What was only an exercise is listed where its own tenant is asked for. */
function isHiddenExercise(tenant: string, query: ListQuery): boolean {
  return isExerciseTenant(tenant) && query.tenant !== tenant;
}
