import type { IncidentJson } from '@cnapp-slo/model';
import { Stack, Text, TextLink, useStyles2 } from '@grafana/ui';
import type { Client } from '../../api/client.ts';
import { IncidentStateBadge, SeverityBadge } from '../../components/badges.tsx';
import { SubjectActions } from '../../components/SubjectActions.tsx';
import { Timestamp } from '../../components/Timestamp.tsx';
import { getTableStyles } from '../../components/table-styles.ts';
import { t } from '../../i18n.ts';
import { useLink } from '../../scenes/use-link.ts';

interface Props {
  incidents: readonly IncidentJson[];
  client: Client;
  onChanged: () => void;
  timeZone?: string;
}

export function IncidentTable({ incidents, client, onChanged, timeZone }: Props) {
  const styles = useStyles2(getTableStyles);
  const link = useLink();
  return (
    <div className={styles.scroll}>
      <table className={styles.table}>
        <thead>
          <tr>
            <th>{t('incidents.state', 'State')}</th>
            <th>{t('incidents.incident', 'Incident')}</th>
            <th>{t('incidents.team', 'Team')}</th>
            <th>{t('incidents.started', 'Started')}</th>
            <th>{t('incidents.actions', 'Actions')}</th>
          </tr>
        </thead>
        <tbody>
          {incidents.map((incident) => (
            <tr key={incident.id}>
              <td>
                <Stack direction="column" gap={0.5} alignItems="flex-start">
                  <SeverityBadge severity={incident.severity} />
                  <IncidentStateBadge state={incident.state} />
                </Stack>
              </td>
              <td className={styles.main}>
                <TextLink href={link(`/incidents/${encodeURIComponent(incident.id)}`)} color="primary" inline={false}>
                  {incident.title}
                </TextLink>
                <Text element="p" variant="bodySmall" color="secondary" truncate>
                  {incident.asset_ids.join(', ')}
                </Text>
              </td>
              <td className={styles.nowrap}>{incident.team}</td>
              <td className={styles.nowrap}>
                <Timestamp at={incident.started_at} timeZone={timeZone} relative />
              </td>
              <td>
                <SubjectActions
                  client={client}
                  subjectId={incident.id}
                  isAcknowledged={incident.acknowledged_at !== null}
                  onDone={onChanged}
                />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
