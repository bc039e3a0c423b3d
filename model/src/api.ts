/** The JSON shapes of `/api/v1` (CONTRACT). Times RFC 3339 UTC, durations seconds, ratios 0..1, unknown is null with a `reason`. */

import type { SliId, SliStatus } from './api/slis.ts';
import type { Severity } from './domain/observation.ts';

export * from './api/findings.ts';
export * from './api/incidents.ts';
export * from './api/inventory.ts';
export * from './api/policies.ts';
export * from './api/slis.ts';

export interface Page<T> {
  items: T[];
  next_cursor: string | null;
}

/** RFC 9457. */
export interface Problem {
  type: string;
  title: string;
  status: number;
  detail?: string;
  code: string;
}

/** What `/stream` sends: `event:` is `type`, `data:` the rest as JSON. */
export type StreamEvent =
  | {
      type: 'episode';
      at: string;
      episode_id: string;
      finding_id: string;
      transition: string;
      title: string;
      severity: Severity;
      asset_id: string;
      team: string;
    }
  | { type: 'sli'; at: string; id: SliId; value: number | null; ratio: number | null; status: SliStatus }
  | { type: 'source'; at: string; id: string; status: string };
