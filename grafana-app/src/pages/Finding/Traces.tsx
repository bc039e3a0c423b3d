import { config, getDataSourceSrv } from '@grafana/runtime';
import { LinkButton, Stack, Text } from '@grafana/ui';
import { Panel } from '../../components/Panel.tsx';
import type { CnappOptions } from '../../datasource/query.ts';
import { t } from '../../i18n.ts';
import { traceHref } from '../../slo/trace-href.ts';

interface Props {
  traceIds: readonly string[];
  /** Its settings say where traces are. */
  dataSourceUid: string;
}

/** The pipeline runs and requests that an episode was seen in. */
export function Traces({ traceIds, dataSourceUid }: Props) {
  if (traceIds.length === 0) return null;
  const { tempoUid } = (getDataSourceSrv().getInstanceSettings(dataSourceUid)?.jsonData ?? {}) as CnappOptions;
  return (
    <Panel title={t('finding.traces', 'Traces')}>
      {tempoUid === undefined ? (
        <Text color="secondary">
          {t('finding.no-tempo', '{{ids}} – to open them, name a Tempo data source in the settings of CNAPP SLO.', {
            ids: traceIds.join(', '),
          })}
        </Text>
      ) : (
        <Stack wrap="wrap" gap={1}>
          {traceIds.map((id) => (
            <LinkButton
              key={id}
              href={config.appSubUrl + traceHref(tempoUid, id)}
              size="sm"
              variant="secondary"
              icon="gf-traces"
            >
              {id.slice(0, 8)}
            </LinkButton>
          ))}
        </Stack>
      )}
    </Panel>
  );
}
