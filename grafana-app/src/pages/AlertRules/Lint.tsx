import { DEFAULT_OPTIONS, lint, lintLive, type Problem } from '@cnapp-slo/alert-rules';
import { css } from '@emotion/css';
import type { GrafanaTheme2 } from '@grafana/data';
import { Button, Text, useStyles2 } from '@grafana/ui';
import { useMemo, useState } from 'react';
import { productSlos } from '../../alerts/product-slos.ts';
import { prometheusReader } from '../../alerts/prometheus-reader.ts';
import { useApi } from '../../api/use-api.ts';
import { Badge } from '../../components/Badge.tsx';
import { Loading } from '../../components/Loading.tsx';
import { Panel } from '../../components/Panel.tsx';
import { t } from '../../i18n.ts';

/** What is wrong with the objectives that the rules stand on: as they are written and, when somebody asks, as the Prometheus sees them. */
export function Lint({ dataSourceUid }: { dataSourceUid: string }) {
  const styles = useStyles2(getStyles);
  const slos = useMemo(productSlos, []);
  const written = useMemo(() => lint(slos, DEFAULT_OPTIONS), [slos]);
  const [asked, setAsked] = useState<string | null>(null);
  const isAsked = asked === dataSourceUid;
  const live = useApi(isAsked ? `lint ${dataSourceUid}` : null, () => lintLive(slos, prometheusReader(dataSourceUid)));
  return (
    <Panel
      title={t('lint.title', 'Lint')}
      actions={
        <Button size="sm" variant="secondary" onClick={isAsked ? live.reload : () => setAsked(dataSourceUid)}>
          {t('lint.ask', 'Check against Prometheus')}
        </Button>
      }
    >
      <div className={styles.results}>
        <Problems
          problems={written}
          none={t('lint.clean', '{{count}} objectives as they are written: nothing to complain of', {
            count: slos.length,
          })}
        />
        {isAsked && (
          <Loading loaded={live} errorTitle={t('lint.error', 'Prometheus could not be asked')}>
            {(problems) => (
              <Problems
                problems={problems}
                none={t('lint.live-clean', 'In Prometheus: every series that they read is there, of the right type')}
              />
            )}
          </Loading>
        )}
      </div>
    </Panel>
  );
}

function Problems({ problems, none }: { problems: readonly Problem[]; none: string }) {
  const styles = useStyles2(getStyles);
  if (problems.length === 0) return <Text color="secondary">{none}</Text>;
  // An objective that reads a series twice lacks it once.
  const distinct = new Map(problems.map((problem) => [`${problem.path}: ${problem.message}`, problem]));
  return (
    <ul className={styles.problems}>
      {[...distinct].map(([text, { severity, remedy }]) => (
        <li key={text}>
          <Badge
            color={severity === 'error' ? 'red' : 'orange'}
            text={severity === 'error' ? t('lint.is-error', 'Error') : t('lint.is-warning', 'Warning')}
          />{' '}
          {text}
          <Text element="p" variant="bodySmall" color="secondary">
            {remedy}
          </Text>
        </li>
      ))}
    </ul>
  );
}

const getStyles = (theme: GrafanaTheme2) => ({
  results: css({ display: 'flex', flexDirection: 'column', gap: theme.spacing(1) }),
  problems: css({
    display: 'flex',
    flexDirection: 'column',
    gap: theme.spacing(1),
    listStyle: 'none',
    margin: 0,
    padding: 0,
    overflowWrap: 'anywhere',
  }),
});
