import type { AssetJson, FindingJson, IncidentJson } from '@cnapp-slo/model';
import { css } from '@emotion/css';
import type { GrafanaTheme2 } from '@grafana/data';
import { Stack, useStyles2 } from '@grafana/ui';
import type { Client } from '../../api/client.ts';
import { IncidentStateBadge, SeverityBadge } from '../../components/badges.tsx';
import { Detail, type DetailContext } from '../../components/Detail.tsx';
import { Facts } from '../../components/Facts.tsx';
import { Panel } from '../../components/Panel.tsx';
import { SubjectActions } from '../../components/SubjectActions.tsx';
import { Timestamp } from '../../components/Timestamp.tsx';
import { t } from '../../i18n.ts';
import type { DetailProps } from '../../scenes/detail-page.tsx';
import { UNKNOWN } from '../../slo/format.ts';
import { ChangePanel } from '../Finding/ChangePanel.tsx';
import { Evidence } from '../Finding/Evidence.tsx';
import { Remediation } from '../Finding/Remediation.tsx';
import { Timeline } from '../Finding/Timeline.tsx';
import { FindingTable } from '../Findings/FindingTable.tsx';
import { BlastRadius } from './BlastRadius.tsx';
import { Chain } from './Chain.tsx';

const refreshMs = 15_000;

/** All that somebody who was woken up needs, on one page: what changed, whose it is, what it reaches, what to do. */
export function Incident(props: DetailProps) {
  return (
    <Detail
      {...props}
      load={loadIncident}
      refreshMs={refreshMs}
      titleOf={({ incident }) => incident.title}
      unknown={{
        message: t('incident.unknown', 'There is no incident "{{id}}", or you may not see it', { id: props.id }),
        path: '/on-call',
        button: t('incident.to-list', 'To the active incidents'),
      }}
      errorTitle={t('incident.error', 'The incident could not be loaded')}
    >
      {(data, context) => <IncidentView {...data} {...context} />}
    </Detail>
  );
}

interface IncidentData {
  incident: IncidentJson;
  findings: FindingJson[];
  assets: AssetJson[];
}

/** Of an incident that merged many. */
const mostParts = 20;

/** The incident with what it is about; a part that is gone or hidden is left out. */
async function loadIncident(client: Client, id: string, signal: AbortSignal): Promise<IncidentData> {
  const incident = await client.incident(id, signal);
  const existing = async <T,>(parts: Promise<T>[]) =>
    (await Promise.allSettled(parts)).flatMap((part) => (part.status === 'fulfilled' ? [part.value] : []));
  const [findings, assets] = await Promise.all([
    existing(incident.episode_ids.slice(0, mostParts).map((episode) => client.finding(episode, signal))),
    existing(incident.asset_ids.slice(0, mostParts).map((asset) => client.asset(asset, signal))),
  ]);
  return { incident, findings, assets };
}

function IncidentView({ incident, findings, assets, client, onChanged, timeZone }: IncidentData & DetailContext) {
  const styles = useStyles2(getStyles);
  const [first] = findings;
  const episode = first?.episodes?.find(({ id }) => incident.episode_ids.includes(id));
  const at = (time: string | null) => (time === null ? UNKNOWN : <Timestamp at={time} timeZone={timeZone} relative />);
  return (
    <Stack direction="column" gap={2} minWidth={0}>
      <Facts
        facts={[
          { label: t('incident.severity', 'Severity'), value: <SeverityBadge severity={incident.severity} /> },
          { label: t('incident.state', 'State'), value: <IncidentStateBadge state={incident.state} /> },
          { label: t('incident.team', 'Owner'), value: incident.team },
          { label: t('incident.started', 'Started'), value: at(incident.started_at) },
          { label: t('incident.alerted', 'Alerted'), value: at(incident.alerted_at) },
          { label: t('incident.acknowledged', 'Acknowledged'), value: at(incident.acknowledged_at) },
          { label: t('incident.resolved', 'Resolved'), value: at(incident.resolved_at) },
        ]}
        actions={
          <SubjectActions
            client={client}
            subjectId={incident.id}
            isAcknowledged={incident.acknowledged_at !== null}
            onDone={onChanged}
          />
        }
      />
      <div className={styles.columns}>
        <Stack direction="column" gap={2} minWidth={0}>
          {episode !== undefined && <Timeline episode={episode} timeZone={timeZone} />}
          <Chain steps={incident.chain ?? []} timeZone={timeZone} />
          <Panel title={t('incident.findings', 'Findings')}>
            <FindingTable findings={findings} timeZone={timeZone} isCompact />
          </Panel>
        </Stack>
        <Stack direction="column" gap={2} minWidth={0}>
          {episode !== undefined && (
            <ChangePanel
              title={t('finding.cause', 'What changed')}
              change={episode.change}
              missing={t('finding.no-cause', 'No change is known that can have caused it, so the start is not exact.')}
              timeZone={timeZone}
            />
          )}
          <Remediation finding={first} />
          <BlastRadius assets={assets} />
          <Evidence evidence={first?.evidence ?? {}} />
        </Stack>
      </div>
    </Stack>
  );
}

const getStyles = (theme: GrafanaTheme2) => ({
  columns: css({
    display: 'grid',
    gridTemplateColumns: 'minmax(0, 5fr) minmax(300px, 3fr)',
    gap: theme.spacing(2),
    alignItems: 'start',
    [theme.breakpoints.down('lg')]: { gridTemplateColumns: 'minmax(0, 1fr)' },
  }),
});
