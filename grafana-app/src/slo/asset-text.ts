import type { AssetJson } from '@cnapp-slo/model';

/** Where an asset is declared, as `repository/path`; null where no link to its code is known. */
export const codeOf = ({ iac }: Pick<AssetJson, 'iac'>): string | null =>
  iac === null ? null : [iac.repository, iac.path].filter(Boolean).join('/');
