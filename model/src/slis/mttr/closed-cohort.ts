import { remediationStart } from '../../domain/deadline.ts';
import type { Episode } from '../../domain/episode.ts';
import { share } from '../statistics.ts';

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

  /** Where the time went: each stretch between the first known of its starts and its end. */
  companions(): Record<string, number | null> {
    const route = new MeanSpan();
    const mtta = new MeanSpan();
    const triage = new MeanSpan();
    const act = new MeanSpan();
    const verify = new MeanSpan();
    const claimed = new MeanSpan();
    const exposure = new MeanSpan();
    const durable = new MeanSpan();
    let alerts = 0;
    let exactAlerts = 0;
    for (const episode of this.#episodes) {
      const { t_change: change, t_detect, t_alert: alert, t_ack, t_triage, t_remediate, t_verify } = episode.clocks;
      if (alert) alerts += 1;
      if (alert?.precision === 'exact') exactAlerts += 1;
      const startMs = (alert ?? t_detect)?.atMs;
      const ackMs = t_ack?.atMs;
      const triageMs = t_triage?.atMs;
      const fixMs = t_remediate?.atMs;
      const proofMs = (t_verify ?? episode.clocks.t_close)?.atMs;
      route.add(t_detect?.atMs, alert?.atMs);
      mtta.add(alert?.atMs, ackMs);
      triage.add(ackMs ?? startMs, triageMs);
      act.add(triageMs ?? ackMs ?? startMs, fixMs);
      verify.add(fixMs, t_verify?.atMs);
      claimed.add(startMs, fixMs);
      exposure.add(change?.loMs ?? change?.atMs, proofMs);
      if (episode.durable) durable.add(remediationStart(this.#firstOf(episode))?.atMs, proofMs);
    }
    return {
      route: route.seconds,
      mtta: mtta.seconds,
      triage: triage.seconds,
      act: act.seconds,
      verify: verify.seconds,
      claimed_mean: claimed.seconds,
      exposure_mean: exposure.seconds,
      durable_mean: durable.seconds,
      exact_alert_share: share(exactAlerts, alerts),
    };
  }

  /** The first of a chain of fixes that did not last. */
  #firstOf(episode: Episode): Episode {
    let first = episode;
    for (let before = this.#before(first); before; before = this.#before(first)) first = before;
    return first;
  }

  #before(episode: Episode): Episode | undefined {
    return episode.seq > 1 ? this.#flawed.get(`${episode.findingId}.${episode.seq - 1}`) : undefined;
  }
}

/** The mean of spans whose ends are both known. Sums whole milliseconds, so that no order can change the last bit. */
class MeanSpan {
  #count = 0;
  #sumMs = 0;

  add(fromMs: number | undefined, toMs: number | undefined): void {
    if (fromMs === undefined || toMs === undefined) return;
    this.#count += 1;
    this.#sumMs += Math.round(Math.max(0, toMs - fromMs));
  }

  get seconds(): number | null {
    return this.#count > 0 ? this.#sumMs / 1000 / this.#count : null;
  }
}
