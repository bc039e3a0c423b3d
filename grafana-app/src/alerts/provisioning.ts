import type { ApiRequest } from '@cnapp-slo/alert-rules';
import { getBackendSrv } from '@grafana/runtime';
import { lastValueFrom } from 'rxjs';
import { toApiError } from '../api/api-error.ts';
import type { ProvisionedRule } from './rule-diff.ts';

interface Folder {
  uid: string;
  title: string;
}

/** Rules made here stay editable in Grafana, as if made by hand. */
const headers = { 'X-Disable-Provenance': 'true' };

async function send<T>(method: string, url: string, data?: unknown): Promise<T> {
  try {
    const options = {
      method,
      url,
      headers,
      showErrorAlert: false,
      showSuccessAlert: false,
      ...(data === undefined ? {} : { data }),
    };
    return (await lastValueFrom(getBackendSrv().fetch<T>(options))).data;
  } catch (reason) {
    throw toApiError(reason);
  }
}

/** Every alert rule that this user may see in the provisioning API. */
export const installedRules = (): Promise<ProvisionedRule[]> => send('GET', '/api/v1/provisioning/alert-rules');

/** The folder that the rules live in; made where there is none. */
export async function ensureFolder(title: string): Promise<string> {
  const folders = await send<Folder[]>('GET', '/api/folders?limit=1000');
  const existing = folders.find((folder) => folder.title === title);
  return (existing ?? (await send<Folder>('POST', '/api/folders', { title }))).uid;
}

/** Replaces the group, and nothing else. */
export const installGroup = ({ path, body }: ApiRequest): Promise<unknown> => send('PUT', path, body);

export const removeGroup = ({ path }: ApiRequest): Promise<unknown> => send('DELETE', path);
