import type { StreamEvent } from '@cnapp-slo/model';
import { useEffect, useRef, useState } from 'react';

/** A stream event with a number of its own, for keys. */
export interface Received {
  number: number;
  event: StreamEvent;
}

export interface LiveStream {
  /** Newest first. */
  received: readonly Received[];
  /** `waiting`: the browser connects, or connects again by itself. */
  state: 'waiting' | 'open' | 'unavailable';
}

const kept = 50;
/** However fast events come, the page is drawn this often. */
const drawEveryMs = 500;

/**
 * What happens on the processor while the component is there, as far as it has `containing` in it. It is a hint to look again, not a log: what came before
 * is not told.
 */
export function useStream(url: string, containing = ''): LiveStream {
  const [stream, setStream] = useState<LiveStream>({ received: [], state: 'waiting' });
  const wanted = useRef('');
  wanted.current = containing.trim().toLowerCase();
  useEffect(() => {
    if (typeof EventSource === 'undefined') {
      setStream({ received: [], state: 'unavailable' });
      return;
    }
    const source = new EventSource(url, { withCredentials: true });
    const setState = (state: LiveStream['state']) => setStream((before) => ({ ...before, state }));
    const isNews = newsFilter();
    let waiting: Received[] = [];
    let number = 0;
    const take = ({ type, data }: MessageEvent<string>) => {
      // Before it is parsed: most of a busy stream is not wanted.
      if (wanted.current !== '' && !data.toLowerCase().includes(wanted.current)) return;
      const event = parseEvent(type, data);
      if (event !== null && isNews(event)) waiting = [{ number: number++, event }, ...waiting].slice(0, kept);
    };
    source.onopen = () => setState('open');
    source.onerror = () => setState(source.readyState === EventSource.CLOSED ? 'unavailable' : 'waiting');
    for (const type of ['episode', 'sli', 'source']) source.addEventListener(type, take);
    const timer = setInterval(() => {
      if (waiting.length === 0) return;
      const news = waiting;
      waiting = [];
      setStream((before) => ({ ...before, received: [...news, ...before.received].slice(0, kept) }));
    }, drawEveryMs);
    return () => {
      clearInterval(timer);
      source.close();
    };
  }, [url]);
  return stream;
}

/** SLIs are told with every change of their value; for people only another status is news, of which the first that comes says nothing. */
export function newsFilter(): (event: StreamEvent) => boolean {
  const statuses = new Map<string, string>();
  return (event) => {
    if (event.type !== 'sli') return true;
    const before = statuses.get(event.id);
    statuses.set(event.id, event.status);
    return before !== undefined && before !== event.status;
  };
}

/** `event:` is the type, `data:` the rest as JSON; null where it isn't. */
export function parseEvent(type: string, data: string): StreamEvent | null {
  try {
    return { ...JSON.parse(data), type } as StreamEvent;
  } catch {
    return null;
  }
}
