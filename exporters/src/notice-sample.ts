import type { Notice } from './channel.ts';

/** Test data: the page of a public bucket. Its names try what an attacker would. */
export function noticeOf(changes: Partial<Notice> = {}): Notice {
  return {
    idempotencyKey: 'i_1|opened|pager#1|pager',
    subjectId: 'i_1',
    step: 'opened',
    urgency: 'page',
    message: {
      title: 'S3 bucket is public',
      severity: 'critical',
      state: 'firing',
      tenant: 'acme',
      team: 'payments',
      startedAt: '2026-03-02T09:20:00.000Z',
      facts: [
        ['Where', 'acme-invoices <!channel> @everyone [click](http://evil.example)'],
        ['Owner', 'payments'],
      ],
      nextCommand: 'aws s3api put-public-access-block --bucket acme-invoices',
      links: [{ title: 'Incident', href: 'https://slo.example/incidents/i_1' }],
      missing: ['SLO impact'],
    },
    answerToken: 'token-1',
    ref: null,
    isRepeat: false,
    ...changes,
  };
}
