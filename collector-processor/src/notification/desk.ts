import { randomBytes } from 'node:crypto';
import type { Message } from '@cnapp-slo/exporters/channels';
import type { ExporterSettings } from '@cnapp-slo/exporters/ports';
import type { Component, EstateReader, IncidentJson, NowMs, SliReader, TransitionFeed } from '@cnapp-slo/model';
import { openIncidents } from '@cnapp-slo/model';
import { AlertGroups, type Opening } from './alert-groups.ts';
import { chainsOf, routesOf } from './chains.ts';
import type { NotificationConfig } from './config.ts';
import type { NamedChannel } from './delivery.ts';
import { Dispatch } from './dispatch.ts';
import { FollowUps } from './follow-ups.ts';
import { groupMessage } from './group-message.ts';
import { toldToOthers, withdraw } from './hand-over.ts';
import { type Judged, worstOf } from './judged.ts';
import { buildMessage, type MessageSources } from './message.ts';
import { isGroup, newEntry, type Outbox, type OutboxEntry, OVER_IN_HOLD, roundOf } from './outbox.ts';
import { People } from './people.ts';
import { isOfPlan, PlanNotices, type PlanReader } from './plan-notices.ts';
import { type Hold, holdOn, type Urgency } from './routing.ts';
import { Summaries } from './summaries.ts';
import { tierOneSources } from './tier-one.ts';

export interface DeskSources {
  estate: Pick<EstateReader, 'incidents' | 'incident' | 'finding' | 'findings' | 'asset'>;
  slis: Pick<SliReader, 'get'>;
  feed: TransitionFeed;
  nowMs: NowMs;
}

/** Transitions come in bursts; one look serves them all. */
const SETTLE_MS = 250;
const TICK_MS = 5000;
const RETRY_MS = 1000;

/**
 * Decides who is told what, from the state of each incident and not from its events: told twice, or after a restart, it comes
 * to the same. Imported history and exercises tell nobody.
 */
export class NotificationDesk implements Component {
  readonly name = 'notifications';
  readonly #config: NotificationConfig;
  readonly #sources: DeskSources;
  readonly #tierOne: MessageSources;
  readonly #outbox: Outbox;
  readonly #summaries: Summaries;
  readonly #groups: AlertGroups;
  readonly #followUps: FollowUps;
  readonly #planNotices: PlanNotices;
  readonly #settings: ExporterSettings;
  readonly #dispatch: Dispatch;
  readonly #touched = new Set<string>();
  #unsubscribe = (): void => {};
  #soon: NodeJS.Timeout | undefined;
  #ticker: NodeJS.Timeout | undefined;

  constructor(
    config: NotificationConfig,
    channels: readonly NamedChannel[],
    outbox: Outbox,
    sources: DeskSources & { plans: PlanReader },
    settings: ExporterSettings,
  ) {
    this.#config = config;
    this.#sources = sources;
    this.#tierOne = tierOneSources(sources);
    this.#outbox = outbox;
    this.#settings = settings;
    this.#dispatch = new Dispatch(channels, {
      ...settings,
      config,
      outbox,
      nowMs: sources.nowMs,
      messageOf: (entry) => this.#messageOf(entry),
      settled: (entry) => this.#settled(entry),
    });
    this.#summaries = new Summaries({
      outbox,
      estate: sources.estate,
      nowMs: sources.nowMs,
      routes: routesOf(config),
      digestHour: config.digest_hour,
      publicUrl: config.public_url,
      runbookUrl: config.runbook_url,
      chainOf: (team, tenant, urgency, step) => this.#dispatch.chainThatShows(team, tenant, urgency, step),
    });
    this.#followUps = new FollowUps(outbox, this.#dispatch.channels, sources.nowMs);
    this.#planNotices = new PlanNotices({
      ...sources,
      outbox,
      people: new People(config.people),
      followUps: this.#followUps,
      publicUrl: config.public_url,
      chainsOf: (team, tenant) => chainsOf(config, team, tenant, 'approval'),
    });
    this.#groups = new AlertGroups({
      outbox,
      nowMs: sources.nowMs,
      after: config.group_after,
      windowMs: config.group_window,
      chainsOf: (team, tenant, urgency) => chainsOf(config, team, tenant, urgency),
    });
  }

  async start(): Promise<void> {
    this.#unsubscribe = this.#sources.feed.subscribe((transitions) => {
      for (const { episode } of transitions) this.#touched.add(`i_${episode.id.slice(2)}`);
      this.#soon ??= setTimeout(() => this.#lookAtTouched(), SETTLE_MS);
    });
    this.#dispatch.rerouteOrphans();
    // What happened while nobody was looking.
    for (const incident of openIncidents(this.#sources.estate)) this.#touched.add(incident.id);
    for (const { step, subjectId, state } of this.#outbox.all()) {
      if (step !== 'opened' || state === 'void') continue;
      for (const id of this.#outbox.incidentsOf(subjectId)) this.#touched.add(id);
    }
    this.#lookAtTouched();
    this.tick();
    this.#ticker = setInterval(() => this.tick(), TICK_MS);
  }

  /** Finishes what is on its way; the rest is in the outbox and goes out after the next start. */
  async stop(): Promise<void> {
    this.#unsubscribe();
    clearInterval(this.#ticker);
    clearTimeout(this.#soon);
    await this.#dispatch.stop();
    clearTimeout(this.#soon); // the last receipts asked for another look
  }

  /** What time alone moves: holds that end, additions to an alert group, and what a full queue did not take. */
  tick(): void {
    try {
      const held = this.#outbox.unsettled().filter(({ state }) => state === 'held');
      this.#lookAt(new Set(held.filter((entry) => !isGroup(entry)).map(({ subjectId }) => subjectId)));
      for (const entry of held) if (isGroup(entry)) this.#tellAddition(entry);
      this.#dispatch.offerAll(this.#outbox.unsettled());
      this.#dispatch.offerAll(this.#planNotices.due());
      this.#dispatch.offerAll(this.#summaries.due(() => this.#lookAgain()));
    } catch (error) {
      this.#settings.log.warn('notifications wait for the store', { error: String(error) });
    }
  }

  /** Nothing announces that a suppression ended, or that an owner became known. */
  #lookAgain(): IncidentJson[] {
    const open = openIncidents(this.#sources.estate);
    const isTold = ({ episode_ids }: IncidentJson): boolean =>
      episode_ids.some((id) => {
        const incidentId = `i_${id.slice(2)}`;
        return this.#outbox.of(incidentId).length > 0 || this.#outbox.groupsOf(incidentId).length > 0;
      });
    const isDue = (one: IncidentJson): boolean => !isTold(one) || toldToOthers(one, this.#outbox).length > 0;
    this.#lookAt(open.filter(isDue).map(({ id }) => id));
    return open;
  }

  #lookAtTouched(): void {
    this.#soon = undefined;
    try {
      this.#lookAt(this.#touched);
      this.#touched.clear();
    } catch (error) {
      this.#settings.log.warn('notifications wait for the store', { error: String(error) });
      this.#soon = setTimeout(() => this.#lookAtTouched(), RETRY_MS);
    }
  }

  /** Brings the outbox to what the incidents' states demand. */
  #lookAt(incidentIds: Iterable<string>): void {
    const groups = new Set<string>();
    const openings: Opening[] = [];
    const ids = [...incidentIds];
    // What happens to a member happens to its incident.
    for (const id of new Set([...ids, ...ids.flatMap((one) => this.#sources.estate.incident(one)?.id ?? [])])) {
      const running = this.#outbox.groupsOf(id).filter((group) => !this.#outbox.isOver(group));
      for (const group of running) groups.add(group);
      if (running.length === 0 || this.#isHandedOver(id)) openings.push(...this.#look(id));
    }
    const held = openings.filter(({ hold }) => hold !== null);
    const { alone, together } = this.#groups.divide(openings.filter(({ hold }) => hold === null));
    for (const opening of [...held, ...alone]) this.#open(opening);
    this.#dispatch.offerAll(together.flatMap((opened) => this.#groups.tell(opened)));
    for (const id of groups) this.#lookAtGroup(id);
  }

  /** Whether an incident that was told with others is, or is to be, told by itself to an owner who became known later. */
  #isHandedOver(incidentId: string): boolean {
    const own = this.#outbox.of(incidentId);
    const round = Math.max(1, ...own.map(roundOf));
    const steps = own.filter((entry) => roundOf(entry) === round && entry.state !== 'void').map(({ step }) => step);
    if (steps.includes('opened')) return !steps.includes('resolved');
    const incident = this.#sources.estate.incident(incidentId);
    return incident !== null && toldToOthers(incident, this.#outbox).length > 0;
  }

  /** Follows up what was told of the incident; answers what is still to be told. */
  #look(incidentId: string): Opening[] {
    const incident = this.#sources.estate.incident(incidentId);
    const worst = incident && worstOf(incident, this.#sources.estate, routesOf(this.#config));
    if (!worst) return [];
    // What was told of an incident before it was found to be a part of this one is followed up with it.
    const known = incident.episode_ids.flatMap((id) => this.#outbox.of(`i_${id.slice(2)}`));
    // An incident whose fix did not hold starts a new round of the same incident.
    const round = Math.max(1, ...known.map(roundOf));
    const ofRound = known.filter((entry) => roundOf(entry) === round);
    const opened = ofRound.filter(({ step }) => step === 'opened');
    const held = opened.filter(({ state }) => state === 'held');
    if (incident.state === 'resolved') {
      for (const entry of held)
        this.#outbox.change(entry, { state: 'void', reason: `${OVER_IN_HOLD}: ${entry.reason}` });
      this.#dispatch.offerAll(this.#followUps.of('resolved', opened));
      return [];
    }
    const { finding, urgency } = worst;
    const hold = this.#holdOn(worst);
    const former = toldToOthers(incident, this.#outbox);
    const isNew =
      ofRound.some(({ step }) => step === 'resolved') ||
      (former.length === 0 && opened.every(({ state }) => state === 'void'));
    // A weakness that was a ticket is a page once somebody uses it.
    const isWorse = urgency === 'page' && opened.every((entry) => entry.urgency !== 'page');
    if (!isNew) this.#dispatch.offerAll(this.#followUps.ofState(incident.state, opened));
    const isHandedOver = !isNew && former.length > 0;
    if (!isNew && !isWorse && !isHandedOver && (held.length === 0 || hold !== null)) return [];
    if (urgency === 'digest') return [];
    if (isHandedOver)
      this.#dispatch.offerAll(this.#followUps.of('updated', withdraw(former, this.#outbox, incident.team)));
    const of = { team: incident.team, tenant: incident.tenant };
    if (isHandedOver && this.#chainsLeft(of, urgency, former).length === 0) return [];
    const cause = [of.tenant, of.team, urgency, finding.detector, finding.rule].join('|');
    const nextRound = isNew && opened.length > 0 ? round + 1 : round;
    return [
      {
        incidentId: incident.id,
        of,
        urgency,
        cause,
        round: nextRound,
        hold,
        former: isHandedOver ? former : [],
        held: isWorse || isHandedOver ? [] : held,
      },
    ];
  }

  #open({ incidentId, of, urgency, cause, round, hold, former, held }: Opening): void {
    const nowMs = this.#sources.nowMs();
    for (const entry of held) {
      this.#outbox.change(entry, { state: 'pending', reason: null, createdMs: nowMs, turnSinceMs: nowMs });
      this.#dispatch.offer(entry);
    }
    if (held.length > 0) return;
    const place = former.length > 0 ? `${urgency}/${of.team}` : urgency;
    const entries = this.#chainsLeft(of, urgency, former).map((chain): OutboxEntry => {
      const key = `${incidentId}|opened|${place}/${chain[0]}#${round}`;
      const entry = newEntry({ key, subjectId: incidentId, of, step: 'opened', urgency, chain, nowMs });
      const answerToken = randomBytes(24).toString('base64url');
      return { ...entry, cause, answerToken, ...(hold !== null && { state: 'held', reason: hold }) };
    });
    this.#dispatch.offerAll(this.#outbox.add(entries));
  }

  /** Where the owner reads what the former one was told, that is followed up, and not told again. */
  #chainsLeft({ team, tenant }: Opening['of'], urgency: Urgency, former: readonly OutboxEntry[]): readonly string[][] {
    const heard = new Set(former.flatMap(({ delivered }) => delivered?.channel ?? []));
    return chainsOf(this.#config, team, tenant, urgency).filter(([first = '']) => !heard.has(first));
  }

  /** A group is over when all of its incidents are, and acknowledged when somebody has each. */
  #lookAtGroup(groupId: string): void {
    const states = this.#outbox
      .incidentsOf(groupId)
      .map((id) => this.#sources.estate.incident(id)?.state ?? 'resolved');
    const opened = this.#outbox.of(groupId).filter(({ step }) => step === 'opened');
    if (states.every((state) => state === 'resolved')) this.#dispatch.offerAll(this.#followUps.of('resolved', opened));
    else
      this.#dispatch.offerAll(this.#followUps.ofState(states.includes('firing') ? 'firing' : 'acknowledged', opened));
  }

  #tellAddition(entry: OutboxEntry): void {
    const opened = this.#groups.openedOf(entry);
    if (this.#outbox.isOver(entry.subjectId)) this.#outbox.change(entry, { state: 'void', reason: 'over' });
    else if (opened?.delivered && this.#groups.isDue(entry)) this.#send(entry, opened.delivered);
  }

  #send(entry: OutboxEntry, { channel, ref }: NonNullable<OutboxEntry['delivered']>): void {
    const nowMs = this.#sources.nowMs();
    this.#outbox.change(entry, {
      state: 'pending',
      reason: null,
      chain: [channel],
      turn: 0,
      turnSinceMs: nowMs,
      follows: ref,
    });
  }

  #holdOn({ subject, episode }: Judged): string | null {
    if (episode.state === 'suspended') return 'accepted risk';
    return holdOn(subject, this.#holds, this.#sources.nowMs())?.name ?? null;
  }

  #settled(entry: OutboxEntry): void {
    if (entry.state === 'delivered' && entry.step === 'opened') {
      for (const id of isGroup(entry) ? entry.members.slice(0, 1) : [entry.subjectId]) this.#touched.add(id);
      this.#soon ??= setTimeout(() => this.#lookAtTouched(), SETTLE_MS);
    }
  }

  #messageOf(entry: OutboxEntry): Message | null {
    if (isGroup(entry))
      return groupMessage(entry, this.#outbox.incidentsOf(entry.subjectId), this.#tierOne, this.#config);
    if (isOfPlan(entry)) return this.#planNotices.message(entry);
    if (entry.members.length > 0) return this.#summaries.message(entry);
    return buildMessage(entry.subjectId, this.#tierOne, this.#config);
  }

  get #holds(): readonly Hold[] {
    return this.#config.holds.map(({ name, match, from, until }) => ({ name, match, fromMs: from, untilMs: until }));
  }
}
