import type { Tier } from '@cnapp-slo/model';
import { css } from '@emotion/css';
import type { GrafanaTheme2 } from '@grafana/data';
import { Alert, EmptyState, useStyles2 } from '@grafana/ui';
import { useEffect, useState } from 'react';
import { toApiError } from '../../api/api-error.ts';
import type { Candidate, SamplingClient, SamplingOverview } from '../../api/sampling-client.ts';
import { useApi } from '../../api/use-api.ts';
import { useTick } from '../../api/use-tick.ts';
import { Loading } from '../../components/Loading.tsx';
import { Panel } from '../../components/Panel.tsx';
import { adviceFor } from '../../datasource/health.ts';
import { t } from '../../i18n.ts';
import { Effect } from './Effect.tsx';
import { HeatMap } from './HeatMap.tsx';
import { ParetoCurve } from './ParetoCurve.tsx';
import { Review } from './Review.tsx';
import { type Draft, TierSliders } from './TierSliders.tsx';

interface Props {
  client: SamplingClient;
  overview: SamplingOverview;
  /** Another change is on its way: nothing can be proposed meanwhile. */
  isUnderWay: boolean;
  onProposed: () => void;
}

/** After the last move of a slider. */
const settleMs = 250;
const curveMs = 300_000;

/** From the sliders to a proposal: what another choice would keep, cost and miss. */
export function Tuning({ client, overview, isUnderWay, onProposed }: Props) {
  const styles = useStyles2(getStyles);
  const start: Draft = { probability: overview.probability, whole: overview.whole };
  const [draft, setDraft] = useState<Draft>(start);
  const [problem, setProblem] = useState<string | null>(null);
  const settled = useSettled(draft);
  const candidate: Candidate = { probability: settled.probability, whole: settled.whole };
  const simulation = useApi(JSON.stringify(candidate), (signal) =>
    client.simulate(candidate, { pareto: false }, signal),
  );
  const whole = [...draft.whole].sort();
  const curve = useApi(
    `curve ${whole}`,
    (signal) => client.simulate({ whole }, { pareto: true }, signal),
    useTick(curveMs),
  );
  // Nothing was recorded yet.
  if (simulation.error?.status === 409) {
    return (
      <EmptyState variant="not-found" message={t('sampling.nothing-recorded', 'No telemetry was recorded yet')}>
        {t(
          'sampling.nothing-recorded-hint',
          'What comes in from now on is looked at; this page tries again by itself.',
        )}
      </EmptyState>
    );
  }

  const fitBudget = async (share: number) => {
    setProblem(null);
    try {
      const { probability } = await client.simulate({ budget_share: share, whole: draft.whole }, { pareto: false });
      setDraft({ probability, whole: draft.whole });
    } catch (reason) {
      const error = toApiError(reason);
      setProblem(
        error.status === 422
          ? t('sampling.too-little', 'What must be kept is more than this share. Raise it, or keep fewer tiers whole.')
          : adviceFor(error),
      );
    }
  };
  const choose = (probability: Readonly<Record<Tier, number>>) => setDraft({ probability, whole: draft.whole });
  const error = t('sampling.simulation-error', 'The effect could not be predicted');
  return (
    <div className={styles.columns}>
      <div className={styles.stack}>
        <Panel title={t('sampling.tiers.title', 'Share kept by tier')}>
          <TierSliders
            overview={overview}
            draft={draft}
            onChange={setDraft}
            onBudget={(share) => void fitBudget(share)}
            onReset={() => setDraft(start)}
          />
          {problem !== null && <Alert severity="warning" title={problem} onRemove={() => setProblem(null)} />}
        </Panel>
        <Panel title={t('sampling.pareto.title', 'Cost against detections')}>
          <Loading loaded={curve} errorTitle={error}>
            {(answer) => (
              <ParetoCurve
                points={answer.pareto ?? []}
                current={answer.current}
                candidate={simulation.data?.candidate ?? null}
                onChoose={choose}
              />
            )}
          </Loading>
        </Panel>
      </div>
      <Panel title={t('sampling.effect.title', 'Predicted effect')}>
        <Loading loaded={simulation} errorTitle={error}>
          {(answer) => <Effect answer={answer} />}
        </Loading>
      </Panel>
      <Panel title={t('sampling.heat.title', 'Detections that leave a trace')}>
        <Loading loaded={simulation} errorTitle={error}>
          {({ current, candidate: after }) => <HeatMap before={current} after={after} />}
        </Loading>
      </Panel>
      <Panel title={t('sampling.review.title', 'Review')}>
        <Loading loaded={simulation} errorTitle={error}>
          {(answer) => (
            <Review
              key={answer.diff}
              client={client}
              answer={answer}
              candidate={candidate}
              isUnderWay={isUnderWay}
              onProposed={onProposed}
            />
          )}
        </Loading>
      </Panel>
    </div>
  );
}

function useSettled<T>(value: T): T {
  const [settled, setSettled] = useState(value);
  useEffect(() => {
    const timer = setTimeout(() => setSettled(value), settleMs);
    return () => clearTimeout(timer);
  }, [value]);
  return settled;
}

const getStyles = (theme: GrafanaTheme2) => ({
  stack: css({ display: 'flex', flexDirection: 'column', gap: theme.spacing(2), minWidth: 0 }),
  columns: css({
    display: 'grid',
    gridTemplateColumns: 'repeat(2, minmax(0, 1fr))',
    gap: theme.spacing(2),
    [theme.breakpoints.down('lg')]: { gridTemplateColumns: 'minmax(0, 1fr)' },
  }),
});
