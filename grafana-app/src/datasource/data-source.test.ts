import { type AnnotationQuery, type DataFrame, type DataQueryResponse, dateTime, LoadingState } from '@grafana/data';
import { EMPTY, lastValueFrom } from 'rxjs';
import { labelValues } from '../api/label-values.ts';
import { NOW_MS, startBackend } from '../test/backend.ts';
import { requestOf, settings, startGrafana } from '../test/grafana.ts';
import { CnappDataSource } from './data-source.ts';
import type { CnappQuery } from './query.ts';

startBackend();
startGrafana();

const ask = (...queries: CnappQuery[]): Promise<DataQueryResponse> =>
  lastValueFrom(new CnappDataSource(settings).query(requestOf(...queries)));
const valuesOf = (frame: DataFrame | undefined, name: string) =>
  frame?.fields.find((field) => field.name === name)?.values;

test('an SLI over time is one frame: ratio with its objective, value in the SLI’s unit, events', async () => {
  const { data } = await ask({ refId: 'A', queryType: 'sli_series', sli: 'mttr' });
  const [frame] = data as DataFrame[];
  expect(frame?.refId).toBe('A');
  expect(frame?.fields.map(({ name, config }) => [name, config.unit])).toEqual([
    ['time', undefined],
    ['ratio', 'percentunit'],
    ['objective', 'percentunit'],
    ['budget_remaining', 'percentunit'],
    ['value', 's'],
    ['good', undefined],
    ['bad', undefined],
  ]);
  expect(new Set(valuesOf(frame, 'objective'))).toEqual(new Set([0.95]));
});

test('a budget goes on at the pace of the last day until it is gone', async () => {
  jest.spyOn(Date, 'now').mockReturnValue(NOW_MS);
  const request = requestOf({ refId: 'A', queryType: 'sli_budget', sli: 'mttr' });
  const to = dateTime(NOW_MS + 7 * 86_400_000);
  const answer = new CnappDataSource(settings).query({ ...request, range: { ...request.range, to } });
  const [frame] = (await lastValueFrom(answer)).data as DataFrame[];
  jest.restoreAllMocks();
  const [times, left, ahead] = ['time', 'budget_remaining', 'budget_ahead'].map((name) => valuesOf(frame, name) ?? []);
  // The fixture's .9542 of .95 leaves 1 − .0458 / .05 of the budget; at 2.3 times the pace that lasts .0840 × 28 d / 2.3.
  expect([left?.at(-2), ahead?.at(-2)]).toEqual([expect.closeTo(0.084, 2), expect.closeTo(0.084, 2)]);
  expect([left?.at(-1), ahead?.at(-1)]).toEqual([null, expect.closeTo(0)]);
  expect((times?.at(-1) - NOW_MS) / 86_400_000).toBeCloseTo((left?.at(-2) * 28) / 2.3, 6);
  expect(ahead?.slice(0, -2).every((value: number | null) => value === null)).toBe(true);
});

test('every SLI is a row, and what is unknown is null', async () => {
  const { data } = await ask({ refId: 'A', queryType: 'sli_value' });
  const [frame] = data as DataFrame[];
  expect(valuesOf(frame, 'id')).toEqual(['mttd-config', 'mttr', 'drift-rate']);
  expect(valuesOf(frame, 'ratio')?.at(-1)).toBeNull();
  expect(valuesOf(frame, 'status')?.at(-1)).toBe('no_data');
});

test('a limit beyond a page follows the cursor', async () => {
  const count = async (limit: number) => {
    const { data } = await ask({ refId: 'A', queryType: 'findings', limit });
    return (data as DataFrame[])[0]?.length;
  };
  expect([await count(20), await count(130)]).toEqual([20, 130]);
});

test('filters take dashboard variables', async () => {
  const { data } = await ask({ refId: 'A', queryType: 'findings', filter: { team: '$team' } });
  expect(new Set(valuesOf((data as DataFrame[])[0], 'team'))).toEqual(new Set(['payments']));
});

test('a query that fails takes none of the others with it', async () => {
  const { data, errors, state } = await ask(
    { refId: 'A', queryType: 'sli_series', sli: 'no-such-sli' },
    { refId: 'B', queryType: 'changes' },
  );
  expect((data as DataFrame[]).map(({ refId }) => refId)).toEqual(['B']);
  expect(errors).toEqual([{ refId: 'A', message: 'there is no SLI "no-such-sli"' }]);
  expect(state).toBe(LoadingState.Error);
});

test('a query without an SLI is not sent', () => {
  const dataSource = new CnappDataSource(settings);
  expect(dataSource.filterQuery({ refId: 'A', queryType: 'sli_series', sli: '' })).toBe(false);
  expect(dataSource.filterQuery({ refId: 'A', queryType: 'findings' })).toBe(true);
});

test('incidents, changes and episodes are annotations, those with an end a stretch of time', async () => {
  const { processEvents } = new CnappDataSource(settings).annotations;
  const eventsOf = async (query: CnappQuery) => {
    const { data } = await ask(query);
    return (await lastValueFrom(processEvents?.({} as AnnotationQuery<CnappQuery>, data) ?? EMPTY)) ?? [];
  };
  const [change] = await eventsOf({ refId: 'A', queryType: 'changes', limit: 1 });
  expect(change).toEqual({
    time: expect.any(Number),
    title: expect.any(String),
    text: expect.stringContaining(' · '),
  });
  const incidents = await eventsOf({ refId: 'A', queryType: 'incidents' });
  expect(incidents.length).toBeGreaterThan(0);
  const episodes = await eventsOf({ refId: 'A', queryType: 'sli_explain', sli: 'mttr' });
  const fixed = episodes.find(({ text }) => text?.includes('good'));
  expect([fixed?.isRegion, Number(fixed?.timeEnd) > Number(fixed?.time)]).toEqual([true, true]);
  const open = episodes.find(({ text }) => text?.includes('pending'));
  expect(open).not.toHaveProperty('timeEnd');
});

test('what has no instant is no annotation', async () => {
  const { processEvents } = new CnappDataSource(settings).annotations;
  const { data } = await ask({ refId: 'A', queryType: 'assets' });
  expect(await lastValueFrom(processEvents?.({} as AnnotationQuery<CnappQuery>, data) ?? EMPTY)).toEqual([]);
});

test('a label’s values are its closed set, or what the assets carry', async () => {
  const { client } = new CnappDataSource(settings);
  expect(await labelValues(client, 'criticality')).toEqual(['c0', 'c1', 'c2', 'c3']);
  expect(await labelValues(client, 'team')).toEqual(['content', 'data-platform', 'discovery', 'payments', 'unowned']);
});
