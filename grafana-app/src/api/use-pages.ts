import type { Page } from '@cnapp-slo/model';
import { useEffect, useMemo, useRef, useState } from 'react';
import { type ApiError, toApiError } from './api-error.ts';
import { type Loaded, useApi } from './use-api.ts';

/** A list that is longer than a page. */
export interface LoadedPages<P extends Page<unknown>> {
  /** The first page, with its states. */
  first: Loaded<P>;
  /** Everything so far. */
  items: P['items'];
  /** Null: that was all. */
  loadMore: (() => Promise<void>) | null;
  isLoadingMore: boolean;
  moreError: ApiError | null;
  /** For a list that loads more by itself when its end comes near: what failed waits until it is asked for. */
  onEnd: (() => void) | undefined;
}

interface More<P extends Page<unknown>> {
  /** The first page that these follow. */
  after: P;
  pages: P[];
}

/** Loads the first page when `key` or `refresh` changes, and the next ones on demand. A new first page starts over. */
export function usePages<P extends Page<unknown>>(
  key: string,
  load: (cursor: string | undefined, signal?: AbortSignal) => Promise<P>,
  refresh: number,
): LoadedPages<P> {
  const first = useApi(key, (signal) => load(undefined, signal), refresh);
  const [more, setMore] = useState<More<P> | null>(null);
  const [isLoadingMore, setLoadingMore] = useState(false);
  const [moreError, setMoreError] = useState<ApiError | null>(null);
  const current = useRef(first.data);
  current.current = first.data;

  const pages = first.data === null ? [] : [first.data, ...(more?.after === first.data ? more.pages : [])];
  const cursor = pages.at(-1)?.next_cursor ?? null;

  useEffect(() => {
    if (first.data !== null) setMoreError(null);
  }, [first.data]);

  const latestLoad = useRef(load);
  latestLoad.current = load;
  const { data } = first;
  const loadMore = useMemo(() => {
    if (data === null || cursor === null) return null;
    return async () => {
      setLoadingMore(true);
      setMoreError(null);
      try {
        const page = await latestLoad.current(cursor);
        setMore((before) => ({ after: data, pages: [...(before?.after === data ? before.pages : []), page] }));
      } catch (reason) {
        if (current.current === data) setMoreError(toApiError(reason));
      } finally {
        setLoadingMore(false);
      }
    };
  }, [data, cursor]);

  return {
    first,
    items: pages.flatMap(({ items }) => items) as P['items'],
    loadMore,
    isLoadingMore,
    moreError,
    onEnd: loadMore === null || isLoadingMore || moreError !== null ? undefined : loadMore,
  };
}
