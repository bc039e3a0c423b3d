import { EmptyState, LinkButton } from '@grafana/ui';
import { type ReactNode, useEffect } from 'react';
import type { Client } from '../api/client.ts';
import { useApi } from '../api/use-api.ts';
import { useTick } from '../api/use-tick.ts';
import type { DetailProps } from '../scenes/detail-page.tsx';
import { useLink } from '../scenes/use-link.ts';
import { type Scope, useScope } from '../scenes/use-scope.ts';
import { Loading } from './Loading.tsx';

interface Props<T> extends DetailProps {
  load: (client: Client, id: string, signal: AbortSignal) => Promise<T>;
  /** There is no time range to refresh by. */
  refreshMs: number;
  titleOf: (data: T) => string;
  /** In place of a thing that is not there, and where to find those that are. */
  unknown: { message: string; path: string; button: string };
  errorTitle: string;
  children: (data: T, context: DetailContext) => ReactNode;
}

export interface DetailContext extends Pick<Scope, 'client' | 'dataSourceUid' | 'timeZone'> {
  /** Something about it was changed. */
  onChanged: () => void;
}

/** The frame of a page about one thing: loads it again and again, names the page after it, says when there is no such thing. */
export function Detail<T>(props: Props<T>) {
  const { scene, id, onTitle, load, refreshMs, titleOf, unknown, errorTitle, children } = props;
  const { client, dataSourceUid, key, timeZone } = useScope(scene);
  const link = useLink();
  const loaded = useApi(`${id} ${key}`, (signal) => load(client, id, signal), useTick(refreshMs));
  const title = loaded.data === null ? null : titleOf(loaded.data);
  useEffect(() => {
    if (title !== null) onTitle(title);
  }, [title, onTitle]);
  if (loaded.error?.kind === 'not_found') {
    return (
      <EmptyState
        variant="not-found"
        message={unknown.message}
        button={<LinkButton href={link(unknown.path)}>{unknown.button}</LinkButton>}
      />
    );
  }
  return (
    <Loading loaded={loaded} errorTitle={errorTitle}>
      {(data) => children(data, { client, dataSourceUid, timeZone, onChanged: loaded.reload })}
    </Loading>
  );
}
