import type { SliReport, SourceJson } from '@cnapp-slo/model';
import { css } from '@emotion/css';
import type { GrafanaTheme2 } from '@grafana/data';
import { Icon, type IconName, Text, Toggletip, useStyles2 } from '@grafana/ui';
import { t } from '../../i18n.ts';
import { formatDuration, formatPercent } from '../../slo/format.ts';
import { judgeTrust, MINIMUM_COVERAGE } from '../../slo/trust.ts';
import { SourceList } from './SourceList.tsx';

interface Props {
  sources: readonly SourceJson[];
  slis: readonly SliReport[];
  timeZone?: string;
}

/** Before any number: can the numbers be believed? */
export function TrustStrip({ sources, slis, timeZone }: Props) {
  const styles = useStyles2(getStyles);
  const { fresh, silent, lowestCoverage, rejected, newestAgeSeconds, provisional } = judgeTrust(sources, slis);
  const stale = sources.length - fresh;
  return (
    <section className={styles.strip} aria-label={t('trust.title', 'Can the numbers be trusted?')}>
      <Toggletip
        content={<SourceList sources={sources} timeZone={timeZone} />}
        title={t('trust.sources', 'Sources')}
        placement="bottom-start"
        fitContent
      >
        <button type="button" className={styles.button}>
          <Cell
            label={t('trust.sources', 'Sources')}
            value={
              sources.length === 0
                ? t('trust.none', 'None')
                : t('trust.sources-fresh', '{{fresh}} of {{total}} fresh', { fresh, total: sources.length })
            }
            detail={
              sources.length === 0
                ? t('trust.no-telemetry', 'No telemetry has arrived yet')
                : stale === 0
                  ? t('trust.newest', 'last heard {{age}} ago', { age: formatDuration(newestAgeSeconds) })
                  : t('trust.show-sources', 'Show what is late')
            }
            tone={sources.length === 0 || fresh === 0 ? 'bad' : stale > 0 ? 'warn' : 'good'}
          />
        </button>
      </Toggletip>
      <Cell
        label={t('trust.coverage', 'Coverage')}
        value={formatPercent(lowestCoverage?.coverage)}
        detail={
          lowestCoverage === null
            ? t('trust.coverage-unknown', 'No SLI has any yet')
            : t('trust.coverage-lowest', 'lowest: {{title}}', { title: lowestCoverage.title })
        }
        tone={lowestCoverage === null ? 'unknown' : lowestCoverage.coverage < MINIMUM_COVERAGE ? 'bad' : 'good'}
      />
      <Cell
        label={t('trust.silent', 'Silent detectors')}
        value={String(silent.length)}
        detail={
          silent[0] === undefined
            ? t('trust.all-heard', 'all are heard from')
            : `${silent[0].format} · ${silent[0].scope}${silent.length > 1 ? ' …' : ''}`
        }
        tone={silent.length > 0 ? 'bad' : 'good'}
      />
      <Cell
        label={t('trust.rejected', 'Rejected records')}
        value={rejected.share === null ? '–' : formatPercent(rejected.share, 2)}
        detail={rejected.topCode ?? t('trust.none-rejected', 'every record was understood')}
        tone={rejected.share === null ? 'unknown' : rejected.share > 0.01 ? 'warn' : 'good'}
      />
      <Cell
        label={t('trust.finality', 'Finality')}
        value={provisional ? t('trust.provisional', 'Provisional') : t('trust.final', 'Final')}
        detail={
          provisional
            ? t('trust.provisional-detail', 'late data may still change the latest hours')
            : t('trust.final-detail', 'every source has passed this time')
        }
        tone={slis.length === 0 ? 'unknown' : provisional ? 'note' : 'good'}
      />
    </section>
  );
}

type Tone = 'good' | 'note' | 'warn' | 'bad' | 'unknown';
const icons: Record<Tone, IconName> = {
  good: 'check-circle',
  note: 'info-circle',
  warn: 'exclamation-triangle',
  bad: 'exclamation-circle',
  unknown: 'question-circle',
};

function Cell({ label, value, detail, tone }: { label: string; value: string; detail: string; tone: Tone }) {
  const styles = useStyles2(getStyles);
  return (
    <div className={styles.cell}>
      <Icon name={icons[tone]} size="lg" className={styles[tone]} />
      <div className={styles.texts}>
        <Text variant="bodySmall" color="secondary">
          {label}
        </Text>
        <Text weight="medium">{value}</Text>
        <Text variant="bodySmall" color="secondary">
          {detail}
        </Text>
      </div>
    </div>
  );
}

const getStyles = (theme: GrafanaTheme2) => ({
  strip: css({
    display: 'grid',
    gridTemplateColumns: 'repeat(auto-fit, minmax(190px, 1fr))',
    background: theme.colors.background.primary,
    border: `1px solid ${theme.colors.border.weak}`,
    borderRadius: theme.shape.radius.default,
    overflow: 'hidden',
    '> *': { boxShadow: `-1px -1px 0 ${theme.colors.border.weak}` },
  }),
  button: css({
    all: 'unset',
    cursor: 'pointer',
    display: 'flex',
    alignItems: 'flex-start',
    minWidth: 0,
    '&:hover': { background: theme.colors.action.hover },
    '&:focus-visible': { outline: `2px solid ${theme.colors.primary.main}`, outlineOffset: -2 },
  }),
  cell: css({ display: 'flex', gap: theme.spacing(1.5), padding: theme.spacing(1.5, 2), minWidth: 0 }),
  texts: css({ display: 'flex', flexDirection: 'column', minWidth: 0, overflowWrap: 'anywhere' }),
  good: css({ color: theme.colors.success.text, flexShrink: 0, marginTop: 2 }),
  note: css({ color: theme.colors.info.text, flexShrink: 0, marginTop: 2 }),
  warn: css({ color: theme.colors.warning.text, flexShrink: 0, marginTop: 2 }),
  bad: css({ color: theme.colors.error.text, flexShrink: 0, marginTop: 2 }),
  unknown: css({ color: theme.colors.text.secondary, flexShrink: 0, marginTop: 2 }),
});
