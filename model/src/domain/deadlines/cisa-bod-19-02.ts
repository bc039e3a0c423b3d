import type { DeadlinePolicy } from '../deadline.ts';

/** Internet-accessible systems only: nothing is required of the others. */
export const cisaBod1902: DeadlinePolicy = {
  id: 'cisa-bod-19-02',
  title: 'CISA BOD 19-02: critical 15 days, high 30 days, internet-accessible',
  source:
    'https://www.cisa.gov/news-events/directives/bod-19-02-vulnerability-remediation-requirements-internet-accessible-systems',
  rows: [
    { severity: 'critical', exposure: 'internal', seconds: null },
    { severity: 'critical', seconds: 15 * 86_400 },
    { severity: 'high', exposure: 'internal', seconds: null },
    { severity: 'high', seconds: 30 * 86_400 },
  ],
};
