import type { ExplainItem } from '@cnapp-slo/model';
import { css } from '@emotion/css';
import type { GrafanaTheme2 } from '@grafana/data';
import { Text, TextLink, useStyles2 } from '@grafana/ui';
import { allPages } from '../../api/all-pages.ts';
import type { SliParams } from '../../api/client.ts';
import { useApi } from '../../api/use-api.ts';
import { Loading } from '../../components/Loading.tsx';
import { Panel } from '../../components/Panel.tsx';
import { useSegmentColor } from '../../components/SegmentBar.tsx';
import { t } from '../../i18n.ts';
import type { SceneView } from '../../scenes/scene-view.tsx';
import { useLink } from '../../scenes/use-link.ts';
import { type Scope, useScope } from '../../scenes/use-scope.ts';
import { segmentText } from '../../slo/clock-text.ts';
import { formatDuration, UNKNOWN } from '../../slo/format.ts';
import { type MeanChange, meanChange } from '../../slo/mean-change.ts';
import { previousWindow } from '../../slo/window.ts';

const sli = 'mttr';
const mostEpisodes = 2_000;
const mostTeams = 4;

async function load({ client, filter, window, fromMs, toMs }: Scope, signal: AbortSignal): Promise<MeanChange | null> {
  const episodes = (params: SliParams): Promise<ExplainItem[]> =>
    allPages(mostEpisodes, (page) => client.explain(sli, { ...filter, ...params, ...page }, signal));
  const [before, now] = await Promise.all([episodes(previousWindow(fromMs, toMs)), episodes(window)]);
  return meanChange(sli, { items: before, span: [2 * fromMs - toMs, fromMs] }, { items: now, span: [fromMs, toMs] });
}

/** "Why did MTTR rise": which stretch, and whose. */
export function MttrChange({ scene }: { scene: SceneView }) {
  const scope = useScope(scene);
  const loaded = useApi(`mttr change ${scope.key}`, (signal) => load(scope, signal), scope.refresh);
  return (
    <Panel title={t('mttr-change.title', 'Why the time to remediate changed')}>
      <Loading loaded={loaded} errorTitle={t('mttr-change.error', 'The episodes could not be loaded')}>
        {(change) =>
          change === null ? (
            <Text color="secondary">
              {t('mttr-change.none', 'No data: nothing was fixed in the period, or in the one before.')}
            </Text>
          ) : (
            <Change change={change} />
          )
        }
      </Loading>
    </Panel>
  );
}

function Change({ change }: { change: MeanChange }) {
  const styles = useStyles2(getStyles);
  const color = useSegmentColor();
  const link = useLink();
  const { stretches, teams } = change;
  const longest = Math.max(...stretches.flatMap((one) => [one.beforeSeconds, one.nowSeconds]), 1);
  const width = (seconds: number) => `${Math.max((seconds / longest) * 100, 0.5)}%`;
  return (
    <div className={styles.parts}>
      <Text element="p">{sentence(change)}</Text>
      <table className={styles.table}>
        <thead>
          <tr>
            <th>{t('mttr-change.stretch', 'Stretch')}</th>
            <th className={styles.wide}>{t('mttr-change.before-now', 'Before (pale) and now')}</th>
            <th className={styles.number}>{t('mttr-change.difference', 'Difference')}</th>
          </tr>
        </thead>
        <tbody>
          {stretches.map(({ name, beforeSeconds: before, nowSeconds: now, deltaSeconds }) => (
            <tr key={name}>
              <td>{segmentText(name)}</td>
              <td>
                <div className={styles.pale} style={{ width: width(before), background: color(name) }} />
                <div className={styles.bar} style={{ width: width(now), background: color(name) }} />
              </td>
              <td className={styles.number}>{signed(deltaSeconds)}</td>
            </tr>
          ))}
        </tbody>
      </table>
      <table className={styles.table}>
        <thead>
          <tr>
            <th className={styles.wide}>{t('mttr-change.team', 'Team')}</th>
            <th className={styles.number}>{t('mttr-change.episodes', 'Fixed')}</th>
            <th className={styles.number}>{t('mttr-change.mean', 'Mean')}</th>
            <th className={styles.number}>{t('mttr-change.part', 'Part')}</th>
          </tr>
        </thead>
        <tbody>
          {teams.slice(0, mostTeams).map(({ team, episodes, meanSeconds, deltaSeconds }) => (
            <tr key={team}>
              <td>
                <TextLink href={link(`/slis/${sli}`, { 'var-team': team })} color="primary" inline={false}>
                  {team}
                </TextLink>
              </td>
              <td className={styles.number}>{episodes}</td>
              <td className={styles.number}>{meanSeconds === null ? UNKNOWN : formatDuration(meanSeconds)}</td>
              <td className={styles.number}>{signed(deltaSeconds)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function sentence({ beforeSeconds: before, nowSeconds: now, stretches: [stretch], teams }: MeanChange): string {
  const change = now - before;
  const values = {
    change: formatDuration(Math.abs(change)),
    before: formatDuration(before),
    now: formatDuration(now),
    stretch: stretch === undefined ? UNKNOWN : segmentText(stretch.name),
    part: stretch === undefined ? UNKNOWN : signed(stretch.deltaSeconds),
    team: (change > 0 ? teams[0] : teams.at(-1))?.team ?? UNKNOWN,
  };
  return change > 0
    ? t(
        'mttr-change.rose',
        'Up {{change}}, from {{before}} to {{now}}. Most of it is the time {{stretch}} ({{part}}); {{team}} pulls up most.',
        values,
      )
    : t(
        'mttr-change.fell',
        'Down {{change}}, from {{before}} to {{now}}. Most of it is the time {{stretch}} ({{part}}); {{team}} pulls down most.',
        values,
      );
}

const signed = (seconds: number) => `${seconds > 0 ? '+' : seconds < 0 ? '−' : ''}${formatDuration(Math.abs(seconds))}`;

const getStyles = (theme: GrafanaTheme2) => ({
  parts: css({ display: 'flex', flexDirection: 'column', gap: theme.spacing(1.5) }),
  table: css({
    width: '100%',
    'th, td': { padding: theme.spacing(0.25, 1, 0.25, 0), textAlign: 'left', whiteSpace: 'nowrap' },
    th: {
      ...theme.typography.bodySmall,
      color: theme.colors.text.secondary,
      fontWeight: theme.typography.fontWeightMedium,
    },
  }),
  wide: css({ width: '55%' }),
  number: css({ textAlign: 'right !important' as 'right', fontVariantNumeric: 'tabular-nums' }),
  pale: css({ height: 5, opacity: 0.4, borderRadius: theme.shape.radius.default }),
  bar: css({ height: 8, marginTop: 2, borderRadius: theme.shape.radius.default }),
});
