import type {
  Clock,
  ClockName,
  Clocks,
  CloseReason,
  Episode,
  EpisodeState,
  Trigger,
  VerdictLabel,
} from '@cnapp-slo/model';
import { SEVERITIES } from '@cnapp-slo/model';

const STATES: readonly EpisodeState[] = [
  'open',
  'acked',
  'remediating',
  'fixed_unverified',
  'suspended',
  'unknown',
  'closed',
];
const CLOSE_REASONS: readonly (CloseReason | undefined)[] = [
  undefined,
  'remediated_verified',
  'remediated_by_deletion',
  'asset_deleted',
  'false_positive',
  'duplicate',
  'rule_retired',
  'rule_changed',
  'out_of_scope',
];
const TRIGGERS: readonly Trigger[] = ['asset_change', 'rule_enabled', 'advisory_published', 'baseline', 'unknown'];
const VERDICTS: readonly (VerdictLabel | undefined)[] = [undefined, 'tp', 'fp', 'btp', 'duplicate', 'unknown'];
const PRECISIONS: readonly Clock['precision'][] = ['exact', 'inferred', 'bounded'];

/** A field of the flags: where it begins, how many bits it has, and what they stand for. */
class Field<T> {
  readonly #shift: number;
  readonly #mask: number;
  readonly #values: readonly T[];

  constructor(shift: number, bits: number, values: readonly T[]) {
    this.#shift = shift;
    this.#mask = (1 << bits) - 1;
    this.#values = values;
  }

  of(flags: number): T {
    return this.#values[(flags >>> this.#shift) & this.#mask] as T;
  }

  bits(value: T): number {
    const number = this.#values.indexOf(value);
    if (number < 0) throw new Error(`no episode has ${JSON.stringify(value)}: it must be one of ${this.#values}`);
    return (number << this.#shift) >>> 0;
  }
}

const NO_YES = [false, true] as const;

/** Of the flags: there is `More` of the episode. */
export const HAS_MORE = 1 << 24;

export const FIELDS = {
  state: new Field(0, 3, STATES),
  closeReason: new Field(3, 4, CLOSE_REASONS),
  trigger: new Field(7, 3, TRIGGERS),
  verdict: new Field(10, 3, VERDICTS),
  severity: new Field(13, 3, SEVERITIES),
  strictestSeverity: new Field(16, 3, SEVERITIES),
  isBaseline: new Field(19, 1, NO_YES),
  isBackfill: new Field(20, 1, NO_YES),
  exercise: new Field(21, 1, NO_YES),
  durable: new Field(22, 1, NO_YES),
  detectorSuppressed: new Field(23, 1, NO_YES),
  changePrecision: new Field(25, 2, PRECISIONS),
  alertPrecision: new Field(27, 2, PRECISIONS),
};

/** Clocks with a column: their times. Of the others, and of bounded ones, the clock is kept as it is. */
export const TIMED = ['t_change', 't_observable', 't_detect', 't_alert', 't_remediate', 't_verify', 't_close'] as const;
export type Timed = (typeof TIMED)[number];

/** What few episodes have, as far as anybody asks it of many. */
export interface More extends Partial<Pick<Episode, (typeof KEPT)[number]>> {
  clocks: Clocks;
}

/** Null: nothing but the columns is to be kept. */
export function moreOf(episode: Episode): More | null {
  let more: More | null = null;
  for (const name of KEPT) {
    const value = episode[name];
    if (value === undefined || (Array.isArray(value) && value.length === 0)) continue;
    more ??= { clocks: {} };
    Object.assign(more, { [name]: value });
  }
  for (const name in episode.clocks) {
    const clock = episode.clocks[name as ClockName] as Clock;
    if (isTimed(name) && clock.atMs > 0 && isPlain(name, clock)) continue;
    more ??= { clocks: {} };
    more.clocks[name as ClockName] = clock;
  }
  return more;
}

/** Without bounds, and exact unless it is one of those whose precision is in the flags. */
function isPlain(name: Timed, { precision, loMs, hiMs }: Clock): boolean {
  if (loMs !== undefined || hiMs !== undefined || precision === 'bounded') return false;
  return precision === 'exact' || name === 't_change' || name === 't_alert';
}

function isTimed(name: string): name is Timed {
  return (TIMED as readonly string[]).includes(name);
}

const KEPT = [
  'attempts',
  'suspensions',
  'alertGroup',
  'alertUrgency',
  'causeChangeId',
  'fixChangeId',
  'fixActor',
  'assignee',
  'driftKind',
] as const;
