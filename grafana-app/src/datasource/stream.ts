import type { StreamEvent } from '@cnapp-slo/model';
import {
  CircularDataFrame,
  type DataFrame,
  type DataQueryResponse,
  FieldType,
  LoadingState,
  type PreferredVisualisationType,
} from '@grafana/data';
import { Observable } from 'rxjs';
import { parseEvent } from '../api/use-stream.ts';

const defaultRows = 100;
/** However fast events come, panels are drawn this often. */
const drawEveryMs = 500;
const shownAs: PreferredVisualisationType = 'table';

/**
 * What happens on the processor while somebody looks, the latest `limit` rows; unsubscribing closes the connection. Frames keep their `refId`
 * and the response its `key`, so that each replaces the one before.
 */
export function streamEvents(url: string, refId: string, limit = defaultRows): Observable<DataQueryResponse> {
  return new Observable((subscriber) => {
    const frame = new CircularDataFrame({ append: 'tail', capacity: limit });
    frame.name = 'Stream';
    frame.refId = refId;
    frame.meta = { preferredVisualisationType: shownAs };
    frame.addField({ name: 'time', type: FieldType.time });
    for (const name of ['type', 'what', 'transition', 'severity', 'team', 'asset']) {
      frame.addField({ name, type: FieldType.string });
    }
    const send = (state: LoadingState) => subscriber.next({ key: refId, state, data: [snapshot(frame)] });
    const source = new EventSource(url, { withCredentials: true });
    let isChanged = false;
    const take = ({ type, data }: MessageEvent<string>) => {
      const event = parseEvent(type, data);
      if (event === null) return;
      frame.add(rowOf(event));
      isChanged = true;
    };
    for (const type of ['episode', 'sli', 'source']) source.addEventListener(type, take);
    send(LoadingState.Streaming);
    const timer = setInterval(() => {
      if (!isChanged) return;
      isChanged = false;
      send(LoadingState.Streaming);
    }, drawEveryMs);
    return () => {
      clearInterval(timer);
      source.close();
    };
  });
}

/** Panels compare frames by identity: what was handed out must not change any more. */
const snapshot = (frame: CircularDataFrame): DataFrame => ({
  ...frame,
  fields: frame.fields.map((field) => ({ ...field, values: [...field.values] })),
  length: frame.length,
});

function rowOf(event: StreamEvent): Record<string, string | number> {
  const time = Date.parse(event.at);
  switch (event.type) {
    case 'episode': {
      const { title, transition, severity, team, asset_id } = event;
      return { time, type: event.type, what: title, transition, severity, team, asset: asset_id };
    }
    case 'sli':
    case 'source':
      return { time, type: event.type, what: event.id, transition: event.status, severity: '', team: '', asset: '' };
  }
}
