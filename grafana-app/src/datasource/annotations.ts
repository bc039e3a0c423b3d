import type { AnnotationEvent, DataFrame } from '@grafana/data';

/**
 * A row is an event where the frame has the columns `time` and `title`: of incidents, changes and episodes; with `timeEnd` it is a stretch of time. Grafana's
 * own support looks for columns by what their heads say, which is for readers. Without an id, as what has one can be edited there.
 */
export function annotationsOf(frame: DataFrame): AnnotationEvent[] {
  const values = (name: string) => frame.fields.find((field) => field.name === name)?.values ?? [];
  const [times, ends, titles, texts] = ['time', 'timeEnd', 'title', 'text'].map(values);
  return (titles ?? []).flatMap((title: string, row) => {
    const time = times?.[row] ?? null;
    const timeEnd = ends?.[row] ?? null;
    if (time === null) return [];
    return [{ time, title, text: texts?.[row], ...(timeEnd !== null && { timeEnd, isRegion: true }) }];
  });
}
