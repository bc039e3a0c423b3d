import type { TestDataSourceResponse } from '@grafana/data';
import { type ApiError, toApiError } from '../api/api-error.ts';
import type { Client } from '../api/client.ts';
import { t } from '../i18n.ts';

/** "Save & test": is this the processor, may we read, and does anything arrive there? Says what is wrong and how to mend it. */
export async function checkHealth(client: Pick<Client, 'sources' | 'slis'>): Promise<TestDataSourceResponse> {
  try {
    const [sources, slis] = await Promise.all([client.sources(), client.slis({})]);
    const fresh = sources.items.filter(({ status }) => status === 'fresh').length;
    if (sources.items.length === 0) {
      return {
        status: 'success',
        message: t(
          'datasource.health.no-sources',
          'Connected, but the processor has not received any telemetry yet. Point an OTLP exporter at its port 4317, or import history with "cnapp import".',
        ),
      };
    }
    return {
      status: 'success',
      message: t(
        'datasource.health.ok',
        'Connected. {{fresh}} of {{sources}} sources are fresh, {{slis}} SLIs are computed.',
        {
          fresh,
          sources: sources.items.length,
          slis: slis.items.length,
        },
      ),
    };
  } catch (reason) {
    const error = toApiError(reason);
    return { status: 'error', message: adviceFor(error), details: { message: error.message } };
  }
}

/** What happened and what to do about it, in one or two sentences. */
export function adviceFor({ kind, status, message }: ApiError): string {
  switch (kind) {
    case 'unreachable':
      return t(
        'datasource.health.unreachable',
        'Grafana’s server cannot reach the processor. Check that it runs, and that the URL is right as seen from Grafana’s server (in containers "localhost" is Grafana itself).',
      );
    case 'unauthorized':
      return t(
        'datasource.health.unauthorized',
        'The processor wants a valid API token. Paste one of its configured tokens under "API token".',
      );
    case 'forbidden':
      return t(
        'datasource.health.forbidden',
        'The token or your Grafana role does not allow this. The token needs the permission "read" on your tenant, and you need access to this data source.',
      );
    case 'wrong_address':
      return t(
        'datasource.health.wrong-address',
        'Something answers at this URL, but it has no /api/v1. Enter the address of the processor’s API, by default port 8080, without a path.',
      );
    case 'nonsense':
      return t(
        'datasource.health.nonsense',
        'Something answers at this URL, but not the processor’s API. Is a proxy or a login page in between?',
      );
    case 'rejected':
      return t('datasource.health.rejected', 'The processor refused the request: {{message}}', { message });
    case 'not_found':
      return t('datasource.health.not-found', 'The processor does not know this: {{message}}', { message });
    case 'failed':
      return t(
        'datasource.health.failed',
        'The request failed (status {{status}}). See the logs of the processor and of Grafana.',
        {
          status: status ?? '?',
        },
      );
  }
}
