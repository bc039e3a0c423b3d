import type { Account } from '../../company/catalogue.ts';
import type { Stage, Story } from '../stage.ts';

/** A scanner stops talking: its findings stay as they are, and the status page says who is missing. */
export function* silentScannerStory(stage: Stage, account: Account): Story {
  stage.silent.add(account.id);
  stage.announce(
    `Prowler goes silent in the account ${account.name}. The status page names it within two of its intervals.`,
  );
  yield 170;
  stage.silent.delete(account.id);
  stage.announce(`Prowler is back in the account ${account.name}.`);
}
