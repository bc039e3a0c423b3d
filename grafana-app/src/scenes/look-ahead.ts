import { dateTime, getDefaultTimeRange, type TimeRange } from '@grafana/data';
import { type SceneTimeRangeState, SceneTimeRangeTransformerBase } from '@grafana/scenes';
import { endsNow } from '../slo/window.ts';

/** What of a range's length lies ahead. */
const share = 0.25;

/** The page's time range, and, where it ends now, something of what is to come. */
export class LookAhead extends SceneTimeRangeTransformerBase<SceneTimeRangeState> {
  constructor() {
    // Its own is found when it is activated.
    super({ from: 'now-28d', to: 'now', value: getDefaultTimeRange() });
  }

  protected override ancestorTimeRangeChanged(timeRange: SceneTimeRangeState): void {
    this.setState({ ...timeRange, value: lookAhead(timeRange.value, Date.now()) });
  }
}

export function lookAhead(range: TimeRange, nowMs: number): TimeRange {
  const toMs = range.to.valueOf();
  if (!endsNow(toMs, nowMs)) return range;
  const to = dateTime(toMs + share * (toMs - range.from.valueOf()));
  return { from: range.from, to, raw: { from: range.from, to } };
}
