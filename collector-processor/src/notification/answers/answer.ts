import type { VerdictLabel } from '@cnapp-slo/model';

/**
 * What somebody said: a closed list. `fixed` is a claim; only the detector's PASS is the proof. `release` takes back the
 * acknowledgement, `reopen` the claim.
 */
export type Saying =
  | { what: 'acknowledge' }
  | { what: 'release' }
  | { what: 'verdict'; verdict: VerdictLabel }
  | { what: 'assign'; to: string }
  | { what: 'fixed' }
  | { what: 'reopen' };

/** How an answer names its subject; what it stands for is looked up, never taken from the call. */
export type AnswerSubject =
  | { token: string }
  | { incidentId: string }
  /** The ticket or message that a channel of ours made. */
  | { ref: string };

/** An answer as a service tells it. */
export interface Answer {
  subject: AnswerSubject;
  sayings: Saying[];
  /** The service's id of the person; null: the service itself, as when an acknowledgement timed out. */
  userId: string | null;
  /** By the service's clock (epoch ms). */
  atMs: number;
}

/** `ignored`: a call that says nothing to us. */
export type ParsedAnswer = { status: 'answer'; answer: Answer } | { status: 'ignored' } | { status: 'unreadable' };

export const IGNORED: ParsedAnswer = { status: 'ignored' };
export const UNREADABLE: ParsedAnswer = { status: 'unreadable' };
