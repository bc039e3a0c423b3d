import type { ClockName, Clocks } from '../../domain/clock.ts';
import { remediationStart } from '../../domain/deadline.ts';
import type { Episode } from '../../domain/episode.ts';
import { mean, share } from '../statistics.ts';

/** Where the time went: each stretch between the first known of `from` and `to`. */
const STRETCHES: readonly { name: string; from: readonly ClockName[]; to: ClockName }[] = [
  { name: 'route', from: ['t_detect'], to: 't_alert' },
  { name: 'mtta', from: ['t_alert'], to: 't_ack' },
  { name: 'triage', from: ['t_ack', 't_alert', 't_detect'], to: 't_triage' },
  { name: 'act', from: ['t_triage', 't_ack', 't_alert', 't_detect'], to: 't_remediate' },
  { name: 'verify', from: ['t_remediate'], to: 't_verify' },
  { name: 'claimed_mean', from: ['t_alert', 't_detect'], to: 't_remediate' },
];

/** View (a): what stopped in the window, with its clocks taken apart. */
export class ClosedCohort {
  readonly seconds: number[] = [];
  readonly #episodes: Episode[] = [];
  /** Fixes that did not last, by episode id. */
  readonly #flawed = new Map<string, Episode>();

  noteFlawed(episode: Episode): void {
    if (!episode.durable) this.#flawed.set(episode.id, episode);
  }

  add(episode: Episode, seconds: number): void {
    this.seconds.push(seconds);
    this.#episodes.push(episode);
  }

  companions(): Record<string, number | null> {
    let alerts = 0;
    let exactAlerts = 0;
    for (const { clocks } of this.#episodes) {
      const { t_alert: alert } = clocks;
      if (alert) alerts += 1;
      if (alert?.precision === 'exact') exactAlerts += 1;
    }
    const stretches = STRETCHES.map(({ name, from, to }) => {
      const fromMs = (clocks: Clocks): number | undefined => {
        const known = from.find((clock) => clocks[clock] !== undefined);
        return known && clocks[known]?.atMs;
      };
      return [name, this.#meanBetween(fromMs, (clocks) => clocks[to]?.atMs)] as const;
    });
    return {
      ...Object.fromEntries(stretches),
      exposure_mean: this.#meanBetween(
        ({ t_change: change }) => change?.loMs ?? change?.atMs,
        (clocks) => (clocks.t_verify ?? clocks.t_close)?.atMs,
      ),
      durable_mean: this.#durableMean(),
      exact_alert_share: share(exactAlerts, alerts),
    };
  }

  /** In seconds, over the episodes that have both; one list at a time, as they are long. */
  #meanBetween(fromMs: (clocks: Clocks) => number | undefined, toMs: (clocks: Clocks) => number | undefined) {
    const seconds: number[] = [];
    for (const { clocks } of this.#episodes) pushBetween(seconds, fromMs(clocks), toMs(clocks));
    return mean(seconds);
  }

  /** From the first alert of a chain of fixes that did not last to the proof of the one that did. */
  #durableMean(): number | null {
    const seconds: number[] = [];
    for (const episode of this.#episodes) {
      if (!episode.durable) continue;
      let first = episode;
      for (let before = this.#before(first); before; before = this.#before(first)) first = before;
      pushBetween(seconds, remediationStart(first)?.atMs, (episode.clocks.t_verify ?? episode.clocks.t_close)?.atMs);
    }
    return mean(seconds);
  }

  #before(episode: Episode): Episode | undefined {
    return episode.seq > 1 ? this.#flawed.get(`${episode.findingId}.${episode.seq - 1}`) : undefined;
  }
}

function pushBetween(into: number[], fromMs: number | undefined, toMs: number | undefined): void {
  if (fromMs !== undefined && toMs !== undefined) into.push(Math.max(0, toMs - fromMs) / 1000);
}
