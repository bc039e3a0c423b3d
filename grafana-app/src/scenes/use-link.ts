import { useLocation } from 'react-router-dom';
import { PLUGIN_BASE_URL } from '../constants.ts';

/** What a link to another of our pages takes along: time range, filters, processor. */
const kept = /^(from|to|timezone|var-.+)$/;

/** Makes addresses of our pages that keep what the controls chose; `params` go on top. */
export function useLink(): (path: string, params?: Record<string, string>) => string {
  const { search } = useLocation();
  return (path, params = {}) => {
    const query = new URLSearchParams([...new URLSearchParams(search)].filter(([key]) => kept.test(key)));
    for (const [key, value] of Object.entries(params)) query.set(key, value);
    const text = query.toString();
    return `${PLUGIN_BASE_URL}${path}${text === '' ? '' : `?${text}`}`;
  };
}
