import type { SliReport } from '@cnapp-slo/model';
import { css } from '@emotion/css';
import type { GrafanaTheme2 } from '@grafana/data';
import { EmptyState, LinkButton, Text, Tooltip, useStyles2 } from '@grafana/ui';
import { useApi } from '../../api/use-api.ts';
import { BudgetBar } from '../../components/BudgetBar.tsx';
import { BurnRow } from '../../components/BurnRow.tsx';
import { StatusBadge } from '../../components/badges.tsx';
import { Loading } from '../../components/Loading.tsx';
import { t } from '../../i18n.ts';
import type { SceneView } from '../../scenes/scene-view.tsx';
import { useLink } from '../../scenes/use-link.ts';
import { useScope } from '../../scenes/use-scope.ts';
import { secondsToExhaustion } from '../../slo/burn.ts';
import { companionsOf } from '../../slo/companions.ts';
import { formatEvents } from '../../slo/events.ts';
import { formatCount, formatDuration, formatPercent, formatValue } from '../../slo/format.ts';
import { headlineOf } from '../../slo/headline.ts';
import { reasonText } from '../../slo/reason.ts';
import { PAGE_SIZE } from './Explain.tsx';

/** The SLI's numbers, before its trend. */
export function SliSummary({ scene, id }: { scene: SceneView; id: string }) {
  const styles = useStyles2(getStyles);
  const scope = useScope(scene);
  const link = useLink();
  const sli = useApi(
    `${id} ${scope.key}`,
    // As the list of its episodes asks: one answer, so that the number and what is behind it cannot disagree.
    async (signal) =>
      (await scope.client.explain(id, { ...scope.filter, ...scope.window, limit: PAGE_SIZE }, signal)).sli,
    scope.refresh,
  );
  if (sli.error?.kind === 'not_found') {
    return (
      <EmptyState
        variant="not-found"
        message={t('sli.unknown', 'The processor has no SLI "{{id}}"', { id })}
        button={<LinkButton href={link('/overview')}>{t('sli.to-overview', 'To the overview')}</LinkButton>}
      />
    );
  }
  return (
    <Loading
      loaded={sli}
      errorTitle={t('sli.error', 'The SLI could not be loaded')}
      placeholder={<div className={styles.placeholder} aria-hidden />}
    >
      {(report) => (
        <div className={styles.summary}>
          <Headline sli={report} />
          <div className={styles.budget}>
            {report.objective === null ? (
              <Text color="secondary">{t('sli.no-objective', 'This one has no objective: watch its trend.')}</Text>
            ) : (
              <>
                <BudgetBar remaining={report.budget.remaining} />
                <BurnRow burn={report.budget.burn} />
                <Exhaustion sli={report} periodSeconds={(scope.toMs - scope.fromMs) / 1000} />
              </>
            )}
          </div>
          <div className={styles.facts}>
            {factsOf(report).map(({ title, value, description }) => (
              <div key={title} className={styles.fact}>
                <Tooltip content={description ?? ''} show={description ? undefined : false}>
                  <span>
                    <Text variant="bodySmall" color="secondary">
                      {title}
                    </Text>
                  </span>
                </Tooltip>
                <Text weight="medium" tabular>
                  {value}
                </Text>
              </div>
            ))}
          </div>
        </div>
      )}
    </Loading>
  );
}

function Headline({ sli }: { sli: SliReport }) {
  const styles = useStyles2(getStyles);
  const headline = headlineOf(sli, 2);
  return (
    <div className={styles.ratio}>
      <StatusBadge status={sli.status} objective={sli.objective} />
      <div className={styles.headline}>
        <span className={styles.large}>{headline?.text ?? t('sli.no-data', 'No data')}</span>
        {headline?.isRatio && sli.objective !== null && (
          <Text color="secondary">
            {t('sli.of-objective', 'objective {{objective}}', { objective: formatPercent(sli.objective) })}
          </Text>
        )}
      </div>
      <Text color="secondary" variant="bodySmall">
        {headline === null || sli.status === 'insufficient'
          ? reasonText(sli.reason, sli.id)
          : t('sli.counts', '{{good}} good and {{bad}} bad over {{window}}', {
              good: formatEvents(sli.good, sli.id),
              bad: formatEvents(sli.bad, sli.id),
              window: sli.window,
            })}
      </Text>
    </div>
  );
}

/** How long the budget lasts at the pace of the last day. */
function Exhaustion({ sli, periodSeconds }: { sli: SliReport; periodSeconds: number }) {
  const seconds = secondsToExhaustion(sli.budget.remaining, sli.budget.burn['1d'], periodSeconds);
  if (seconds === null) return null;
  return (
    <Text color="warning" variant="bodySmall">
      {t('sli.exhaustion', 'At the pace of the last day the budget is gone in {{duration}}', {
        duration: formatDuration(seconds),
      })}
    </Text>
  );
}

interface Fact {
  title: string;
  value: string;
  description?: string;
}

function factsOf(sli: SliReport): Fact[] {
  const title = sli.unit === 's' ? t('sli.mean', 'Mean') : t('sli.value', 'Value');
  const facts: Fact[] = [{ title, value: formatValue(sli.value, sli.unit) }];
  if (sli.unit === 's') {
    facts.push(
      { title: t('sli.p50', 'Median'), value: formatDuration(sli.p50) },
      { title: t('sli.p90', 'p90'), value: formatDuration(sli.p90) },
      { title: t('sli.max', 'Longest'), value: formatDuration(sli.max) },
    );
  }
  if (sli.open != null) facts.push({ title: t('sli.open', 'Open'), value: formatCount(sli.open) });
  if (sli.expected_misses != null) {
    facts.push({
      title: t('sli.expected-misses', 'Expected misses'),
      value: formatCount(sli.expected_misses),
      description: t(
        'sli.expected-misses-description',
        'Deadlines that open episodes will miss, by how long such episodes usually last.',
      ),
    });
  }
  if (sli.rmst != null) {
    facts.push({
      title: t('sli.rmst', 'Mean, open included'),
      value: formatDuration(sli.rmst),
      description: t(
        'sli.rmst-description',
        'Restricted mean over 28 days from the survival curve: open episodes count for as long as they have lasted.',
      ),
    });
  }
  facts.push(
    ...companionsOf(sli.id, sli.companions),
    { title: t('sli.coverage-title', 'Coverage'), value: formatPercent(sli.coverage) },
    {
      title: t('sli.finality', 'Finality'),
      value: sli.final ? t('trust.final', 'Final') : t('trust.provisional', 'Provisional'),
    },
  );
  return facts;
}

const getStyles = (theme: GrafanaTheme2) => ({
  placeholder: css({ height: 120 }),
  summary: css({
    display: 'grid',
    gridTemplateColumns: 'minmax(220px, 1fr) 2fr',
    gap: theme.spacing(2, 4),
    padding: theme.spacing(2),
    background: theme.colors.background.primary,
    border: `1px solid ${theme.colors.border.weak}`,
    borderRadius: theme.shape.radius.default,
    [theme.breakpoints.down('lg')]: { gridTemplateColumns: '1fr' },
  }),
  ratio: css({ display: 'flex', flexDirection: 'column', alignItems: 'flex-start', gap: theme.spacing(0.5) }),
  headline: css({ display: 'flex', alignItems: 'baseline', gap: theme.spacing(1) }),
  large: css({
    fontSize: 40,
    lineHeight: 1.2,
    fontWeight: theme.typography.fontWeightMedium,
    fontVariantNumeric: 'tabular-nums',
  }),
  budget: css({ display: 'flex', flexDirection: 'column', gap: theme.spacing(2), justifyContent: 'center' }),
  facts: css({
    display: 'grid',
    gridColumn: '1 / -1',
    gridTemplateColumns: 'repeat(auto-fill, minmax(120px, 1fr))',
    gap: theme.spacing(1.5, 2),
    paddingTop: theme.spacing(2),
    borderTop: `1px solid ${theme.colors.border.weak}`,
  }),
  fact: css({ display: 'flex', flexDirection: 'column', minWidth: 0 }),
});
