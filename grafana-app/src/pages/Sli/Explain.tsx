import type { ExplainPage, ExplainRole, SliReport } from '@cnapp-slo/model';
import { css } from '@emotion/css';
import { dateTimeFormat, type GrafanaTheme2 } from '@grafana/data';
import { Button, EmptyState, RadioButtonGroup, Stack, Tag, Text, useStyles2 } from '@grafana/ui';
import { useEffect, useRef } from 'react';
import { useSearchParams } from 'react-router-dom';
import { usePages } from '../../api/use-pages.ts';
import { Loading } from '../../components/Loading.tsx';
import { LoadMore } from '../../components/LoadMore.tsx';
import { t } from '../../i18n.ts';
import type { SceneView } from '../../scenes/scene-view.tsx';
import { useScope } from '../../scenes/use-scope.ts';
import { formatCount, UNKNOWN } from '../../slo/format.ts';
import { headlineOf } from '../../slo/headline.ts';
import { reasonText } from '../../slo/reason.ts';
import { EpisodeTable } from './EpisodeTable.tsx';

/** Of the first page and each that follows. */
export const PAGE_SIZE = 25;
const roles = ['bad', 'good', 'excluded', 'pending'] as const satisfies readonly ExplainRole[];
type Choice = ExplainRole | 'all';

/** The episodes in numerator and denominator, and those left out with the reason. */
export function Explain({ scene, id }: { scene: SceneView; id: string }) {
  const styles = useStyles2(getStyles);
  const scope = useScope(scene);
  const [search, setSearch] = useSearchParams();
  const role = roles.find((name) => name === search.get('role')) ?? 'all';
  const at = instantOf(search.get('at'));
  // A point of the trend looks back over the SLI's own window.
  const span = at === null ? scope.window : { until: at };
  const pages = usePages<ExplainPage>(
    `${id} ${role} ${at} ${scope.key}`,
    (cursor, signal) =>
      scope.client.explain(
        id,
        { ...scope.filter, ...span, limit: PAGE_SIZE, cursor, role: role === 'all' ? undefined : role },
        signal,
      ),
    scope.refresh,
  );
  const section = useRef<HTMLElement>(null);
  const isThere = pages.first.data !== null;
  useEffect(() => {
    if (at !== null && isThere) section.current?.scrollIntoView({ behavior: 'smooth' });
  }, [at, isThere]);
  const select = (value: Choice) =>
    setSearch((before) => {
      if (value === 'all') before.delete('role');
      else before.set('role', value);
      return before;
    });

  return (
    <section className={styles.section} ref={section}>
      <Stack alignItems="center" gap={2} wrap="wrap">
        <Text element="h2" variant="h4">
          {t('explain.title', 'Episodes behind the number')}
        </Text>
        {at !== null && <AtPoint at={at} sli={pages.first.data?.sli ?? null} timeZone={scope.timeZone} />}
      </Stack>
      <Loading loaded={pages.first} errorTitle={t('explain.error', 'The episodes could not be loaded')}>
        {({ counts, sli }) => (
          <Stack direction="column" gap={2} minWidth={0}>
            <Stack wrap="wrap" alignItems="center" gap={2}>
              <RadioButtonGroup
                aria-label={t('explain.role', 'Role')}
                options={[
                  { value: 'all' as Choice, label: label(t('explain.all', 'All'), total(counts)) },
                  ...roles.map((name) => ({ value: name as Choice, label: label(roleName(name), counts[name]) })),
                ]}
                value={role}
                onChange={select}
              />
              {role === 'excluded' &&
                Object.entries(sli.excluded)
                  .filter(([, count]) => count > 0)
                  .map(([reason, count]) => (
                    <Tag
                      key={reason}
                      name={`${reason.replaceAll('_', ' ')} · ${count}`}
                      title={reasonText(reason, id)}
                      colorIndex={9}
                    />
                  ))}
            </Stack>
            {pages.items.length === 0 ? (
              <EmptyState
                variant={role === 'bad' && total(counts) > 0 ? 'completed' : 'not-found'}
                message={
                  total(counts) === 0
                    ? t('explain.none', 'No episodes in this time range with these filters')
                    : t('explain.none-of-role', 'No episodes have this role')
                }
              />
            ) : (
              <>
                <EpisodeTable items={pages.items} sliId={id} timeZone={scope.timeZone} onEnd={pages.onEnd} />
                <LoadMore pages={pages} total={role === 'all' ? total(counts) : counts[role]} />
              </>
            )}
          </Stack>
        )}
      </Loading>
    </section>
  );
}

/** The instant of the URL as the API takes it; null where there is none. */
function instantOf(text: string | null): string | null {
  const ms = Date.parse(text ?? '');
  return Number.isNaN(ms) ? null : new Date(ms).toISOString();
}

/** Which point of the trend is explained, and the way back to the whole range. */
function AtPoint({ at, sli, timeZone }: { at: string; sli: SliReport | null; timeZone?: string }) {
  const [, setSearch] = useSearchParams();
  const leave = () =>
    setSearch((before) => {
      before.delete('at');
      return before;
    });
  return (
    <>
      <Text color="secondary">
        {sli === null
          ? dateTimeFormat(Date.parse(at), { timeZone })
          : t('explain.at-point', '{{window}} up to {{at}}: {{value}}', {
              window: sli.window,
              at: dateTimeFormat(Date.parse(at), { timeZone }),
              value: headlineOf(sli, 2)?.text ?? UNKNOWN,
            })}
      </Text>
      <Button size="sm" variant="secondary" icon="times" onClick={leave}>
        {t('explain.leave-point', 'Back to the time range')}
      </Button>
    </>
  );
}

const total = (counts: Record<ExplainRole, number>) => Object.values(counts).reduce((sum, count) => sum + count, 0);
const label = (name: string, count: number) => `${name} (${formatCount(count)})`;

function roleName(role: ExplainRole): string {
  switch (role) {
    case 'good':
      return t('role.good', 'Good');
    case 'bad':
      return t('role.bad', 'Bad');
    case 'excluded':
      return t('role.excluded', 'Excluded');
    case 'pending':
      return t('role.pending', 'Pending');
  }
}

const getStyles = (theme: GrafanaTheme2) => ({
  section: css({
    display: 'flex',
    flexDirection: 'column',
    gap: theme.spacing(2),
    minWidth: 0,
    paddingTop: theme.spacing(1),
    // Below Grafana's own bar, when it is scrolled to.
    scrollMarginTop: theme.spacing(8),
  }),
});
