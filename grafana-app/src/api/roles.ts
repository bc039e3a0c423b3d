import { OrgRole } from '@grafana/data';
import { config } from '@grafana/runtime';

/** Whether who is signed in may change things; what the proxy's routes and the menu ask for, too. */
export function isEditor(): boolean {
  const { orgRole, isGrafanaAdmin } = config.bootData.user;
  return orgRole === OrgRole.Editor || orgRole === OrgRole.Admin || isGrafanaAdmin;
}

/** Whether who is signed in answers for the whole of it. */
export function isAdmin(): boolean {
  const { orgRole, isGrafanaAdmin } = config.bootData.user;
  return orgRole === OrgRole.Admin || isGrafanaAdmin;
}
