import { companionsOf } from './companions.ts';

const read = (sli: string, companions: Record<string, number | null>) =>
  companionsOf(sli, companions).map(({ title, value }) => `${title} ${value}`);

test('companions read in the unit that their definition says', () => {
  expect(read('mttr', { mtta: 1500, exact_alert_share: 0.5, missing_alert: 2 })).toEqual([
    'Mean to acknowledge 25m',
    'With an exact alert 50%',
    'Never alerted 2',
  ]);
  expect(read('drift-rate', { modified: 0.02, drift_mttr: 7200, resources: 412 })).toEqual([
    'Modified 2%',
    'Mean to heal 2h',
    'Resources compared 412',
  ]);
  expect(read('ingest-cost', { per_day: 2_500_000, budget_share: 0.4 })).toEqual([
    'Bytes a day 2.5 MB',
    'Of the budget 40%',
  ]);
});

test('one that is unknown is a dash, one that no definition names a number', () => {
  expect(read('mttr', { mtta: null, something_new: 3 })).toEqual(['Mean to acknowledge –', 'something_new 3']);
});
