/** Explore at a trace: `/explore?panes=…`. Of any age: Tempo finds a trace by its id alone. */
export function traceHref(tempoUid: string, traceId: string): string {
  const datasource = { type: 'tempo', uid: tempoUid };
  const pane = {
    datasource: tempoUid,
    queries: [{ refId: 'A', datasource, queryType: 'traceql', query: traceId }],
    range: { from: 'now-1h', to: 'now' },
  };
  return `/explore?schemaVersion=1&panes=${encodeURIComponent(JSON.stringify({ trace: pane }))}`;
}
