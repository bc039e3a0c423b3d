import type { Severity } from '@cnapp-slo/model';

/** Where a reader goes on: the processor's page, the runbook, the pipeline run, the commit. */
export interface MessageLink {
  title: string;
  href: string;
}

/** What a person on call needs of one incident, gathered read-only. Times RFC 3339 UTC. */
export interface Message {
  title: string;
  severity: Severity;
  state: 'firing' | 'acknowledged' | 'resolved';
  tenant: string;
  team: string;
  startedAt: string;
  /** Name and value of each fact, in order of reading: where, owner, since when, change, evidence, impact … */
  facts: (readonly [name: string, value: string])[];
  /** What to run next; null where the detector gives no remediation. */
  nextCommand: string | null;
  links: MessageLink[];
  /** Parts that could not be gathered, by name: shown, so that a reader does not take them for empty. */
  missing: string[];
}

/**
 * `opened` starts a thread or ticket; the others follow it, `updated` when there is more to say or nobody has it any more. A
 * digest and a deadline alert stand alone.
 */
export type NoticeStep = 'opened' | 'acknowledged' | 'updated' | 'resolved' | 'deadline' | 'digest';

/** One thing to tell on one channel. */
export interface Notice {
  /** The same for every attempt at it: subject, channel and step. */
  idempotencyKey: string;
  /** The incident's, alert group's or plan's id; for a digest or deadline alert its own. */
  subjectId: string;
  step: NoticeStep;
  urgency: 'page' | 'ticket' | 'digest' | 'approval';
  message: Message;
  /** Buttons carry this and nothing else; what it stands for is looked up by the processor. Null: no buttons. */
  answerToken: string | null;
  /** What the channel gave for `opened`: a message's, ticket's or thread's place there. */
  ref: string | null;
  /** An earlier attempt may have got through although its answer did not. */
  isRepeat: boolean;
}

/** `accepted` is the receipt: the channel has it, and `ref` is where. */
export type ChannelResult =
  | { status: 'accepted'; ref: string | null }
  | { status: 'retryable'; code: string; retryAfterMs?: number }
  /** The same notice would fail again. */
  | { status: 'rejected'; code: string };

/** A way to reach people. */
export interface Channel {
  readonly kind: string;
  /** Steps that it has no way to show are skipped. */
  readonly steps: ReadonlySet<NoticeStep>;
  /** Never rejects, and never logs: an error may hold a secret. */
  send(notice: Notice): Promise<ChannelResult>;
}
