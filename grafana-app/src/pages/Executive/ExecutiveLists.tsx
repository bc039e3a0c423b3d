import type { AssetJson, FindingJson, GateJson } from '@cnapp-slo/model';
import { css } from '@emotion/css';
import type { GrafanaTheme2 } from '@grafana/data';
import { type BadgeColor, EmptyState, Stack, Text, useStyles2 } from '@grafana/ui';
import { allPages } from '../../api/all-pages.ts';
import { useApi } from '../../api/use-api.ts';
import { Badge } from '../../components/Badge.tsx';
import { Loading } from '../../components/Loading.tsx';
import { Panel } from '../../components/Panel.tsx';
import { getTableStyles } from '../../components/table-styles.ts';
import { t } from '../../i18n.ts';
import type { SceneView } from '../../scenes/scene-view.tsx';
import { type Scope, useScope } from '../../scenes/use-scope.ts';
import { formatCount, formatPercent } from '../../slo/format.ts';
import { FindingTable } from '../Findings/FindingTable.tsx';
import { Compliance } from './Compliance.tsx';

const topFindings = 8;
const mostServices = 12;
const mostAssets = 2_000;

/** What weighs most, and what may go out. */
export function ExecutiveLists({ scene }: { scene: SceneView }) {
  const styles = useStyles2(getStyles);
  const scope = useScope(scene);
  const findings = useApi(`risks ${scope.key}`, (signal) => topRisks(scope, signal), scope.refresh);
  const gates = useApi(`gates ${scope.key}`, (signal) => releaseGates(scope, signal), scope.refresh);
  return (
    <div className={styles.columns}>
      <Panel title={t('executive.risks', 'Open findings by business risk')}>
        <Loading loaded={findings} errorTitle={t('overview.findings-error', 'The findings could not be loaded')}>
          {(items) =>
            items.length === 0 ? (
              <EmptyState
                variant="completed"
                message={t('executive.no-risks', 'No open findings match these filters')}
              />
            ) : (
              <FindingTable findings={items} timeZone={scope.timeZone} isCompact />
            )
          }
        </Loading>
      </Panel>
      <Stack direction="column" gap={2} minWidth={0}>
        <Compliance scope={scope} />
        <Panel title={t('executive.gates', 'Release gate by service')}>
          <Loading loaded={gates} errorTitle={t('executive.gates-error', 'The release gate could not be asked')}>
            {(items) => <Gates gates={items} />}
          </Loading>
        </Panel>
      </Stack>
    </div>
  );
}

/** As the processor weighs it: severity, criticality, exposure, exploitation. */
async function topRisks({ client, filter }: Scope, signal: AbortSignal): Promise<FindingJson[]> {
  const { items } = await client.findings({ ...filter, state: 'open', sort: 'risk', limit: topFindings }, signal);
  return items;
}

interface ServiceGate {
  service: string;
  environment: string | null;
  criticality: string;
  openFindings: number;
  gate: GateJson;
}

/** The services that matter most, each asked for in its environment. */
async function releaseGates({ client, filter }: Scope, signal: AbortSignal): Promise<ServiceGate[]> {
  const assets = await allPages(mostAssets, (page) =>
    client.assets({ ...filter, severity: undefined, ...page }, signal),
  );
  const services = Map.groupBy(
    assets.filter(({ service, deleted_at }) => service !== null && deleted_at === null),
    ({ service, environment }) => JSON.stringify([service, environment]),
  );
  const known = [...services.values()].flatMap(([first, ...rest]) =>
    first?.service == null ? [] : [summaryOf(first.service, [first, ...rest])],
  );
  const chosen = known
    .toSorted((a, b) => a.criticality.localeCompare(b.criticality) || b.openFindings - a.openFindings)
    .slice(0, mostServices);
  return Promise.all(
    chosen.map(async (one) => ({
      ...one,
      gate: await client.gate({ service: one.service, environment: one.environment ?? undefined }, signal),
    })),
  );
}

const summaryOf = (service: string, assets: readonly AssetJson[]) => ({
  service,
  environment: assets[0]?.environment ?? null,
  criticality: assets.reduce((least, { criticality }) => (criticality < least ? criticality : least), 'c3'),
  openFindings: assets.reduce((sum, { open_findings }) => sum + open_findings, 0),
});

function Gates({ gates }: { gates: readonly ServiceGate[] }) {
  const styles = useStyles2(getTableStyles);
  if (gates.length === 0) {
    return (
      <Text color="secondary">
        {t('executive.no-services', 'No data: no asset of these filters names its service.')}
      </Text>
    );
  }
  return (
    <div className={styles.scroll}>
      <table className={styles.table}>
        <thead>
          <tr>
            <th>{t('gate.decision', 'Decision')}</th>
            <th>{t('gate.service', 'Service')}</th>
            <th className={styles.number}>{t('gate.findings', 'Open')}</th>
            <th className={styles.number}>{t('gate.budget', 'Budget')}</th>
          </tr>
        </thead>
        <tbody>
          {gates.map(({ service, environment, criticality, openFindings, gate }) => (
            <tr key={`${service} ${environment}`}>
              <td>
                <DecisionBadge decision={gate.decision} reasons={gate.reasons} />
              </td>
              <td>
                {service}
                <Text element="p" variant="bodySmall" color="secondary">
                  {[environment, criticality].filter(Boolean).join(' · ')}
                </Text>
              </td>
              <td className={styles.number}>{formatCount(openFindings)}</td>
              <td className={styles.number}>{formatPercent(gate.budget_remaining, 0)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function DecisionBadge({ decision, reasons }: Pick<GateJson, 'decision' | 'reasons'>) {
  const looks: Record<GateJson['decision'], [text: string, color: BadgeColor]> = {
    allow: [t('gate.allow', 'Allow'), 'green'],
    warn: [t('gate.warn', 'Warn'), 'orange'],
    block: [t('gate.block', 'Block'), 'red'],
  };
  const [text, color] = looks[decision];
  return <Badge text={text} color={color} tooltip={reasons.join('; ')} />;
}

const getStyles = (theme: GrafanaTheme2) => ({
  columns: css({
    display: 'grid',
    gridTemplateColumns: 'minmax(0, 7fr) minmax(360px, 4fr)',
    gap: theme.spacing(2),
    alignItems: 'start',
    [theme.breakpoints.down('xl')]: { gridTemplateColumns: 'minmax(0, 1fr)' },
  }),
});
