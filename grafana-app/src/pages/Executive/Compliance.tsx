import type { FrameworkJson } from '@cnapp-slo/model';
import { css } from '@emotion/css';
import type { GrafanaTheme2 } from '@grafana/data';
import { Text, useStyles2 } from '@grafana/ui';
import { useApi } from '../../api/use-api.ts';
import { Loading } from '../../components/Loading.tsx';
import { Panel } from '../../components/Panel.tsx';
import { getTableStyles } from '../../components/table-styles.ts';
import { t } from '../../i18n.ts';
import type { Scope } from '../../scenes/use-scope.ts';
import { formatCount, formatPercent } from '../../slo/format.ts';

/** Of each framework: which share of its assessed controls passes. */
export function Compliance({ scope }: { scope: Scope }) {
  const loaded = useApi(
    `compliance ${scope.key}`,
    (signal) => scope.client.compliance(scope.filter, signal),
    scope.refresh,
  );
  return (
    <Panel title={t('compliance.title', 'Compliance posture by framework')}>
      <Loading loaded={loaded} errorTitle={t('compliance.error', 'The posture could not be loaded')}>
        {({ items }) =>
          items.length === 0 ? (
            <Text color="secondary">
              {t('compliance.none', 'No data: no detector names the controls that its rules check.')}
            </Text>
          ) : (
            <Frameworks frameworks={items.toSorted(byScore)} />
          )
        }
      </Loading>
    </Panel>
  );
}

/** The worst first; what is not assessed says nothing and comes last. */
const byScore = (a: FrameworkJson, b: FrameworkJson) =>
  (a.score ?? 2) - (b.score ?? 2) || b.failing - a.failing || a.framework.localeCompare(b.framework);

function Frameworks({ frameworks }: { frameworks: readonly FrameworkJson[] }) {
  const table = useStyles2(getTableStyles);
  const styles = useStyles2(getStyles);
  return (
    <div className={table.scroll}>
      <table className={table.table}>
        <thead>
          <tr>
            <th>{t('compliance.framework', 'Framework')}</th>
            <th>{t('compliance.score', 'Score')}</th>
            <th className={table.number}>{t('compliance.failing', 'Failing')}</th>
            <th className={table.number}>{t('compliance.assessed', 'Assessed')}</th>
          </tr>
        </thead>
        <tbody>
          {frameworks.map(({ framework, family, score, passing, failing, not_assessed: rest }) => (
            <tr key={framework}>
              <td className={styles.name}>
                {framework}
                {family !== 'other' && (
                  <Text element="p" variant="bodySmall" color="secondary">
                    {family}
                  </Text>
                )}
              </td>
              <td className={table.nowrap}>
                <div className={styles.track} role="presentation">
                  <div className={styles.fill} style={{ width: `${(score ?? 0) * 100}%` }} />
                </div>
                {formatPercent(score, 0)}
              </td>
              <td className={table.number}>{formatCount(failing)}</td>
              <td className={table.number}>
                {t('compliance.of', '{{assessed}} of {{all}}', {
                  assessed: formatCount(passing + failing),
                  all: formatCount(passing + failing + rest),
                })}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

const getStyles = (theme: GrafanaTheme2) => ({
  // No width of its own: it takes what the others leave.
  name: css({ width: '50%', maxWidth: 0, overflowWrap: 'anywhere' }),
  track: css({ width: 80, height: 6, borderRadius: 3, overflow: 'hidden', background: theme.colors.error.main }),
  fill: css({ height: '100%', background: theme.colors.success.main }),
});
