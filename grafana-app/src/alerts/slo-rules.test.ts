import { byUrgency, rulesOf } from './slo-rules.ts';

const rule = (uid: string, more: object) => ({ uid, name: uid, state: 'inactive', health: 'ok', ...more });
const answer = (...rules: ReturnType<typeof rule>[]) => ({ data: { groups: [{ rules }] } });

test('only rules about our SLOs are read', () => {
  const rules = rulesOf(answer(rule('cnapp-mttr-page-fast', { labels: { slo: 'mttr' } }), rule('disk-full', {})));
  expect(rules.map(({ uid, slo }) => [uid, slo])).toEqual([['cnapp-mttr-page-fast', 'mttr']]);
});

test('a firing rule says since when, and what its instance says rather than the template', () => {
  const [firing] = rulesOf(
    answer(
      rule('cnapp-a', {
        state: 'firing',
        annotations: { summary: '{{ $value }} bad' },
        alerts: [
          { state: 'Normal', activeAt: '2026-11-01T00:00:00Z' },
          { state: 'Alerting', activeAt: '2026-11-02T00:00:00Z', annotations: { summary: '71 % bad' } },
        ],
      }),
    ),
  );
  expect(firing).toMatchObject({ state: 'firing', activeSince: '2026-11-02T00:00:00Z', summary: '71 % bad' });
});

test('a rule that cannot be evaluated says so', () => {
  expect(rulesOf(answer(rule('cnapp-a', { health: 'error', lastError: 'connection refused' })))[0]?.error).toBe(
    'connection refused',
  );
});

test('what fires comes first, pages before tickets', () => {
  const rules = rulesOf(
    answer(
      rule('cnapp-quiet', {}),
      rule('cnapp-ticket', { state: 'firing', labels: { severity: 'ticket' } }),
      rule('cnapp-page', { state: 'firing', labels: { severity: 'page' } }),
    ),
  );
  expect(rules.toSorted(byUrgency).map(({ uid }) => uid)).toEqual(['cnapp-page', 'cnapp-ticket', 'cnapp-quiet']);
});

test('an answer without rules is no list of none', () => {
  expect(() => rulesOf({} as Parameters<typeof rulesOf>[0])).toThrow('without alert rules');
});
