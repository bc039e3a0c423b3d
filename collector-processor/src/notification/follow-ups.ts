import type { Channel, NoticeStep } from '@cnapp-slo/exporters/channels';
import type { IncidentJson, NowMs } from '@cnapp-slo/model';
import { newEntry, type Outbox, type OutboxEntry } from './outbox.ts';

/** What is told after a first notice: where that went, in order, and once for each time that it becomes true. */
export class FollowUps {
  readonly #outbox: Outbox;
  readonly #channels: ReadonlyMap<string, Channel>;
  readonly #nowMs: NowMs;

  constructor(outbox: Outbox, channels: ReadonlyMap<string, Channel>, nowMs: NowMs) {
    this.#outbox = outbox;
    this.#channels = channels;
    this.#nowMs = nowMs;
  }

  /** Somebody has it, or nobody has it any more. Answers what is to be sent. */
  ofState(state: IncidentJson['state'], opened: readonly OutboxEntry[]): OutboxEntry[] {
    if (state === 'acknowledged') return this.of('acknowledged', opened);
    return this.of(
      'updated',
      opened.filter((first) => this.#lastAfter(first)?.step === 'acknowledged'),
    );
  }

  /** Answers what is to be sent: the step after each first notice that was delivered, unless it was the last that was told. */
  of(step: NoticeStep, opened: readonly OutboxEntry[]): OutboxEntry[] {
    const nowMs = this.#nowMs();
    return opened.flatMap((first) => {
      const { key, subjectId, delivered, urgency, answerToken } = first;
      if (!delivered || !this.#channels.get(delivered.channel)?.steps.has(step)) return [];
      const last = this.#lastAfter(first);
      if (last?.step === step) return [];
      const entry = newEntry({
        key: key.replace('|opened|', `|${step}.${last === undefined ? 1 : numberOf(last) + 1}|`),
        subjectId,
        of: first,
        step,
        urgency,
        chain: [delivered.channel],
        nowMs,
      });
      return this.#outbox.add([{ ...entry, follows: delivered.ref, answerToken }]);
    });
  }

  /** What was last said of the state that the first notice told. */
  #lastAfter(first: OutboxEntry): OutboxEntry | undefined {
    const place = first.key.slice(first.key.lastIndexOf('|'));
    return this.#outbox
      .of(first.subjectId)
      .filter(({ key, step, members }) => step !== 'opened' && members.length === 0 && key.endsWith(place))
      .reduce<OutboxEntry | undefined>((a, b) => (a && numberOf(a) > numberOf(b) ? a : b), undefined);
  }
}

/** The place of a follow-up among those of its first notice. */
function numberOf({ key }: OutboxEntry): number {
  return Number(/\|[a-z]+\.(\d+)\|/.exec(key)?.[1] ?? 0);
}
