import type { StreamEvent } from '@cnapp-slo/model';
import { css } from '@emotion/css';
import { dateTimeFormat, type GrafanaTheme2 } from '@grafana/data';
import { Stack, Text, TextLink, useStyles2 } from '@grafana/ui';
import type { ReactNode } from 'react';
import { useStream } from '../../api/use-stream.ts';
import { Badge } from '../../components/Badge.tsx';
import { SeverityBadge } from '../../components/badges.tsx';
import { Panel } from '../../components/Panel.tsx';
import { t } from '../../i18n.ts';
import { useLink } from '../../scenes/use-link.ts';

interface Props {
  url: string;
  /** Only events with this text in them; all when empty. */
  containing?: string;
  /** Left of the state. */
  actions?: ReactNode;
}

/** What the processor learns while the page is open, newest first. */
export function LiveEvents({ url, containing = '', actions }: Props) {
  const styles = useStyles2(getStyles);
  const { received, state } = useStream(url, containing);
  return (
    <Panel
      title={t('live.title', 'Live')}
      actions={
        <Stack alignItems="center" gap={1}>
          {actions}
          {state === 'open' ? (
            <Badge color="green" icon="signal" text={t('live.open', 'Connected')} />
          ) : (
            <Badge
              color="orange"
              icon="sync"
              text={state === 'waiting' ? t('live.waiting', 'Connecting …') : t('live.unavailable', 'Not available')}
            />
          )}
        </Stack>
      }
    >
      {received.length === 0 ? (
        <Text color="secondary">{t('live.none', 'Nothing has happened since you opened this page.')}</Text>
      ) : (
        <ol className={styles.list}>
          {received.map(({ number, event }) => (
            <li key={number} className={styles.event}>
              <time className={styles.time} dateTime={event.at}>
                {dateTimeFormat(Date.parse(event.at), { format: 'HH:mm:ss' })}
              </time>
              <EventText event={event} />
            </li>
          ))}
        </ol>
      )}
    </Panel>
  );
}

function EventText({ event }: { event: StreamEvent }) {
  const link = useLink();
  switch (event.type) {
    case 'episode':
      return (
        <span>
          <SeverityBadge severity={event.severity} />{' '}
          <TextLink href={link(`/findings/${event.finding_id}`, { episode: event.episode_id })} color="primary">
            {event.title}
          </TextLink>{' '}
          <Text color="secondary" variant="bodySmall">
            {event.transition} · {event.team} · {event.asset_id}
          </Text>
        </span>
      );
    case 'sli':
      return (
        <TextLink href={link(`/slis/${event.id}`)} color="primary">
          {t('live.sli', '{{id}}: {{status}}', { id: event.id, status: event.status })}
        </TextLink>
      );
    case 'source':
      return (
        <Text color="secondary">
          {t('live.source', 'source {{id}}: {{status}}', { id: event.id, status: event.status })}
        </Text>
      );
  }
}

const getStyles = (theme: GrafanaTheme2) => ({
  list: css({ listStyle: 'none', margin: 0, padding: 0, maxHeight: 420, overflowY: 'auto' }),
  event: css({ display: 'flex', gap: theme.spacing(1.5), padding: theme.spacing(0.5, 0), overflowWrap: 'anywhere' }),
  time: css({
    color: theme.colors.text.secondary,
    fontVariantNumeric: 'tabular-nums',
    flexShrink: 0,
    ...theme.typography.bodySmall,
    lineHeight: theme.typography.body.lineHeight,
  }),
});
