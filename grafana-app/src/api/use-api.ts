import { useCallback, useEffect, useRef, useState } from 'react';
import { type ApiError, toApiError } from './api-error.ts';

/** What a view knows about its data. After a failed refresh `data` is what was there before, so that the view can go on and say that it is stale. */
export interface Loaded<T> {
  data: T | null;
  error: ApiError | null;
  isLoading: boolean;
  /** When `data` arrived, epoch ms. */
  loadedAtMs: number | null;
  reload: () => void;
}

interface State<T> extends Omit<Loaded<T>, 'reload'> {
  /** What `data` answers. */
  key: string | null;
}

const firstRetryMs = 5_000;
const longestRetryMs = 60_000;

/**
 * Loads when `key` or `refresh` changes, and again by itself, later and later, after an error that may pass. `key` names what is asked for (null: nothing
 * yet), `refresh` the time of asking. The last answer stays while the next is awaited, as in Grafana's own panels.
 */
export function useApi<T>(
  key: string | null,
  load: (signal: AbortSignal) => Promise<T>,
  refresh: number | string = 0,
): Loaded<T> {
  const [state, setState] = useState<State<T>>({
    key: null,
    data: null,
    error: null,
    isLoading: true,
    loadedAtMs: null,
  });
  const [attempt, setAttempt] = useState(0);
  const failures = useRef(0);
  const latestLoad = useRef(load);
  latestLoad.current = load;
  const request = key === null ? null : `${key} ${refresh} ${attempt}`;

  useEffect(() => {
    if (request === null) return;
    const controller = new AbortController();
    let retry: ReturnType<typeof setTimeout> | undefined;
    setState((before) => ({ ...before, isLoading: true }));
    latestLoad.current(controller.signal).then(
      (data) => {
        if (controller.signal.aborted) return;
        failures.current = 0;
        setState({ key, data, error: null, isLoading: false, loadedAtMs: Date.now() });
      },
      (reason: unknown) => {
        if (controller.signal.aborted) return;
        const error = toApiError(reason);
        setState((before) => ({ ...before, data: before.key === key ? before.data : null, error, isLoading: false }));
        if (!error.isTransient) return;
        const delayMs = Math.min(firstRetryMs * 2 ** failures.current++, longestRetryMs);
        retry = setTimeout(() => setAttempt((n) => n + 1), delayMs);
      },
    );
    return () => {
      clearTimeout(retry);
      controller.abort();
    };
  }, [key, request]);

  const reload = useCallback(() => setAttempt((n) => n + 1), []);
  return { data: state.data, error: state.error, isLoading: state.isLoading, loadedAtMs: state.loadedAtMs, reload };
}
