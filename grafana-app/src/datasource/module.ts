import { DataSourcePlugin } from '@grafana/data';
import { initPluginTranslations } from '@grafana/i18n';
import { ConfigEditor } from './ConfigEditor.tsx';
import { CnappDataSource } from './data-source.ts';
import { QueryEditor } from './QueryEditor.tsx';
import type { CnappOptions, CnappQuery, CnappSecrets } from './query.ts';

// Nobody waits for it: until the texts are there they show in English, their default.
void initPluginTranslations('cnapp-slo-datasource');

export const plugin = new DataSourcePlugin<CnappDataSource, CnappQuery, CnappOptions, CnappSecrets>(CnappDataSource)
  .setConfigEditor(ConfigEditor)
  .setQueryEditor(QueryEditor);
