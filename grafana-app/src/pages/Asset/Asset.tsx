import type { AssetJson, ChangeJson, FindingJson, IncidentJson } from '@cnapp-slo/model';
import { css } from '@emotion/css';
import type { GrafanaTheme2 } from '@grafana/data';
import { Stack, Text, TextLink, useStyles2 } from '@grafana/ui';
import type { Client } from '../../api/client.ts';
import { IncidentStateBadge } from '../../components/badges.tsx';
import { Detail } from '../../components/Detail.tsx';
import { type Fact, Facts } from '../../components/Facts.tsx';
import { Panel } from '../../components/Panel.tsx';
import { Timestamp } from '../../components/Timestamp.tsx';
import { t } from '../../i18n.ts';
import type { DetailProps } from '../../scenes/detail-page.tsx';
import { useLink } from '../../scenes/use-link.ts';
import { codeOf } from '../../slo/asset-text.ts';
import { UNKNOWN } from '../../slo/format.ts';
import { FindingTable } from '../Findings/FindingTable.tsx';

const refreshMs = 60_000;
const mostFindings = 50;
/** The newest, of which those of this asset are shown. */
const mostIncidents = 500;
const mostChanges = 500;

interface AssetData {
  asset: AssetJson;
  findings: FindingJson[];
  incidents: IncidentJson[];
  changes: ChangeJson[];
}

async function load(client: Client, id: string, signal: AbortSignal): Promise<AssetData> {
  const asset = await client.asset(id, signal);
  const [findings, incidents, changes] = await Promise.all([
    client.findings({ asset: id, limit: mostFindings }, signal),
    client.incidents({ limit: mostIncidents }, signal),
    client.changes({ limit: mostChanges }, signal),
  ]);
  const isOfThis = ({ asset_ids }: { asset_ids: readonly string[] }) => asset_ids.includes(id);
  return {
    asset,
    findings: findings.items,
    incidents: incidents.items.filter(isOfThis),
    changes: changes.items.filter(isOfThis),
  };
}

/** What something is, whose, where its code is; what is held against it and what happened to it. */
export function Asset(props: DetailProps) {
  return (
    <Detail
      {...props}
      load={load}
      refreshMs={refreshMs}
      titleOf={({ asset }) => asset.name ?? asset.id}
      unknown={{
        message: t('asset.unknown', 'There is no asset "{{id}}", or you may not see it', { id: props.id }),
        path: '/debug',
        button: t('asset.to-list', 'To the inventory'),
      }}
      errorTitle={t('asset.error', 'The asset could not be loaded')}
    >
      {(data, { timeZone }) => <AssetView {...data} timeZone={timeZone} />}
    </Detail>
  );
}

function AssetView({ asset, findings, incidents, changes, timeZone }: AssetData & { timeZone?: string }) {
  const styles = useStyles2(getStyles);
  const link = useLink();
  return (
    <Stack direction="column" gap={2} minWidth={0}>
      <Facts facts={factsOf(asset, timeZone)} />
      <Panel title={t('asset.findings', 'Findings')}>
        {findings.length === 0 ? (
          <Text color="secondary">{t('asset.no-findings', 'No detector has ever reported a violation.')}</Text>
        ) : (
          <FindingTable findings={findings} timeZone={timeZone} isCompact />
        )}
      </Panel>
      <Panel title={t('asset.incidents', 'Incidents')}>
        {incidents.length === 0 ? (
          <Text color="secondary">{t('asset.no-incidents', 'None of the latest incidents is about it.')}</Text>
        ) : (
          <ul className={styles.list}>
            {incidents.map((incident) => (
              <li key={incident.id} className={styles.row}>
                <Timestamp at={incident.started_at} timeZone={timeZone} />
                <TextLink href={link(`/incidents/${encodeURIComponent(incident.id)}`)} color="primary" inline={false}>
                  {incident.title}
                </TextLink>
                <IncidentStateBadge state={incident.state} />
              </li>
            ))}
          </ul>
        )}
      </Panel>
      <Panel title={t('asset.changes', 'Changes')}>
        {changes.length === 0 ? (
          <Text color="secondary">{t('asset.no-changes', 'None of the latest changes touched it.')}</Text>
        ) : (
          <ul className={styles.list}>
            {changes.map((change) => (
              <li key={change.id} className={styles.row}>
                <Timestamp at={change.at} timeZone={timeZone} />
                <span>{change.title}</span>
              </li>
            ))}
          </ul>
        )}
      </Panel>
    </Stack>
  );
}

function factsOf(asset: AssetJson, timeZone: string | undefined): Fact[] {
  const code = codeOf(asset);
  return [
    { label: t('asset.kind', 'Kind'), value: asset.kind, detail: asset.provider },
    { label: t('asset.team', 'Team'), value: asset.team },
    { label: t('asset.service', 'Service'), value: asset.service ?? UNKNOWN },
    { label: t('asset.environment', 'Environment'), value: asset.environment ?? UNKNOWN, detail: asset.criticality },
    { label: t('asset.where', 'Where'), value: asset.account ?? asset.cluster ?? UNKNOWN, detail: asset.region ?? '' },
    {
      label: t('asset.code', 'Declared in'),
      value: code ?? t('asset.no-code', 'No link to its code is known'),
      detail: asset.iac?.revision ?? '',
    },
    { label: t('asset.as-of', 'As of'), value: <Timestamp at={asset.last_seen_at} timeZone={timeZone} relative /> },
  ];
}

const getStyles = (theme: GrafanaTheme2) => ({
  list: css({ listStyle: 'none', margin: 0, padding: 0 }),
  row: css({
    display: 'grid',
    gridTemplateColumns: '160px minmax(0, 1fr) auto',
    alignItems: 'center',
    gap: theme.spacing(1),
    padding: theme.spacing(0.5, 0),
    overflowWrap: 'anywhere',
  }),
});
