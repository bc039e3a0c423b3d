import { LinkButton, Stack, Text } from '@grafana/ui';
import { labelValues } from '../../api/label-values.ts';
import { useApi } from '../../api/use-api.ts';
import { Badge } from '../../components/Badge.tsx';
import { Loading } from '../../components/Loading.tsx';
import { useInSight } from '../../components/use-in-sight.ts';
import { t } from '../../i18n.ts';
import { useLink } from '../../scenes/use-link.ts';
import type { Scope } from '../../scenes/use-scope.ts';
import { isSignal, SliCards } from './SliCards.tsx';

export const GROUP_LABELS = ['team', 'environment', 'criticality', 'severity'] as const;
export type GroupLabel = (typeof GROUP_LABELS)[number];

/** The SLIs of each team, environment …: whose number it is that drags the whole down. */
export function SliGroups({ scope, by }: { scope: Scope; by: GroupLabel }) {
  const values = useApi(`values ${by} ${scope.key}`, () => labelValues(scope.client, by), scope.refresh);
  const chosen = scope.filter[by];
  return (
    <Loading loaded={values} errorTitle={t('overview.groups-error', 'The groups could not be loaded')}>
      {(items) => (
        <Stack direction="column" gap={4}>
          {(chosen === undefined ? items : [chosen]).map((value) => (
            <Group key={value} scope={scope} by={by} value={value} />
          ))}
        </Stack>
      )}
    </Loading>
  );
}

function Group({ scope, by, value }: { scope: Scope; by: GroupLabel; value: string }) {
  const [ref, isInSight] = useInSight<HTMLElement>();
  const link = useLink();
  const narrowed: Scope = {
    ...scope,
    filter: { ...scope.filter, [by]: value },
    key: `${scope.key} ${by}=${value}`,
  };
  const slis = useApi(
    isInSight ? narrowed.key : null,
    (signal) => scope.client.slis({ ...narrowed.filter, ...scope.window }, signal),
    scope.refresh,
  );
  const known = slis.data?.items.filter((sli) => !isSignal(sli) && sli.status !== 'no_data') ?? null;
  const breached = known?.filter(({ status }) => status === 'breached').length ?? 0;
  const params = { [`var-${by}`]: value };
  return (
    <section ref={ref} aria-label={value}>
      <Stack direction="column" gap={1}>
        <Stack alignItems="center" gap={1}>
          <Text element="h2" variant="h4">
            {value}
          </Text>
          {breached > 0 && (
            <Badge
              color="red"
              icon="exclamation-circle"
              text={t('overview.group-breached', '{{count}} breached', { count: breached })}
            />
          )}
          <LinkButton href={link('/overview', params)} size="sm" fill="text" icon="filter">
            {t('overview.only-group', 'Only this')}
          </LinkButton>
        </Stack>
        <Loading
          loaded={slis}
          errorTitle={t('overview.slis-error', 'The SLIs could not be loaded')}
          placeholder={<SliCards slis={null} scope={scope} />}
        >
          {() =>
            known?.length === 0 ? (
              <Text color="secondary">{t('overview.group-empty', 'No data: no SLI has events here.')}</Text>
            ) : (
              <SliCards slis={known} scope={narrowed} params={params} />
            )
          }
        </Loading>
      </Stack>
    </section>
  );
}
