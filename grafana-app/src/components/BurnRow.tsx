import type { BurnRates } from '@cnapp-slo/model';
import { css, cx } from '@emotion/css';
import type { GrafanaTheme2 } from '@grafana/data';
import { Icon, Text, Tooltip, useStyles2 } from '@grafana/ui';
import { t } from '../i18n.ts';
import { BURN_TIERS, burnLevel } from '../slo/burn.ts';
import { formatBurn } from '../slo/format.ts';

/** How fast the budget goes, over each window that an alert looks at. */
export function BurnRow({ burn }: { burn: BurnRates }) {
  const styles = useStyles2(getStyles);
  return (
    <div className={styles.row}>
      {BURN_TIERS.map((tier) => {
        const rate = burn[tier.window];
        const level = burnLevel(rate, tier);
        return (
          <Tooltip key={tier.window} content={tierText(tier)}>
            <div className={styles.cell}>
              <Text variant="bodySmall" color="secondary">
                {t('burn.window', 'Burn {{window}}', { window: tier.window })}
              </Text>
              <span className={cx(styles.rate, styles[level])}>
                {(level === 'page' || level === 'ticket') && <Icon name="fire" size="sm" />} {formatBurn(rate)}
              </span>
            </div>
          </Tooltip>
        );
      })}
    </div>
  );
}

function tierText({ window, threshold, severity }: (typeof BURN_TIERS)[number]): string {
  const values = { window, threshold: formatBurn(threshold) };
  return severity === 'page'
    ? t(
        'burn.pages',
        'Budget spent over the last {{window}}, as a multiple of what the objective allows. From {{threshold}} on it pages.',
        values,
      )
    : t(
        'burn.tickets',
        'Budget spent over the last {{window}}, as a multiple of what the objective allows. From {{threshold}} on it makes a ticket.',
        values,
      );
}

const getStyles = (theme: GrafanaTheme2) => ({
  row: css({ display: 'grid', gridTemplateColumns: 'repeat(4, 1fr)', gap: theme.spacing(1), position: 'relative' }),
  cell: css({ display: 'flex', flexDirection: 'column', minWidth: 0 }),
  rate: css({ fontVariantNumeric: 'tabular-nums', fontWeight: theme.typography.fontWeightMedium }),
  unknown: css({ color: theme.colors.text.secondary }),
  calm: css({ color: theme.colors.text.primary }),
  elevated: css({ color: theme.colors.warning.text }),
  ticket: css({ color: theme.colors.warning.text }),
  page: css({ color: theme.colors.error.text }),
});
