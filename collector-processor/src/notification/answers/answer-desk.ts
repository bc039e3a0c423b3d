import { readSecret } from '@cnapp-slo/exporters/channels';
import type { ExporterSettings } from '@cnapp-slo/exporters/ports';
import type { Actor, EstateReader, FindingJson, IncidentJson, InputSink, NowMs, PersonInput } from '@cnapp-slo/model';
import type { NotificationConfig } from '../config.ts';
import type { NotificationLedger } from '../ledger.ts';
import type { Outbox } from '../outbox.ts';
import { mayAnswerFor, type People, type Service } from '../people.ts';
import type { Answer, ParsedAnswer, Saying } from './answer.ts';
import { parseOpsgenie, parsePagerduty } from './pagers.ts';
import { bearerFault, type Headers, hubFault, pagerdutyFault, type SignatureFault, slackFault } from './signatures.ts';
import { parseSlack } from './slack.ts';
import { type PullRequestEnd, parseGithub, parseJira, parsePullRequest } from './tickets.ts';

/** A call of an outside service, as it came. */
export interface HookCall {
  headers: Headers;
  raw: string;
}

/** What to answer: `code` is stable. */
export interface HookAnswer {
  status: number;
  code: string;
}

export interface AnswerDeskSettings extends ExporterSettings {
  outbox: Outbox;
  ledger: NotificationLedger;
  people: People;
  inputs: InputSink;
  estate: Pick<EstateReader, 'incident' | 'finding'>;
  nowMs: NowMs;
  /** Takes the end of a pull request; false: none of ours. */
  endOfPullRequest(end: PullRequestEnd, by: Actor): Promise<boolean>;
  /** What kind of channel has this name. */
  kindOf(channel: string): string | undefined;
}

/** All but Grafana, whose answers come through the API. */
type HookService = Exclude<Service, 'grafana'>;

const SERVICES: readonly HookService[] = ['slack', 'pagerduty', 'opsgenie', 'github', 'jira'];
const KINDS: Partial<Record<HookService, string>> = { github: 'github_issues', jira: 'jira' };
const FAULT_STATUS = { unsigned: 401, bad_signature: 401, expired: 401 } as const;
const KEEP_EVERY_MS = 1000;
const REMEMBERED_MS = 10 * 60_000;
/** An answer's own time may be this far from ours; else it counts when it came. */
const MAX_SKEW_MS = 5 * 60_000;
const PAGERDUTY_ROW = 'pagerduty/';

/**
 * Turns what people say elsewhere into facts. Only calls that prove their sender are read; subject, team and actor are looked up
 * here. What is refused is counted by service and code, and kept where the sender is known.
 */
export class AnswerDesk {
  readonly #settings: AnswerDeskSettings;
  readonly #secrets = new Map<HookService, string>();
  /** Signatures of calls that were taken, and until when: each counts once. */
  readonly #taken = new Map<string, number>();
  /** When the latest refusal of each kind by strangers was kept. */
  readonly #keptMs = new Map<string, number>();
  readonly #pagerdutyIds = new Map<string, string>();

  /** Throws an Error that names the key of a secret that is not there. */
  constructor(config: NotificationConfig, settings: AnswerDeskSettings) {
    this.#settings = settings;
    for (const service of SERVICES) {
      const place = config.answers[service]?.secret;
      if (place) this.#secrets.set(service, readSecret(place, `notifications.answers.${service}.secret`));
    }
    for (const { key, state } of settings.ledger.load()) {
      if (key.startsWith(PAGERDUTY_ROW))
        this.#pagerdutyIds.set(key.slice(PAGERDUTY_ROW.length), JSON.parse(state) as string);
    }
  }

  async take(name: string, call: HookCall): Promise<HookAnswer> {
    const service = SERVICES.find((known) => known === name);
    const secret = service && this.#secrets.get(service);
    if (!service || secret === undefined) return { status: 404, code: 'not_configured' };
    const nowMs = this.#settings.nowMs();
    const fault = this.#faultOf(service, secret, call, nowMs);
    if (fault !== null) return this.#refuse(service, FAULT_STATUS[fault], fault);
    const proof = `${service}\n${call.headers['x-slack-signature'] ?? ''}\n${call.raw}`;
    const end = service === 'github' ? parsePullRequest(call.raw) : null;
    if (end) {
      const isOurs = await this.#settings.endOfPullRequest(end, this.#settings.people.actor(service, end.userId));
      return { status: 200, code: isOurs ? 'recorded' : 'ignored' };
    }
    const parsed = this.#parse(service, call.raw);
    if (parsed.status === 'unreadable') return this.#refuse(service, 400, 'unreadable');
    if (parsed.status === 'ignored') return { status: 200, code: 'ignored' };
    if (this.#isReplay(proof, nowMs)) {
      return this.#refuse(service, 409, 'replayed', parsed.answer.userId ?? undefined);
    }
    const answer = await this.#record(service, parsed.answer, nowMs);
    if (answer.status < 300) this.#taken.set(proof, nowMs + REMEMBERED_MS);
    return answer;
  }

  #faultOf(service: HookService, secret: string, { headers, raw }: HookCall, nowMs: number): SignatureFault {
    switch (service) {
      case 'slack':
        return slackFault(secret, headers, raw, nowMs);
      case 'pagerduty':
        return pagerdutyFault(secret, headers, raw);
      case 'opsgenie':
        return bearerFault(secret, headers);
      case 'github':
        return hubFault(secret, headers['x-hub-signature-256'], raw);
      case 'jira':
        return hubFault(secret, headers['x-hub-signature'], raw);
    }
  }

  #isReplay(proof: string, nowMs: number): boolean {
    for (const [known, untilMs] of this.#taken) if (untilMs <= nowMs) this.#taken.delete(known);
    return this.#taken.has(proof);
  }

  #parse(service: HookService, raw: string): ParsedAnswer {
    switch (service) {
      case 'slack':
        return parseSlack(raw);
      case 'opsgenie':
        return parseOpsgenie(raw);
      case 'github':
        return parseGithub(raw);
      case 'jira':
        return parseJira(raw);
      case 'pagerduty': {
        const { pagerdutyId, incidentKey, ...parsed } = parsePagerduty(raw);
        if (
          pagerdutyId &&
          incidentKey &&
          !this.#pagerdutyIds.has(pagerdutyId) &&
          this.#incidentsOf(incidentKey).length > 0
        ) {
          this.#settings.ledger.save([{ key: PAGERDUTY_ROW + pagerdutyId, state: JSON.stringify(incidentKey) }]);
          this.#pagerdutyIds.set(pagerdutyId, incidentKey);
        }
        return parsed;
      }
    }
  }

  async #record(service: HookService, answer: Answer, nowMs: number): Promise<HookAnswer> {
    const { inputs, people, telemetry } = this.#settings;
    const subjectId = this.#subjectOf(service, answer);
    const incidents = subjectId === undefined ? [] : this.#incidentsOf(subjectId);
    if (incidents.length === 0) return this.#refuse(service, 404, 'unknown_subject', answer.userId ?? undefined);
    const { userId } = answer;
    const person = userId === null ? undefined : people.known(service, userId);
    // Anybody in a workspace can click; a pager or ticket system has its own ideas of who may answer.
    if (service === 'slack' && !person)
      return this.#refuse(service, 403, 'unknown_person', userId ?? undefined, subjectId);
    if (person && !incidents.every(({ incident }) => mayAnswerFor(person, incident.team))) {
      return this.#refuse(service, 403, 'wrong_team', person.name, subjectId);
    }
    const atMs =
      Math.abs(nowMs - answer.atMs) <= MAX_SKEW_MS || service !== 'slack' ? Math.min(answer.atMs, nowMs) : nowMs;
    const said = incidents.flatMap(({ incident, finding }) =>
      answer.sayings
        // A ticket that is closed because the fix is proven claims nothing.
        .filter(({ what }) => what !== 'fixed' || incident.state !== 'resolved')
        .map((saying) => inputs.record(this.#inputOf(service, saying, userId, incident.id, atMs), finding.tenant)),
    );
    await Promise.all(said);
    telemetry.exported(`answers/${service}`, 1);
    return { status: 200, code: 'recorded' };
  }

  /** The incident, or those of the alert group, that the id names. */
  #incidentsOf(subjectId: string): { incident: IncidentJson; finding: FindingJson }[] {
    const { estate, outbox } = this.#settings;
    return outbox.incidentsOf(subjectId).flatMap((id) => {
      const incident = estate.incident(id);
      const finding = incident && estate.finding(incident.episode_ids[0] ?? '');
      return incident && finding ? [{ incident, finding }] : [];
    });
  }

  #subjectOf(service: HookService, { subject }: Answer): string | undefined {
    const { outbox, kindOf } = this.#settings;
    if ('token' in subject) return outbox.byToken(subject.token)?.subjectId;
    if ('incidentId' in subject) return subject.incidentId;
    if (service === 'pagerduty') return this.#pagerdutyIds.get(subject.ref);
    return outbox.byRef(kindOf, KINDS[service] ?? service, subject.ref)?.subjectId;
  }

  #inputOf(service: HookService, saying: Saying, userId: string | null, subjectId: string, atMs: number): PersonInput {
    const { people } = this.#settings;
    const actor: Actor = userId === null ? { id: service, kind: 'automation' } : people.actor(service, userId);
    switch (saying.what) {
      case 'acknowledge':
        return { kind: 'acknowledgement', subjectId, actor, channel: service, atMs };
      case 'release':
        return { kind: 'acknowledgement', subjectId, actor, channel: service, withdrawn: true, atMs };
      case 'reopen':
        return { kind: 'action', subjectId, action: 'reopened', actor, atMs };
      case 'verdict':
        return { kind: 'verdict', subjectId, verdict: saying.verdict, actor, atMs };
      case 'assign':
        return {
          kind: 'assignment',
          subjectId,
          assignee: people.actor(service, saying.to).id,
          actor,
          atMs,
        };
      case 'fixed':
        return { kind: 'action', subjectId, action: 'remediated', actor, atMs };
    }
  }

  /** Counted always, and kept: each where somebody is known to have asked, else the latest of its kind, so that strangers cannot fill the store. */
  #refuse(service: HookService, status: number, code: string, who?: string, subject?: string): HookAnswer {
    const { telemetry, log, ledger, nowMs } = this.#settings;
    telemetry.dropped(`answers/${service}`, code, 1);
    const ms = nowMs();
    const at = new Date(ms).toISOString();
    if (who !== undefined) log.warn('answer refused', { service, code, who, ...(subject && { subject }) });
    const key = `refused/${who === undefined ? 'unknown' : at}/${service}/${code}${who === undefined ? '' : `/${who}`}`;
    const lastMs = this.#keptMs.get(key) ?? Number.NEGATIVE_INFINITY;
    if (who !== undefined || ms - lastMs >= KEEP_EVERY_MS) {
      ledger.save([{ key, state: JSON.stringify({ at, service, code, who, subject }) }]);
      if (who === undefined) this.#keptMs.set(key, ms);
    }
    return { status, code };
  }
}
