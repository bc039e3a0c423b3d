import { traceHref } from './trace-href.ts';

test('a trace is asked for by its id, in the Tempo that was named', () => {
  const url = new URL(traceHref('tempo-1', '4bf92f3577b34da6a3ce929d0e0e4736'), 'http://grafana');
  expect(url.pathname).toBe('/explore');
  // Panes of Explore: grafana.com/docs/grafana/latest/explore/get-started-with-explore/#generate-explore-urls-from-external-tools
  expect(url.searchParams.get('schemaVersion')).toBe('1');
  const { trace } = JSON.parse(url.searchParams.get('panes') ?? '{}');
  expect(trace.datasource).toBe('tempo-1');
  expect(trace.queries).toEqual([
    {
      refId: 'A',
      datasource: { type: 'tempo', uid: 'tempo-1' },
      queryType: 'traceql',
      query: '4bf92f3577b34da6a3ce929d0e0e4736',
    },
  ]);
});
