import type { SourceJson } from '@cnapp-slo/model';
import { css } from '@emotion/css';
import type { GrafanaTheme2 } from '@grafana/data';
import { type BadgeColor, useStyles2 } from '@grafana/ui';
import { Badge } from '../../components/Badge.tsx';
import { Timestamp } from '../../components/Timestamp.tsx';
import { t } from '../../i18n.ts';
import { formatCount, formatDuration } from '../../slo/format.ts';

const colors: Record<SourceJson['status'], BadgeColor> = { silent: 'red', stale: 'orange', fresh: 'green' };
const order: readonly SourceJson['status'][] = ['silent', 'stale', 'fresh'];

function statusText(status: SourceJson['status']): string {
  switch (status) {
    case 'fresh':
      return t('sources.fresh', 'Fresh');
    case 'stale':
      return t('sources.stale', 'Late');
    case 'silent':
      return t('sources.silent', 'Silent');
  }
}

/** Every source, the ones that need attention first. */
export function SourceList({ sources, timeZone }: { sources: readonly SourceJson[]; timeZone?: string }) {
  const styles = useStyles2(getStyles);
  const sorted = sources.toSorted(
    (a, b) => order.indexOf(a.status) - order.indexOf(b.status) || a.id.localeCompare(b.id),
  );
  return (
    <div className={styles.scroll}>
      <table className={styles.table}>
        <thead>
          <tr>
            <th>{t('sources.source', 'Source')}</th>
            <th>{t('sources.status', 'Status')}</th>
            <th>{t('sources.last', 'Last heard')}</th>
            <th>{t('sources.interval', 'Expected every')}</th>
            <th>{t('sources.records', 'Records')}</th>
            <th>{t('sources.rejected', 'Rejected')}</th>
          </tr>
        </thead>
        <tbody>
          {sorted.map((source) => (
            <tr key={source.id}>
              <td>
                {source.format} · {source.scope}
              </td>
              <td>
                <Badge text={statusText(source.status)} color={colors[source.status]} />
              </td>
              <td>
                {source.last_received_at === null ? (
                  t('sources.never', 'never')
                ) : (
                  <Timestamp at={source.last_received_at} timeZone={timeZone} relative />
                )}
              </td>
              <td>{formatDuration(source.interval_seconds)}</td>
              <td>{formatCount(source.records)}</td>
              <td>{formatCount(Object.values(source.rejects).reduce((sum, count) => sum + count, 0))}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

const getStyles = (theme: GrafanaTheme2) => ({
  scroll: css({ maxHeight: 420, overflow: 'auto' }),
  table: css({
    'th, td': { padding: theme.spacing(0.5, 1.5, 0.5, 0), textAlign: 'left', whiteSpace: 'nowrap' },
    th: { color: theme.colors.text.secondary, fontWeight: theme.typography.fontWeightMedium },
  }),
});
