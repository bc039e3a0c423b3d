import type { FindingJson, SliReport } from '@cnapp-slo/model';
import { css } from '@emotion/css';
import type { GrafanaTheme2 } from '@grafana/data';
import { EmptyState, LoadingBar, Stack, Text, TextLink, useStyles2 } from '@grafana/ui';
import { useApi } from '../../api/use-api.ts';
import { Loading } from '../../components/Loading.tsx';
import { t } from '../../i18n.ts';
import type { SceneView } from '../../scenes/scene-view.tsx';
import { useLink } from '../../scenes/use-link.ts';
import { type Scope, useScope } from '../../scenes/use-scope.ts';
import { FindingTable } from '../Findings/FindingTable.tsx';
import { SliCard, SliCardSkeleton } from './SliCard.tsx';
import { TrustStrip } from './TrustStrip.tsx';

const worstFindings = 8;

export function Overview({ scene }: { scene: SceneView }) {
  const styles = useStyles2(getStyles);
  const link = useLink();
  const scope = useScope(scene);
  const slis = useApi(
    scope.key,
    (signal) => scope.client.slis({ ...scope.filter, ...scope.window }, signal),
    scope.refresh,
  );
  const sources = useApi(scope.key, (signal) => scope.client.sources(signal), scope.refresh);
  const findings = useApi(scope.key, (signal) => worstOpenFindings(scope, signal), scope.refresh);

  return (
    <Stack direction="column" gap={3} minWidth={0}>
      <Loading
        loaded={sources}
        errorTitle={t('overview.sources-error', 'The state of the sources could not be loaded')}
        placeholder={<div className={styles.stripPlaceholder} />}
      >
        {({ items }) => <TrustStrip sources={items} slis={slis.data?.items ?? []} timeZone={scope.timeZone} />}
      </Loading>

      <section aria-label={t('overview.slis', 'Service level indicators')}>
        <div className={styles.bar}>{slis.isLoading && slis.data !== null && <LoadingBar width={200} />}</div>
        <Loading
          loaded={slis}
          errorTitle={t('overview.slis-error', 'The SLIs could not be loaded')}
          placeholder={
            <div className={styles.cards}>
              {[0, 1, 2].map((key) => (
                <SliCardSkeleton key={key} />
              ))}
            </div>
          }
        >
          {({ items }) => (
            <Stack direction="column" gap={3}>
              <SliCards slis={items.filter((sli) => !isSignal(sli))} scope={scope} />
              {items.some(isSignal) && (
                <div>
                  <Text element="h2" variant="h4">
                    {t('overview.signals', 'Failure signals')}
                  </Text>
                  <Text element="p" color="secondary">
                    {t('overview.signals-description', 'What makes the numbers above go wrong, or cost too much.')}
                  </Text>
                  <SliCards slis={items.filter(isSignal)} scope={scope} />
                </div>
              )}
            </Stack>
          )}
        </Loading>
      </section>

      <section>
        <Stack justifyContent="space-between" alignItems="center">
          <Text element="h2" variant="h4">
            {t('overview.worst-findings', 'Open findings that weigh most')}
          </Text>
          <TextLink href={link('/findings')}>{t('overview.all-findings', 'All findings')}</TextLink>
        </Stack>
        <Loading loaded={findings} errorTitle={t('overview.findings-error', 'The findings could not be loaded')}>
          {(items) =>
            items.length === 0 ? (
              <EmptyState
                variant="completed"
                message={t('overview.no-findings', 'No open critical or high findings')}
              />
            ) : (
              <FindingTable findings={items} timeZone={scope.timeZone} />
            )
          }
        </Loading>
      </section>
    </Stack>
  );
}

function SliCards({ slis, scope }: { slis: readonly SliReport[]; scope: Scope }) {
  const styles = useStyles2(getStyles);
  return (
    <div className={styles.cards}>
      {slis.map((sli) => (
        <SliCard key={sli.id} sli={sli} scope={scope} />
      ))}
    </div>
  );
}

/** F1 to F6 (SLI-DEFINITIONS 11). */
const isSignal = ({ code }: SliReport) => code.startsWith('F');

/** The critical ones, then the high ones, unless the filters say which. */
async function worstOpenFindings({ client, filter }: Scope, signal: AbortSignal): Promise<FindingJson[]> {
  const severities = filter.severity === undefined ? ['critical', 'high'] : [filter.severity];
  const pages = await Promise.all(
    severities.map((severity) => client.findings({ ...filter, severity, state: 'open', limit: worstFindings }, signal)),
  );
  return pages.flatMap(({ items }) => items).slice(0, worstFindings);
}

const getStyles = (theme: GrafanaTheme2) => ({
  cards: css({
    display: 'grid',
    gridTemplateColumns: 'repeat(auto-fill, minmax(min(100%, 330px), 1fr))',
    gap: theme.spacing(2),
  }),
  stripPlaceholder: css({ height: 74 }),
  bar: css({ height: 2, overflow: 'hidden' }),
});
