import type { IncidentJson, SliReport } from '@cnapp-slo/model';
import { TextLink } from '@grafana/ui';
import { allPages } from '../../api/all-pages.ts';
import { useApi } from '../../api/use-api.ts';
import { type Figure, Figures } from '../../components/Figures.tsx';
import { Loading } from '../../components/Loading.tsx';
import { t } from '../../i18n.ts';
import type { SceneView } from '../../scenes/scene-view.tsx';
import { useLink } from '../../scenes/use-link.ts';
import { type Scope, useScope } from '../../scenes/use-scope.ts';
import { formatCount, formatDuration, formatPercent, UNKNOWN } from '../../slo/format.ts';
import { reasonText } from '../../slo/reason.ts';
import { previousWindow } from '../../slo/window.ts';

interface ExecutiveData {
  slis: SliReport[];
  mttrBefore: SliReport;
  incidents: IncidentJson[];
  openCriticals: number;
}

/** Far more than a company has open at once. */
const mostCriticals = 2_000;
const mostIncidents = 5_000;

async function load({ client, filter, window, fromMs, toMs }: Scope, signal: AbortSignal): Promise<ExecutiveData> {
  const [slis, mttrBefore, incidents, criticals] = await Promise.all([
    client.slis({ ...filter, ...window }, signal),
    client.sli('mttr', { ...filter, ...previousWindow(fromMs, toMs) }, signal),
    allPages(mostIncidents, (page) => client.incidents({ ...filter, ...page }, signal)),
    allPages(mostCriticals, (page) =>
      client.findings({ ...filter, severity: 'critical', state: 'open', ...page }, signal),
    ),
  ]);
  return { slis: slis.items, mttrBefore, incidents, openCriticals: criticals.length };
}

/** The five numbers of the first glance, each with what it was before or why it is unknown. */
export function ExecutiveFigures({ scene }: { scene: SceneView }) {
  const scope = useScope(scene);
  const link = useLink();
  const loaded = useApi(`executive ${scope.key}`, (signal) => load(scope, signal), scope.refresh);
  return (
    <Loading loaded={loaded} errorTitle={t('executive.error', 'The figures could not be loaded')}>
      {(data) => (
        <Figures
          label={t('executive.figures', 'Key figures')}
          figures={[
            mttrFigure(data),
            incidentsFigure(data.incidents, scope),
            {
              label: t('executive.open-criticals', 'Open critical findings'),
              value: formatCount(data.openCriticals),
              detail: (
                <TextLink href={link('/findings', { 'var-severity': 'critical' })} variant="bodySmall" inline={false}>
                  {t('executive.show-findings', 'Show them')}
                </TextLink>
              ),
            },
            budgetsFigure(data.slis),
            exposureFigure(data.slis),
          ]}
        />
      )}
    </Loading>
  );
}

function mttrFigure({ slis, mttrBefore }: ExecutiveData): Figure {
  const label = t('executive.mttr', 'Mean time to remediate');
  const now = slis.find(({ id }) => id === 'mttr');
  if (now?.value == null) return { label, value: UNKNOWN, detail: reasonText(now?.reason ?? null, 'mttr') };
  if (mttrBefore.value === null)
    return {
      label,
      value: formatDuration(now.value),
      detail: t('executive.no-before', 'nothing before to compare with'),
    };
  const change = now.value - mttrBefore.value;
  const values = { before: formatDuration(mttrBefore.value), change: formatDuration(Math.abs(change)) };
  return {
    label,
    value: formatDuration(now.value),
    tone: change > 0 ? 'bad' : 'good',
    detail:
      change > 0
        ? t('executive.slower', '{{change}} more than before ({{before}})', values)
        : t('executive.faster', '{{change}} less than before ({{before}})', values),
  };
}

function incidentsFigure(incidents: readonly IncidentJson[], { fromMs, toMs }: Scope): Figure {
  const length = toMs - fromMs;
  const startedWithin = (from: number, to: number) =>
    incidents.filter(({ started_at }) => Date.parse(started_at) >= from && Date.parse(started_at) < to).length;
  return {
    label: t('executive.incidents', 'Incidents'),
    value: formatCount(startedWithin(fromMs, toMs)),
    detail: t('executive.incidents-before', '{{count}} in the period before', {
      count: formatCount(startedWithin(fromMs - length, fromMs)),
    }),
  };
}

function budgetsFigure(slis: readonly SliReport[]): Figure {
  const withBudget = slis.filter(({ budget }) => budget.remaining !== null);
  const spent = withBudget.filter(({ budget }) => (budget.remaining ?? 0) <= 0);
  return {
    label: t('executive.budgets', 'Objectives met'),
    value: `${withBudget.length - spent.length} / ${withBudget.length}`,
    tone: spent.length > 0 ? 'bad' : 'good',
    detail:
      spent.length === 0
        ? t('executive.budgets-kept', 'every error budget has something left')
        : spent.map(({ title }) => title).join(', '),
  };
}

/** M10: how much of the time nothing that matters was unsafe. */
function exposureFigure(slis: readonly SliReport[]): Figure {
  const sli = slis.find(({ id }) => id === 'incident-burn');
  const label = t('executive.safe-time', 'Time without exposure');
  if (sli?.ratio == null) return { label, value: UNKNOWN, detail: reasonText(sli?.reason ?? null, 'incident-burn') };
  return {
    label,
    value: formatPercent(sli.ratio, 2),
    detail: t('sli.of-objective', 'objective {{objective}}', { objective: formatPercent(sli.objective) }),
  };
}
