import { EmptyState, RadioButtonGroup, Stack } from '@grafana/ui';
import { useSearchParams } from 'react-router-dom';
import { usePages } from '../../api/use-pages.ts';
import { Loading } from '../../components/Loading.tsx';
import { LoadMore } from '../../components/LoadMore.tsx';
import { t } from '../../i18n.ts';
import type { SceneView } from '../../scenes/scene-view.tsx';
import { useScope } from '../../scenes/use-scope.ts';
import { FindingTable } from './FindingTable.tsx';

const pageSize = 50;

export function Findings({ scene }: { scene: SceneView }) {
  const scope = useScope(scene);
  const [search, setSearch] = useSearchParams();
  const state = search.get('state') ?? 'open';
  const pages = usePages(
    `${scope.key} ${state}`,
    (cursor, signal) =>
      scope.client.findings({ ...scope.filter, state: state === 'all' ? '' : state, limit: pageSize, cursor }, signal),
    scope.refresh,
  );
  return (
    <Stack direction="column" gap={2} minWidth={0}>
      <Stack>
        <RadioButtonGroup
          aria-label={t('findings.state', 'State')}
          options={[
            { value: 'open', label: t('findings.states.open', 'Open') },
            { value: 'suspended', label: t('findings.states.suspended', 'Risk accepted') },
            { value: 'closed', label: t('findings.states.closed', 'Closed') },
            { value: 'all', label: t('findings.states.all', 'All') },
          ]}
          value={state}
          onChange={(value) =>
            setSearch((before) => {
              before.set('state', value);
              return before;
            })
          }
        />
      </Stack>
      <Loading loaded={pages.first} errorTitle={t('findings.error', 'The findings could not be loaded')}>
        {() =>
          pages.items.length === 0 ? (
            <EmptyState
              variant={state === 'open' ? 'completed' : 'not-found'}
              message={
                state === 'open'
                  ? t('findings.none-open', 'No open findings match these filters')
                  : t('findings.none', 'No findings match these filters')
              }
            />
          ) : (
            <>
              <FindingTable findings={pages.items} timeZone={scope.timeZone} onEnd={pages.onEnd} />
              <LoadMore pages={pages} />
            </>
          )
        }
      </Loading>
    </Stack>
  );
}
