/** Test data: incidents that a test opens, acknowledges and resolves, and everything that the desk reads of them. */
import type { Channel, ChannelResult, Notice, NoticeStep } from '@cnapp-slo/exporters/channels';
import type { EpisodeJson, FindingJson, IncidentJson, PersonInput, StoredState, Transition } from '@cnapp-slo/model';
import type { NotificationLedger } from './ledger.ts';

export const NOW = Date.parse('2026-03-02T10:00:00Z');
const HOUR = 3_600_000;

export interface TestIncident {
  incident: IncidentJson;
  finding: FindingJson;
}

export function incidentOf(
  number: number,
  changes: Partial<FindingJson> = {},
  episode: Partial<EpisodeJson> = {},
): TestIncident {
  const hex = String(number).padStart(32, '0');
  const [id, findingId, episodeId] = [`i_${hex}.1`, `f_${hex}`, `f_${hex}.1`];
  const at = new Date(NOW - HOUR).toISOString();
  const one: EpisodeJson = {
    id: episodeId,
    finding_id: findingId,
    seq: 1,
    state: 'open',
    close_reason: null,
    trigger: 'asset_change',
    cohort: 'normal',
    origin: 'live',
    severity: 'critical',
    clocks: { t_detect: { at, source: 'prowler', precision: 'exact' } },
    flaps: 0,
    durable: true,
    verdict: null,
    segments: [],
    deadline_at: new Date(NOW + 23 * HOUR).toISOString(),
    change: null,
    candidate_change_ids: [],
    fix_change: null,
    incident_id: id,
    trace_ids: [],
    ...episode,
  };
  const finding: FindingJson = {
    id: findingId,
    tenant: 'default',
    detector: 'prowler',
    detector_class: 'posture',
    rule: 's3_bucket_public_access',
    title: `Bucket ${number} is public`,
    severity: 'critical',
    state: 'open',
    asset_id: `arn:aws:s3:::bucket-${number}`,
    asset_name: `bucket-${number}`,
    asset_kind: 's3_bucket',
    team: 'payments',
    environment: 'production',
    criticality: 'c0',
    provider: 'aws',
    account: '111122223333',
    discriminator: null,
    first_detected_at: at,
    last_seen_at: at,
    open_seconds: 3600,
    labels: [],
    controls: {},
    episodes: [one],
    evidence: { status: 'FAIL' },
    remediation: 'aws s3api put-public-access-block',
    links: [],
    ...changes,
  };
  const incident: IncidentJson = {
    id,
    tenant: finding.tenant,
    title: finding.title,
    severity: one.severity,
    state: 'firing',
    team: finding.team,
    started_at: at,
    alerted_at: null,
    acknowledged_at: null,
    resolved_at: null,
    episode_ids: [episodeId],
    asset_ids: [finding.asset_id],
    workloads: [],
    digests: [],
    confidence: null,
    members: [],
  };
  return { incident, finding };
}

/** The readers over the incidents, and a feed to say that one changed. */
export function testSources(known: TestIncident[], clock: { ms: number }) {
  const listeners = new Set<(transitions: readonly Transition[]) => void>();
  const hexOf = (id: string): string | undefined => /^[fi]_([0-9a-f]{32})/.exec(id)?.[1];
  const find = (id: string): TestIncident | undefined => known.find(({ finding }) => hexOf(finding.id) === hexOf(id));
  const page = <T>(items: T[]) => ({ items, next_cursor: null });
  return {
    nowMs: () => clock.ms,
    slis: { get: () => null },
    estate: {
      incidents: ({ state }: { state?: string }) =>
        page(known.map((one) => one.incident).filter((one) => one.state === state)),
      incident: (id: string) => find(id)?.incident ?? null,
      finding: (id: string) => find(id)?.finding ?? null,
      findings: ({ asset }: { asset?: string }) =>
        page(known.map(({ finding }) => finding).filter(({ asset_id }) => asset === undefined || asset_id === asset)),
      asset: () => null,
    },
    feed: {
      subscribe(listener: (transitions: readonly Transition[]) => void) {
        listeners.add(listener);
        return () => listeners.delete(listener);
      },
    },
    /** As a commit announces that the incident's episode changed. */
    announce({ finding }: TestIncident): void {
      const transition = { episode: { id: finding.episodes?.[0]?.id } } as Transition;
      for (const listener of listeners) listener([transition]);
    },
  };
}

/** A ledger in memory that outlives the desks of a test. */
export class MemoryLedger implements NotificationLedger {
  readonly rows = new Map<string, string>();
  readonly facts: PersonInput[] = [];
  isBroken = false;

  *load(): Generator<StoredState> {
    for (const [key, state] of this.rows) yield { key, state };
  }

  save(rows: readonly StoredState[]): void {
    if (this.isBroken) throw new Error('disk full');
    for (const { key, state } of rows) this.rows.set(key, state);
  }

  async record(
    input: PersonInput,
    _tenant: string,
    rows: readonly StoredState[],
  ): Promise<'accepted' | 'unknown_subject'> {
    this.save(rows);
    this.facts.push(input);
    return 'accepted';
  }
}

/** A channel that takes everything while it is up, and keeps what it took. */
export class TestChannel implements Channel {
  readonly kind: string;
  readonly steps: ReadonlySet<NoticeStep> = new Set(['opened', 'acknowledged', 'resolved', 'deadline', 'digest']);
  readonly taken: Notice[] = [];
  attempts = 0;
  result: ChannelResult | null = null;

  constructor(kind = 'test') {
    this.kind = kind;
  }

  async send(notice: Notice): Promise<ChannelResult> {
    this.attempts += 1;
    if (this.result) return this.result;
    this.taken.push(notice);
    return { status: 'accepted', ref: `${notice.subjectId}/${this.taken.length}` };
  }

  /** What it took, as `step subject number`. */
  get told(): string[] {
    return this.taken.map(({ step, subjectId }) => `${step} ${Number(/^i_0*(\d+)/.exec(subjectId)?.[1] ?? 0)}`);
  }
}
