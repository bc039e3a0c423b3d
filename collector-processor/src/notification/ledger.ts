import type { LedgerStore, PersonInput, StoredState } from '@cnapp-slo/model';

/** Where what people were told, and what they said, is kept. */
export interface NotificationLedger {
  load(): Iterable<StoredState>;
  /** Durable when it returns. Throws when the store cannot. */
  save(rows: readonly StoredState[]): void;
  /** The input becomes a fact and the rows are stored, both or neither. Throws when the store cannot. */
  record(input: PersonInput, tenant: string, rows: readonly StoredState[]): Promise<'accepted' | 'unknown_subject'>;
}

/** `record` is the processor's: it runs `also` within the transaction of the fact. */
export function notificationLedger(
  store: LedgerStore,
  record: (input: PersonInput, tenant: string, also: () => void) => Promise<{ status: 'accepted' | 'unknown_subject' }>,
): NotificationLedger {
  const write = (rows: readonly StoredState[]): void => {
    for (const { key, state } of rows) store.save('notifications', key, state);
  };
  return {
    load: () => store.load('notifications'),
    save: (rows) => store.transaction(() => write(rows)),
    record: async (input, tenant, rows) => (await record(input, tenant, () => write(rows))).status,
  };
}
