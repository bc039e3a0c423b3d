import type {
  ClockName,
  EpisodeJson,
  EstateReader,
  FindingJson,
  NowMs,
  Severity,
  Transition,
  TransitionFeed,
} from '@cnapp-slo/model';
import { maySee } from '../auth.ts';
import type { Caller } from '../tokens.ts';
import { type Html, html, path } from './html.ts';
import { clockText, duration } from './humanize.ts';
import { severityMark } from './parts.ts';

const hourMs = 60 * 60_000;
/** Episodes kept; the oldest go first. */
const maxStories = 500;
/** Findings looked at after a start, to know the hour before it. */
const maxSeeded = 200;

const lanes: readonly (readonly [ClockName, string])[] = [
  ['t_change', 'Changed'],
  ['t_detect', 'Detected'],
  ['t_alert', 'Alerted'],
  ['t_ack', 'Acknowledged'],
  ['t_remediate', 'Remediated'],
  ['t_verify', 'Verified'],
];

/** An episode with the times of its steps, epoch ms. */
export interface Story {
  episodeId: string;
  findingId: string;
  tenant: string;
  title: string;
  severity: Severity;
  asset: string;
  team: string;
  steps: Partial<Record<ClockName, number>>;
}

/** The episodes in which something happened during the last hour, by their own times. */
export class LastHour {
  readonly #now: NowMs;
  readonly #stories = new Map<string, Story>();

  constructor(now: NowMs) {
    this.#now = now;
  }

  /** Takes the past from the read models and what comes from the feed; answers how to stop. */
  follow(estate: EstateReader, feed: TransitionFeed): () => void {
    const recent = (at: string | null) => at !== null && this.#isRecent(Date.parse(at));
    const seeds = estate
      .findings({ limit: 500 })
      .items.filter((item) => recent(item.last_seen_at) || recent(item.first_detected_at));
    for (const { id } of seeds.slice(0, maxSeeded)) {
      const finding = estate.finding(id);
      for (const episode of finding?.episodes ?? []) this.#keep(fromJson(finding as FindingJson, episode));
    }
    return feed.subscribe((transitions) => {
      for (const transition of transitions) this.#keep(fromTransition(transition));
    });
  }

  /** What the caller may see of it, in the order in which it came. */
  stories(caller: Caller): Story[] {
    for (const [id, story] of this.#stories) if (!this.#touchesHour(story)) this.#stories.delete(id);
    return [...this.#stories.values()].filter((story) => maySee(caller, story.tenant));
  }

  #keep(story: Story): void {
    this.#stories.delete(story.episodeId);
    if (!this.#touchesHour(story)) return;
    this.#stories.set(story.episodeId, story);
    const oldest = this.#stories.keys().next().value;
    if (this.#stories.size > maxStories && oldest !== undefined) this.#stories.delete(oldest);
  }

  #touchesHour({ steps }: Story): boolean {
    return Object.values(steps).some((atMs) => this.#isRecent(atMs));
  }

  #isRecent(atMs: number): boolean {
    return atMs > this.#now() - hourMs;
  }
}

function fromTransition({ episode, finding, asset }: Transition): Story {
  return {
    episodeId: episode.id,
    findingId: finding.id,
    tenant: finding.tenant,
    title: finding.title,
    severity: episode.severity,
    asset: finding.asset.name ?? finding.asset.id,
    team: asset?.team ?? 'unowned',
    steps: stepsOf((name) => episode.clocks[name]?.atMs),
  };
}

function fromJson(finding: FindingJson, episode: EpisodeJson): Story {
  const { id, tenant, title, team } = finding;
  return {
    episodeId: episode.id,
    findingId: id,
    tenant,
    title,
    severity: episode.severity,
    asset: finding.asset_name ?? finding.asset_id,
    team,
    steps: stepsOf((name) => {
      const at = episode.clocks[name]?.at;
      return at === undefined ? undefined : Date.parse(at);
    }),
  };
}

function stepsOf(timeOf: (name: ClockName) => number | undefined): Story['steps'] {
  const steps: Story['steps'] = {};
  for (const [name] of lanes) {
    const atMs = timeOf(name);
    if (atMs !== undefined) steps[name] = atMs;
  }
  return steps;
}

interface Step {
  story: Story;
  lane: number;
  atMs: number;
}

const laneHeight = 30;

/** A lane a step, a thread an episode: the further right and down, the further on. Below it the newest steps in words. */
export function lastHourStrip(stories: readonly Story[], nowMs: number, newest = 10): Html {
  const stepsOfStory = (story: Story): Step[] =>
    lanes.flatMap(([name], lane) => {
      const atMs = story.steps[name];
      return atMs === undefined || atMs > nowMs ? [] : [{ story, lane, atMs }];
    });
  const inHour = ({ atMs }: Step) => atMs > nowMs - hourMs;
  const steps = stories
    .flatMap(stepsOfStory)
    .filter(inHour)
    .toSorted((a, b) => b.atMs - a.atMs);
  if (steps.length === 0) return html`<p class="empty">Nothing happened in the last hour.</p>`;
  const left = (atMs: number) => `${((1 - (nowMs - atMs) / hourMs) * 100).toFixed(2)}%`;
  const middle = (lane: number) => lane * laneHeight + laneHeight / 2;
  const threads = stories.map((story) => {
    const own = stepsOfStory(story).filter(inHour);
    return own.slice(1).map((step, index) => {
      const before = own[index];
      return (
        before &&
        html`<line class="thread" x1="${left(before.atMs)}" y1="${middle(before.lane)}" x2="${left(step.atMs)}" y2="${middle(step.lane)}"/>`
      );
    });
  });
  return html`<div class="hour">
<div class="lanes" aria-hidden="true">${lanes.map(([, label]) => html`<span>${label}</span>`)}</div>
<svg class="strip" width="100%" height="${lanes.length * laneHeight}" role="img" aria-label="${steps.length} steps of ${stories.length} episodes in the last hour; the newest are listed below">
${lanes.map((_, lane) => html`<line class="grid" x1="0" x2="100%" y1="${middle(lane)}" y2="${middle(lane)}"/>`)}
${threads}
${steps.map(({ story, lane, atMs }) => html`<circle class="step ${story.severity}" cx="${left(atMs)}" cy="${middle(lane)}" r="5"><title>${stepText(lane, atMs)}: ${story.title}</title></circle>`)}
</svg>
<div class="ticks" aria-hidden="true">${[60, 50, 40, 30, 20, 10, 0].map((minutes) => html`<span>${minutes === 0 ? 'now' : `−${minutes} min`}</span>`)}</div>
</div>
<ol class="events" aria-label="The newest steps">${steps
    .slice(0, newest)
    .map(
      ({ story, lane, atMs }) =>
        html`<li><time datetime="${new Date(atMs).toISOString()}">${clockText(new Date(atMs).toISOString())}</time> <strong>${lanes[lane]?.[1]}</strong> ${severityMark(story.severity)} <a href="${path('findings', story.findingId)}">${story.title}</a> <span class="aside">${story.asset} · ${story.team}${elapsed(story, lane, atMs)}</span></li>`,
    )}</ol>`;
}

function stepText(lane: number, atMs: number): string {
  return `${clockText(new Date(atMs).toISOString())} ${lanes[lane]?.[1]}`;
}

/** How long after the step before it. */
function elapsed(story: Story, lane: number, atMs: number): string {
  const before = lanes
    .slice(0, lane)
    .flatMap(([name]) => story.steps[name] ?? [])
    .at(-1);
  return before === undefined || before > atMs ? '' : `, ${duration((atMs - before) / 1000)} later`;
}
