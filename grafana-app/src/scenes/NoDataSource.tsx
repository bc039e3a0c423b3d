import { config, PluginPage } from '@grafana/runtime';
import { EmptyState, LinkButton } from '@grafana/ui';
import { DATA_SOURCE_TYPE } from '../constants.ts';
import { t } from '../i18n.ts';

/** The first thing to do after the installation. */
export function NoDataSource() {
  return (
    <PluginPage>
      <EmptyState
        variant="call-to-action"
        message={t('set-up.no-data-source', 'No processor is connected yet')}
        button={
          <LinkButton icon="plus" href={`${config.appSubUrl}/connections/datasources/${DATA_SOURCE_TYPE}`}>
            {t('set-up.add-data-source', 'Add a CNAPP SLO data source')}
          </LinkButton>
        }
      >
        {t('set-up.hint', 'It needs the address of the processor’s API, by default http://127.0.0.1:8080.')}
      </EmptyState>
    </PluginPage>
  );
}
