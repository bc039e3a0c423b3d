import type { DeadlinePolicy } from '../deadline.ts';

export const defaultDeadlines: DeadlinePolicy = {
  id: 'default',
  title: 'Critical 24 hours, high 7 days',
  source: 'docs/slis.md#mttr',
  rows: [
    { severity: 'critical', seconds: 86_400 },
    { severity: 'high', seconds: 7 * 86_400 },
  ],
};
