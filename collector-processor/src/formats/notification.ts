import type { ActivityObservation, Actor } from '@cnapp-slo/model';

/** What a channel's webhook says about an incident's life. */
export type NotificationStep = 'alerted' | 'acknowledged' | 'unacknowledged' | 'resolved' | 'reopened' | 'other';

/**
 * A notification's step as an activity, `notify:<channel>:<step>:<key>`: the key is what the channel joins on (our incident label or deduplication key, else the
 * channel's own id). Clocks are set where people's inputs come in, not here.
 */
export function notification(
  channel: string,
  step: NotificationStep,
  key: string,
  atMs: number,
  actor?: Actor,
): ActivityObservation {
  return {
    kind: 'activity',
    action: `notify:${channel}:${step}:${key}`,
    atMs,
    ...(actor === undefined ? {} : { actor }),
  };
}
