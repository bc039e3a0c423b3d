/** Bumped when a stored shape changes; a store of another version is refused at start, by name. */
export const SCHEMA_VERSION = 5;

/** The versions that `MIGRATION` takes over. They kept findings and assets in other ways: these are folded from the ledger at the next start. Can be run again, after a crash half-way. */
export const OLDER_VERSIONS: readonly number[] = [3, 4];
export const MIGRATION = `
DROP TABLE IF EXISTS findings;
DROP TABLE IF EXISTS assets;
DROP TABLE IF EXISTS states;
DELETE FROM meta WHERE key = 'stored_seq';
`;

/** What people and channels say of findings: few facts among many. */
export const IS_INPUT = "kind IN ('alert', 'acknowledgement', 'verdict', 'assignment', 'acceptance', 'action')";

/**
 * Read models are ordinary tables: their rows exceed what a WITHOUT ROWID tree keeps on its pages.
 * `facts` is the ledger: append-only, the truth. `fact_index` finds its facts by subject and id; it is written in batches and
 * in order, up to `indexed_seq` of `meta`, as writing it with every fact would cost a page each. Everything else is derived from it and can be built again, except
 * `volumes` (what telemetry was counted), `offsets`, `notifications` (what people were told) and `slo_events` / `slo_totals` (what was announced to alerting, which
 * later knowledge must not rewrite).
 */
export const SCHEMA = `
CREATE TABLE IF NOT EXISTS facts (
  seq INTEGER PRIMARY KEY,
  id TEXT NOT NULL,
  kind TEXT NOT NULL,
  tenant TEXT NOT NULL,
  at_ms INTEGER NOT NULL,
  recv_ms INTEGER NOT NULL,
  fact TEXT NOT NULL,
  subjects TEXT NOT NULL
) STRICT;
CREATE INDEX IF NOT EXISTS facts_changes ON facts (at_ms) WHERE kind = 'change';
CREATE INDEX IF NOT EXISTS facts_inputs ON facts (kind) WHERE ${IS_INPUT};
CREATE TABLE IF NOT EXISTS fact_index (
  subject TEXT NOT NULL,
  id TEXT NOT NULL,
  seq INTEGER NOT NULL,
  PRIMARY KEY (subject, id)
) STRICT, WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS states (id INTEGER PRIMARY KEY AUTOINCREMENT, kind TEXT NOT NULL, body BLOB NOT NULL) STRICT;
CREATE TABLE IF NOT EXISTS records (key TEXT PRIMARY KEY, state TEXT NOT NULL) STRICT;
CREATE TABLE IF NOT EXISTS notifications (key TEXT PRIMARY KEY, state TEXT NOT NULL) STRICT, WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS scopes (key TEXT PRIMARY KEY, first_ms INTEGER NOT NULL) STRICT, WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS sources (id TEXT PRIMARY KEY, state TEXT NOT NULL) STRICT;
CREATE TABLE IF NOT EXISTS volumes (key TEXT PRIMARY KEY, state TEXT NOT NULL) STRICT, WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS offsets (
  topic TEXT NOT NULL,
  partition INTEGER NOT NULL,
  next TEXT NOT NULL,
  PRIMARY KEY (topic, partition)
) STRICT, WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS slo_events (
  sli TEXT NOT NULL,
  episode_id TEXT NOT NULL,
  tenant TEXT NOT NULL,
  outcome TEXT NOT NULL,
  decided_ms INTEGER NOT NULL,
  PRIMARY KEY (sli, episode_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS slo_events_decided ON slo_events (sli, decided_ms);
CREATE TABLE IF NOT EXISTS meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT, WITHOUT ROWID;
`;
