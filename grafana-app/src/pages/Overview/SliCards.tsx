import type { SliReport } from '@cnapp-slo/model';
import { css } from '@emotion/css';
import type { GrafanaTheme2 } from '@grafana/data';
import { useStyles2 } from '@grafana/ui';
import type { Scope } from '../../scenes/use-scope.ts';
import { SliCard, SliCardSkeleton } from './SliCard.tsx';

interface Props {
  /** Null while they load. */
  slis: readonly SliReport[] | null;
  scope: Scope;
  /** What their links go on with. */
  params?: Record<string, string>;
}

export function SliCards({ slis, scope, params }: Props) {
  const styles = useStyles2(getStyles);
  return (
    <div className={styles.cards}>
      {slis === null
        ? [0, 1, 2].map((key) => <SliCardSkeleton key={key} />)
        : slis.map((sli) => <SliCard key={sli.id} sli={sli} scope={scope} params={params} />)}
    </div>
  );
}

/** F1 to F6 (SLI-DEFINITIONS 11). */
export const isSignal = ({ code }: SliReport): boolean => code.startsWith('F');

const getStyles = (theme: GrafanaTheme2) => ({
  cards: css({
    display: 'grid',
    gridTemplateColumns: 'repeat(auto-fill, minmax(min(100%, 330px), 1fr))',
    gap: theme.spacing(2),
  }),
});
