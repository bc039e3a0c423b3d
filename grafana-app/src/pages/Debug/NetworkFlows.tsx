import type { FindingJson, SourceJson } from '@cnapp-slo/model';
import { Stack, Text, useStyles2 } from '@grafana/ui';
import { useApi } from '../../api/use-api.ts';
import { Loading } from '../../components/Loading.tsx';
import { Panel } from '../../components/Panel.tsx';
import { Timestamp } from '../../components/Timestamp.tsx';
import { getTableStyles } from '../../components/table-styles.ts';
import { t } from '../../i18n.ts';
import type { SceneView } from '../../scenes/scene-view.tsx';
import { useScope } from '../../scenes/use-scope.ts';
import { formatBytes, formatCount } from '../../slo/format.ts';
import { FindingTable } from '../Findings/FindingTable.tsx';

/** Formats whose records are flows, or what was seen in them. */
const flowFormats: ReadonlySet<string> = new Set(['vpc-flow', 'zeek', 'suricata']);
const networkDetectors = ['zeek', 'suricata'];
const mostFindings = 10;

/** Who sends network flows, and what was detected in them. The processor counts flows and keeps none. */
export function NetworkFlows({ scene }: { scene: SceneView }) {
  const { client, filter, key, refresh, timeZone } = useScope(scene);
  const loaded = useApi(
    `flows ${key}`,
    async (signal) => {
      const [sources, ...found] = await Promise.all([
        client.sources(signal),
        ...networkDetectors.map((detector) => client.findings({ ...filter, detector, limit: mostFindings }, signal)),
      ]);
      return {
        sources: sources.items.filter(({ format }) => flowFormats.has(format)),
        findings: found.flatMap(({ items }) => items),
      };
    },
    refresh,
  );
  return (
    <Panel title={t('flows.title', 'Network flows')}>
      <Text element="p" color="secondary" variant="bodySmall">
        {t(
          'flows.kept',
          'Who sends flows, and what was detected in them. The flows themselves are counted here, and kept where they come from.',
        )}
      </Text>
      <Loading loaded={loaded} errorTitle={t('flows.error', 'The sources of flows could not be loaded')}>
        {({ sources, findings }) =>
          sources.length === 0 ? (
            <Text color="secondary">
              {t('flows.none', 'No data: no source sends VPC flow logs, Zeek logs or Suricata events.')}
            </Text>
          ) : (
            <Flows sources={sources} findings={findings} timeZone={timeZone} />
          )
        }
      </Loading>
    </Panel>
  );
}

interface Props {
  sources: readonly SourceJson[];
  findings: readonly FindingJson[];
  timeZone?: string;
}

function Flows({ sources, findings, timeZone }: Props) {
  const styles = useStyles2(getTableStyles);
  return (
    <Stack direction="column" gap={2}>
      <div className={styles.scroll}>
        <table className={styles.table}>
          <thead>
            <tr>
              <th>{t('flows.source', 'Source')}</th>
              <th className={styles.number}>{t('flows.records', 'Records')}</th>
              <th className={styles.number}>{t('flows.bytes', 'Received')}</th>
              <th className={styles.number}>{t('flows.findings', 'Detections')}</th>
              <th>{t('flows.last', 'Last heard')}</th>
            </tr>
          </thead>
          <tbody>
            {sources.map(({ id, format, scope, records, bytes, findings: detections, last_received_at: last }) => (
              <tr key={id}>
                <td>
                  {format} · {scope}
                </td>
                <td className={styles.number}>{formatCount(records)}</td>
                <td className={styles.number}>{formatBytes(bytes)}</td>
                <td className={styles.number}>{formatCount(detections)}</td>
                <td className={styles.nowrap}>
                  {last === null ? t('sources.never', 'never') : <Timestamp at={last} timeZone={timeZone} relative />}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      {findings.length > 0 && <FindingTable findings={findings} timeZone={timeZone} isCompact />}
    </Stack>
  );
}
