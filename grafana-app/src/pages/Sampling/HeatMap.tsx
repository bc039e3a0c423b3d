import type { HeatCell, Simulation } from '@cnapp-slo/model';
import { css } from '@emotion/css';
import { colorManipulator, type GrafanaTheme2 } from '@grafana/data';
import { RadioButtonGroup, Stack, Text, useStyles2, useTheme2 } from '@grafana/ui';
import { useState } from 'react';
import { t } from '../../i18n.ts';
import { formatPercent } from '../../slo/format.ts';
import { TIERS } from './texts.ts';

type By = HeatCell['by'];

/** Tier by source or by kind of detector: of the detections, how many would leave a trace in it. */
export function HeatMap({ before, after }: { before: Simulation; after: Simulation }) {
  const styles = useStyles2(getStyles);
  const theme = useTheme2();
  const [by, setBy] = useState<By>('source');
  const cells = after.heat.filter((cell) => cell.by === by);
  const names = [...new Set(cells.map(({ name }) => name))];
  const find = (all: readonly HeatCell[], tier: string, name: string) =>
    all.find((cell) => cell.by === by && cell.tier === tier && cell.name === name);
  if (after.heat.length === 0) {
    return (
      <Text color="secondary">
        {t('sampling.heat.none', 'There was no detection in the last day: nothing says what would be lost.')}
      </Text>
    );
  }
  return (
    <Stack direction="column" gap={1}>
      <div>
        <RadioButtonGroup
          size="sm"
          aria-label={t('sampling.heat.by', 'By')}
          options={[
            { value: 'source' as By, label: t('sampling.heat.by-source', 'By source') },
            { value: 'detector_class' as By, label: t('sampling.heat.by-detector', 'By kind of detector') },
          ]}
          value={by}
          onChange={setBy}
        />
      </div>
      <div className={styles.scroll}>
        <table className={styles.table}>
          <thead>
            <tr>
              <td />
              {names.map((name) => (
                <th key={name} scope="col">
                  {name}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {TIERS.map((tier) => (
              <tr key={tier}>
                <th scope="row">{tier}</th>
                {names.map((name) => {
                  const cell = find(cells, tier, name);
                  if (!cell)
                    return (
                      <td key={name} className={styles.none}>
                        –
                      </td>
                    );
                  const was = find(before.heat, tier, name)?.recall ?? null;
                  const isWorse = was !== null && (cell.recall ?? 0) < was - 1e-9;
                  return (
                    <td key={name} className={styles.cell} style={{ background: shade(cell.recall, theme) }}>
                      <span className={styles.recall}>{formatPercent(cell.recall, 0)}</span>
                      <span className={styles.detail}>
                        {isWorse
                          ? t('sampling.heat.of-before', '{{count}}, before {{share}}', {
                              count: cell.phases,
                              share: formatPercent(was, 0),
                            })
                          : t('sampling.heat.of', 'of {{count}}', { count: cell.phases })}
                      </span>
                    </td>
                  );
                })}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      <Text variant="bodySmall" color="secondary">
        {t(
          'sampling.heat.legend',
          'The chance that at least one record of a detection is kept, by the tier that its asset had. A rule that needs it would miss the rest.',
        )}
      </Text>
    </Stack>
  );
}

/** From the colour of an error to that of success, pale enough for text of the theme. */
function shade(recall: number | null, { colors, isDark }: GrafanaTheme2): string {
  if (recall === null) return 'transparent';
  const color = recall >= 0.995 ? colors.success.main : recall >= 0.5 ? colors.warning.main : colors.error.main;
  const strength = recall >= 0.995 ? 0.25 : recall >= 0.5 ? 0.25 + (1 - recall) * 0.3 : 0.3 + (0.5 - recall) * 0.4;
  return colorManipulator.alpha(color, isDark ? strength : strength * 0.8);
}

const getStyles = (theme: GrafanaTheme2) => ({
  scroll: css({ overflowX: 'auto' }),
  table: css({
    width: '100%',
    borderCollapse: 'separate',
    borderSpacing: 3,
    tableLayout: 'fixed',
    th: {
      ...theme.typography.bodySmall,
      padding: theme.spacing(0.5),
      color: theme.colors.text.secondary,
      overflowWrap: 'anywhere',
      textAlign: 'center',
    },
    'tr > :first-child': { width: 40 },
  }),
  cell: css({
    height: 52,
    padding: theme.spacing(0.5),
    borderRadius: theme.shape.radius.default,
    textAlign: 'center',
    color: theme.colors.text.primary,
  }),
  none: css({ textAlign: 'center', color: theme.colors.text.secondary }),
  recall: css({ display: 'block', fontWeight: theme.typography.fontWeightMedium, fontVariantNumeric: 'tabular-nums' }),
  detail: css({ ...theme.typography.bodySmall, display: 'block' }),
});
