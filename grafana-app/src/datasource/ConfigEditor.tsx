import type { DataSourcePluginOptionsEditorProps } from '@grafana/data';
import { DataSourcePicker } from '@grafana/runtime';
import { Field, FieldSet, Input, SecretInput } from '@grafana/ui';
import { t } from '../i18n.ts';
import type { CnappOptions, CnappSecrets } from './query.ts';

const width = 60;

/** Where the processor is, and the token for it. */
export function ConfigEditor({
  options,
  onOptionsChange,
}: DataSourcePluginOptionsEditorProps<CnappOptions, CnappSecrets>) {
  const { jsonData, secureJsonFields, secureJsonData, readOnly } = options;
  const apiUrl = jsonData.apiUrl ?? '';
  const problem = urlProblem(apiUrl);
  const setUrl = (value: string) => onOptionsChange({ ...options, jsonData: { ...jsonData, apiUrl: value } });
  const setToken = (apiToken: string) =>
    onOptionsChange({ ...options, secureJsonData: { ...secureJsonData, apiToken } });
  const resetToken = () =>
    onOptionsChange({
      ...options,
      secureJsonFields: { ...secureJsonFields, apiToken: false },
      secureJsonData: { ...secureJsonData, apiToken: '' },
    });

  return (
    <>
      <FieldSet label={t('datasource.config.connection', 'Connection')}>
        <Field
          label={t('datasource.config.url', 'URL')}
          description={t(
            'datasource.config.url-description',
            'The processor’s API as Grafana’s server sees it, without a path. The browser never talks to it.',
          )}
          required
          invalid={problem !== null}
          error={problem}
        >
          <Input
            id="cnapp-api-url"
            disabled={readOnly}
            width={width}
            placeholder="http://127.0.0.1:8080"
            value={apiUrl}
            onChange={({ currentTarget }) => setUrl(currentTarget.value)}
            onBlur={() => setUrl(normalizeUrl(apiUrl))}
          />
        </Field>
      </FieldSet>
      <FieldSet label={t('datasource.config.authentication', 'Authentication')}>
        <Field
          label={t('datasource.config.token', 'API token')}
          description={t(
            'datasource.config.token-description',
            'One of the processor’s tokens with the permission "read", and "write" for acknowledgements and verdicts. Leave empty if it has none.',
          )}
        >
          <SecretInput
            id="cnapp-api-token"
            disabled={readOnly}
            width={width}
            isConfigured={secureJsonFields?.apiToken === true}
            value={secureJsonData?.apiToken ?? ''}
            onChange={({ currentTarget }) => setToken(currentTarget.value)}
            onReset={resetToken}
          />
        </Field>
      </FieldSet>
      <FieldSet label={t('datasource.config.links', 'Links')}>
        <Field
          label={t('datasource.config.tempo', 'Traces')}
          description={t(
            'datasource.config.tempo-description',
            'The Tempo data source that the traces of a finding are opened in.',
          )}
        >
          <DataSourcePicker
            inputId="cnapp-tempo"
            type="tempo"
            current={jsonData.tempoUid ?? null}
            noDefault
            disabled={readOnly}
            width={width}
            onChange={({ uid }) => onOptionsChange({ ...options, jsonData: { ...jsonData, tempoUid: uid } })}
            onClear={() => onOptionsChange({ ...options, jsonData: { ...jsonData, tempoUid: undefined } })}
          />
        </Field>
      </FieldSet>
    </>
  );
}

/** Without surrounding blanks, trailing slashes and our own path, which people paste along. */
export function normalizeUrl(text: string): string {
  return text
    .trim()
    .replace(/\/+$/, '')
    .replace(/\/api(\/v1)?$/, '');
}

/** Why the address can't work; null when it can, or nothing is entered yet. */
export function urlProblem(text: string): string | null {
  const trimmed = text.trim();
  if (trimmed === '') return null;
  if (!URL.canParse(trimmed) || !/^https?:$/.test(new URL(trimmed).protocol)) {
    return t('datasource.config.url-invalid', 'Enter a full address that begins with http:// or https://.');
  }
  return null;
}
