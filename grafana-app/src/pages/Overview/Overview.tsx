import type { FindingJson, Page, SliReport } from '@cnapp-slo/model';
import { css } from '@emotion/css';
import type { GrafanaTheme2 } from '@grafana/data';
import { EmptyState, LoadingBar, RadioButtonGroup, Stack, Text, TextLink, useStyles2 } from '@grafana/ui';
import { useSearchParams } from 'react-router-dom';
import { type Loaded, useApi } from '../../api/use-api.ts';
import { Loading } from '../../components/Loading.tsx';
import { t } from '../../i18n.ts';
import type { SceneView } from '../../scenes/scene-view.tsx';
import { useLink } from '../../scenes/use-link.ts';
import { type Scope, useScope } from '../../scenes/use-scope.ts';
import { FindingTable } from '../Findings/FindingTable.tsx';
import { isSignal, SliCards } from './SliCards.tsx';
import { GROUP_LABELS, type GroupLabel, SliGroups } from './SliGroups.tsx';
import { TrustStrip } from './TrustStrip.tsx';

const worstFindings = 8;

export function Overview({ scene }: { scene: SceneView }) {
  const styles = useStyles2(getStyles);
  const link = useLink();
  const scope = useScope(scene);
  const [search] = useSearchParams();
  const group = search.get('group');
  const by = isGroupLabel(group) ? group : null;
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

      <section aria-label={t('overview.slis', 'Service level indicators')} className={styles.section}>
        <Stack justifyContent="space-between" alignItems="center">
          <Grouping by={by} />
          {slis.isLoading && slis.data !== null && <LoadingBar width={200} />}
        </Stack>
        {by === null ? <Slis slis={slis} scope={scope} /> : <SliGroups scope={scope} by={by} />}
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

const isGroupLabel = (text: string | null): text is GroupLabel => GROUP_LABELS.some((label) => label === text);

/** How the cards are grouped; in the URL. */
function Grouping({ by }: { by: GroupLabel | null }) {
  const [, setSearch] = useSearchParams();
  return (
    <Stack alignItems="center" gap={1}>
      <Text variant="bodySmall" color="secondary">
        {t('overview.group-by', 'Group by')}
      </Text>
      <RadioButtonGroup
        aria-label={t('overview.group-by', 'Group by')}
        size="sm"
        options={[
          { value: 'none', label: t('overview.group.none', 'None') },
          { value: 'team', label: t('filters.team', 'Team') },
          { value: 'environment', label: t('filters.environment', 'Environment') },
          { value: 'criticality', label: t('filters.criticality', 'Criticality') },
          { value: 'severity', label: t('filters.severity', 'Severity') },
        ]}
        value={by ?? 'none'}
        onChange={(value) =>
          setSearch((before) => {
            if (value === 'none') before.delete('group');
            else before.set('group', value);
            return before;
          })
        }
      />
    </Stack>
  );
}

function Slis({ slis, scope }: { slis: Loaded<Page<SliReport>>; scope: Scope }) {
  return (
    <Loading
      loaded={slis}
      errorTitle={t('overview.slis-error', 'The SLIs could not be loaded')}
      placeholder={<SliCards slis={null} scope={scope} />}
    >
      {({ items }) => (
        <Stack direction="column" gap={3}>
          <SliCards slis={items.filter((sli) => !isSignal(sli))} scope={scope} />
          {items.some(isSignal) && (
            <Stack direction="column" gap={2}>
              <div>
                <Text element="h2" variant="h4">
                  {t('overview.signals', 'Failure signals')}
                </Text>
                <Text element="p" color="secondary">
                  {t('overview.signals-description', 'What makes the numbers above go wrong, or cost too much.')}
                </Text>
              </div>
              <SliCards slis={items.filter(isSignal)} scope={scope} />
            </Stack>
          )}
        </Stack>
      )}
    </Loading>
  );
}

/** The critical ones, then the high ones, unless the filters say which. */
async function worstOpenFindings({ client, filter }: Scope, signal: AbortSignal): Promise<FindingJson[]> {
  const severities = filter.severity === undefined ? ['critical', 'high'] : [filter.severity];
  const pages = await Promise.all(
    severities.map((severity) => client.findings({ ...filter, severity, state: 'open', limit: worstFindings }, signal)),
  );
  return pages.flatMap(({ items }) => items).slice(0, worstFindings);
}

const getStyles = (theme: GrafanaTheme2) => ({
  stripPlaceholder: css({ height: 74 }),
  section: css({ display: 'flex', flexDirection: 'column', gap: theme.spacing(2) }),
});
