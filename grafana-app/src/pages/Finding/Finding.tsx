import type { EpisodeJson, FindingJson } from '@cnapp-slo/model';
import { css } from '@emotion/css';
import type { GrafanaTheme2 } from '@grafana/data';
import { EmptyState, Stack, useStyles2 } from '@grafana/ui';
import { useSearchParams } from 'react-router-dom';
import { Detail, type DetailContext } from '../../components/Detail.tsx';
import { Panel } from '../../components/Panel.tsx';
import { SubjectActions } from '../../components/SubjectActions.tsx';
import { t } from '../../i18n.ts';
import type { DetailProps } from '../../scenes/detail-page.tsx';
import { ChangePanel } from './ChangePanel.tsx';
import { Episodes } from './Episodes.tsx';
import { Evidence } from './Evidence.tsx';
import { FindingHeader } from './FindingHeader.tsx';
import { Links } from './Links.tsx';
import { Remediation } from './Remediation.tsx';
import { Risk } from './Risk.tsx';
import { Timeline } from './Timeline.tsx';
import { Traces } from './Traces.tsx';

const refreshMs = 60_000;

export function Finding(props: DetailProps) {
  const { id } = props;
  return (
    <Detail
      {...props}
      load={(client, _, signal) => client.finding(id, signal)}
      refreshMs={refreshMs}
      titleOf={({ title }) => title}
      unknown={{
        message: t('finding.unknown', 'There is no finding "{{id}}", or you may not see it', { id }),
        path: '/findings',
        button: t('finding.to-list', 'To the findings'),
      }}
      errorTitle={t('finding.error', 'The finding could not be loaded')}
    >
      {(finding, context) => <FindingView finding={finding} {...context} />}
    </Detail>
  );
}

function FindingView(props: DetailContext & { finding: FindingJson }) {
  const { finding, client, dataSourceUid, onChanged, timeZone } = props;
  const styles = useStyles2(getStyles);
  const [search, setSearch] = useSearchParams();
  const episodes = finding.episodes ?? [];
  const episode = episodes.find(({ id }) => id === search.get('episode')) ?? latest(episodes);
  const select = (id: string) =>
    setSearch((before) => {
      before.set('episode', id);
      return before;
    });
  return (
    <Stack direction="column" gap={2} minWidth={0}>
      <FindingHeader
        finding={finding}
        timeZone={timeZone}
        actions={
          <SubjectActions
            client={client}
            subjectId={episode?.id ?? finding.id}
            isAcknowledged={episode === undefined || episode.state === 'closed' || episode.clocks.t_ack !== undefined}
            onDone={onChanged}
          />
        }
      />
      <div className={styles.columns}>
        <Stack direction="column" gap={2} minWidth={0}>
          {episode === undefined ? (
            <EmptyState
              variant="not-found"
              message={t('finding.no-episodes', 'No episode yet: the detector has reported, but never a violation')}
            />
          ) : (
            <Timeline episode={episode} timeZone={timeZone} />
          )}
          {episodes.length > 0 && (
            <Panel title={t('finding.episodes', 'Episodes')}>
              <Episodes episodes={episodes} selected={episode?.id} onSelect={select} timeZone={timeZone} />
            </Panel>
          )}
        </Stack>
        <Stack direction="column" gap={2} minWidth={0}>
          {episode !== undefined && (
            <>
              <ChangePanel
                title={t('finding.cause', 'What changed')}
                change={episode.change}
                missing={
                  episode.candidate_change_ids.length > 1
                    ? t(
                        'finding.several-causes',
                        '{{count}} changes could have caused it: the start is known only to lie between two scans.',
                        {
                          count: episode.candidate_change_ids.length,
                        },
                      )
                    : t('finding.no-cause', 'No change is known that can have caused it, so the start is not exact.')
                }
                timeZone={timeZone}
              />
              {(episode.fix_change !== null || episode.state === 'closed') && (
                <ChangePanel
                  title={t('finding.fix', 'What fixed it')}
                  change={episode.fix_change}
                  missing={t('finding.no-fix', 'No change is known that fixed it.')}
                  timeZone={timeZone}
                />
              )}
            </>
          )}
          {finding.risk !== undefined && <Risk risk={finding.risk} />}
          <Remediation finding={finding} />
          <Evidence evidence={finding.evidence ?? {}} />
          <Traces traceIds={episode?.trace_ids ?? []} dataSourceUid={dataSourceUid} />
          <Links links={finding.links ?? []} />
        </Stack>
      </div>
    </Stack>
  );
}

const latest = (episodes: readonly EpisodeJson[]) => episodes.toSorted((a, b) => b.seq - a.seq)[0];

const getStyles = (theme: GrafanaTheme2) => ({
  columns: css({
    display: 'grid',
    gridTemplateColumns: 'minmax(0, 5fr) minmax(300px, 3fr)',
    gap: theme.spacing(2),
    alignItems: 'start',
    [theme.breakpoints.down('lg')]: { gridTemplateColumns: 'minmax(0, 1fr)' },
  }),
});
