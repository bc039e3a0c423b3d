import type { ExplainItem, SliReport } from '@cnapp-slo/model';
import { css, cx } from '@emotion/css';
import type { GrafanaTheme2 } from '@grafana/data';
import { Text, useStyles2 } from '@grafana/ui';
import { Link } from 'react-router-dom';
import { useApi } from '../../api/use-api.ts';
import { BudgetBar } from '../../components/BudgetBar.tsx';
import { BurnRow } from '../../components/BurnRow.tsx';
import { StatusBadge } from '../../components/badges.tsx';
import { Sparkline } from '../../components/Sparkline.tsx';
import { useInSight } from '../../components/use-in-sight.ts';
import { t } from '../../i18n.ts';
import { useLink } from '../../scenes/use-link.ts';
import type { Scope } from '../../scenes/use-scope.ts';
import { formatEvents } from '../../slo/events.ts';
import { formatCount, formatPercent } from '../../slo/format.ts';
import { headlineOf } from '../../slo/headline.ts';
import { reasonText } from '../../slo/reason.ts';
import { valueLine } from '../../slo/value-line.ts';

interface Props {
  sli: SliReport;
  scope: Scope;
  /** What its link goes on with. */
  params?: Record<string, string>;
}

/** One SLI at a glance: the ratio that its objective is about, the value beneath, the budget, and how fast it goes. */
export function SliCard({ sli, scope, params }: Props) {
  const styles = useStyles2(getStyles);
  const link = useLink();
  const [ref, isInSight] = useInSight<HTMLElement>();
  const series = useApi(
    isInSight ? scope.key : null,
    (signal) => scope.client.series(sli.id, { ...scope.filter, ...scope.window, step: scope.step }, signal),
    scope.refresh,
  );
  // After the trends: they are what the eye looks for.
  const misses = useApi(
    series.data !== null && sli.bad > 0 ? `misses ${scope.key}` : null,
    (signal) =>
      scope.client.explain(sli.id, { ...scope.filter, ...scope.window, role: 'bad', limit: sampledMisses }, signal),
    scope.refresh,
  );
  const teams = teamsOf(misses.data?.items ?? []);
  const headline = headlineOf(sli);
  const excluded = Object.values(sli.excluded).reduce((sum, count) => sum + count, 0);
  return (
    <article ref={ref} className={styles.card}>
      <header className={styles.header}>
        <div className={styles.title}>
          <Text variant="bodySmall" color="secondary">
            {sli.code}
          </Text>
          <Link className={styles.link} to={link(`/slis/${sli.id}`, params)}>
            <Text element="h3" variant="h5">
              {sli.title}
            </Text>
          </Link>
        </div>
        <span className={styles.status}>
          <StatusBadge status={sli.status} objective={sli.objective} />
        </span>
      </header>

      <div className={styles.numbers}>
        {headline === null ? (
          <Text variant="h2" color="secondary">
            {t('sli.no-data', 'No data')}
          </Text>
        ) : (
          <div className={styles.ratio}>
            <span className={styles.large}>{headline.text}</span>
            {headline.isRatio && sli.objective !== null && (
              <Text color="secondary" variant="bodySmall">
                {t('sli.of-objective', 'objective {{objective}}', { objective: formatPercent(sli.objective) })}
              </Text>
            )}
          </div>
        )}
        <Sparkline
          points={series.data ?? []}
          objective={sli.objective}
          label={t('sli.trend-of', 'Trend of {{title}}', { title: sli.title })}
        />
      </div>
      <Text color="secondary" variant="bodySmall">
        {headline === null || sli.status === 'insufficient' ? reasonText(sli.reason, sli.id) : valueLine(sli)}
      </Text>

      {teams.length > 0 && (
        <Text color="secondary" variant="bodySmall" truncate>
          {t('sli.responsible', 'Most misses: {{teams}}', { teams: teams.slice(0, 3).join(', ') })}
        </Text>
      )}

      {sli.objective !== null && (
        <>
          <BudgetBar remaining={sli.budget.remaining} />
          <BurnRow burn={sli.budget.burn} />
        </>
      )}

      <footer className={styles.footer}>
        <span>{t('sli.good-count', '{{count}} good', { count: formatEvents(sli.good, sli.id) })}</span>
        <span>{t('sli.bad-count', '{{count}} bad', { count: formatEvents(sli.bad, sli.id) })}</span>
        {excluded > 0 && <span>{t('sli.excluded-count', '{{count}} excluded', { count: formatCount(excluded) })}</span>}
        {sli.pending > 0 && (
          <span>{t('sli.pending-count', '{{count}} pending', { count: formatCount(sli.pending) })}</span>
        )}
        <span className={styles.coverage}>
          {t('sli.coverage', 'coverage {{coverage}}', { coverage: formatPercent(sli.coverage, 0) })}
        </span>
      </footer>
    </article>
  );
}

const sampledMisses = 50;

/** Whose the misses are, most first. */
function teamsOf(items: readonly ExplainItem[]): string[] {
  const byTeam = Map.groupBy(items, ({ team }) => team);
  return [...byTeam].toSorted(([, a], [, b]) => b.length - a.length).flatMap(([team]) => team || []);
}

/** The card's place while it loads. */
export function SliCardSkeleton() {
  const styles = useStyles2(getStyles);
  return <div className={cx(styles.card, styles.placeholder)} aria-hidden />;
}

const getStyles = (theme: GrafanaTheme2) => ({
  card: css({
    position: 'relative',
    display: 'flex',
    flexDirection: 'column',
    gap: theme.spacing(1.5),
    minWidth: 0,
    padding: theme.spacing(2),
    background: theme.colors.background.primary,
    border: `1px solid ${theme.colors.border.weak}`,
    borderRadius: theme.shape.radius.default,
    '&:hover': { borderColor: theme.colors.border.medium },
  }),
  placeholder: css({ height: 252, opacity: 0.6 }),
  header: css({ display: 'flex', justifyContent: 'space-between', alignItems: 'flex-start', gap: theme.spacing(1) }),
  title: css({ minWidth: 0 }),
  status: css({ flexShrink: 0 }),
  // The link covers the card; what has a tooltip of its own lies above it.
  link: css({
    display: 'block',
    color: theme.colors.text.primary,
    '&::after': { content: '""', position: 'absolute', inset: 0, borderRadius: theme.shape.radius.default },
    '&:focus-visible': { outline: 'none', '&::after': { outline: `2px solid ${theme.colors.primary.main}` } },
  }),
  numbers: css({
    display: 'flex',
    gap: theme.spacing(2),
    justifyContent: 'space-between',
    alignItems: 'center',
    minHeight: 48,
    marginBottom: theme.spacing(-1),
  }),
  ratio: css({ display: 'flex', alignItems: 'baseline', gap: theme.spacing(1), whiteSpace: 'nowrap' }),
  large: css({
    fontSize: 34,
    lineHeight: 1.2,
    fontWeight: theme.typography.fontWeightMedium,
    fontVariantNumeric: 'tabular-nums',
  }),
  footer: css({
    display: 'flex',
    flexWrap: 'wrap',
    gap: theme.spacing(0.5, 2),
    marginTop: 'auto',
    paddingTop: theme.spacing(1),
    borderTop: `1px solid ${theme.colors.border.weak}`,
    color: theme.colors.text.secondary,
    ...theme.typography.bodySmall,
  }),
  coverage: css({ marginLeft: 'auto' }),
});
