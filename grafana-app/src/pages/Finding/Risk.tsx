import type { RiskJson } from '@cnapp-slo/model';
import { css } from '@emotion/css';
import type { GrafanaTheme2 } from '@grafana/data';
import { Text, useStyles2 } from '@grafana/ui';
import { RiskBadge } from '../../components/badges.tsx';
import { Panel } from '../../components/Panel.tsx';
import { t } from '../../i18n.ts';
import { UNKNOWN } from '../../slo/format.ts';

/** How urgent it is, and what makes it so. What is unknown counts nothing, and says how much it could. */
export function Risk({ risk }: { risk: RiskJson }) {
  const styles = useStyles2(getStyles);
  return (
    <Panel title={t('risk.title', 'Risk')} actions={<RiskBadge risk={risk} />}>
      <dl className={styles.list}>
        {risk.factors.map(({ name, value, points, points_max, reason }) => (
          <div key={name} className={styles.factor}>
            <dt>
              {name}
              <Text element="p" variant="bodySmall" color="secondary">
                {reason}
              </Text>
            </dt>
            <dd className={styles.value}>
              {value === null
                ? t('risk.unknown', '{{unknown}} (up to {{points}})', { unknown: UNKNOWN, points: points_max })
                : `${value}: ${points}`}
            </dd>
          </div>
        ))}
      </dl>
      {risk.combinations.map(({ name, reason }) => (
        <Text key={name} element="p" variant="bodySmall" color="warning">
          {name}: {reason}
        </Text>
      ))}
    </Panel>
  );
}

const getStyles = (theme: GrafanaTheme2) => ({
  list: css({ margin: 0, display: 'flex', flexDirection: 'column', gap: theme.spacing(1) }),
  factor: css({ display: 'flex', justifyContent: 'space-between', gap: theme.spacing(2), dt: { minWidth: 0 } }),
  value: css({ margin: 0, textAlign: 'right', fontVariantNumeric: 'tabular-nums' }),
});
