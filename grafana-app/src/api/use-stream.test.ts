import type { StreamEvent } from '@cnapp-slo/model';
import { newsFilter, parseEvent } from './use-stream.ts';

const sli = (status: 'ok' | 'at_risk'): StreamEvent => ({
  type: 'sli',
  at: '',
  id: 'mttr',
  value: 1,
  ratio: 1,
  status,
});

test('an event is its type and its data', () => {
  expect(parseEvent('source', '{"at":"2026-11-22T12:00:00Z","id":"falco/prod","status":"silent"}')).toEqual({
    type: 'source',
    at: '2026-11-22T12:00:00Z',
    id: 'falco/prod',
    status: 'silent',
  });
  expect(parseEvent('source', 'no json')).toBeNull();
});

test('an SLI is news when its status changes, not with every value', () => {
  const isNews = newsFilter();
  expect([sli('ok'), sli('ok'), sli('at_risk'), sli('at_risk'), sli('ok')].map(isNews)).toEqual([
    false,
    false,
    true,
    false,
    true,
  ]);
});

test('every step of an episode is news', () => {
  const isNews = newsFilter();
  const step: StreamEvent = { type: 'source', at: '', id: 'falco/prod', status: 'fresh' };
  expect([step, step].map(isNews)).toEqual([true, true]);
});
