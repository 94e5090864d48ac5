/** An account's database: what this device knows of one user's life at one registry. Steps from version to version. */
export const STORE_SCHEMA: readonly string[] = [
  `CREATE TABLE IF NOT EXISTS cursors (
     -- 'synced': all messages up to here are stored. 'taken': up to here, takeNew has handed them out.
     name TEXT PRIMARY KEY, position INTEGER NOT NULL
   ) STRICT, WITHOUT ROWID;

   CREATE TABLE IF NOT EXISTS users (
     -- listed: in the registry's roster; others are kept for their names in the history.
     id TEXT PRIMARY KEY, name TEXT NOT NULL, last_seen INTEGER, delivered INTEGER NOT NULL, listed INTEGER NOT NULL
   ) STRICT, WITHOUT ROWID;

   CREATE TABLE IF NOT EXISTS reads (
     user TEXT NOT NULL, conversation TEXT NOT NULL, position INTEGER NOT NULL, PRIMARY KEY (user, conversation)
   ) STRICT, WITHOUT ROWID;

   -- Texts and offers: what people see. Answers and withdrawals end up in transfers and parts.
   CREATE TABLE IF NOT EXISTS messages (
     -- A position is unique in one log, but a registry whose backup was put back gives some out again.
     n INTEGER PRIMARY KEY, position INTEGER NOT NULL, id TEXT NOT NULL, stamp TEXT NOT NULL, conversation TEXT NOT NULL,
     sender TEXT NOT NULL, body TEXT NOT NULL
   ) STRICT;
   CREATE UNIQUE INDEX IF NOT EXISTS messages_id ON messages (id, sender);
   CREATE INDEX IF NOT EXISTS messages_shown ON messages (conversation, stamp);
   CREATE INDEX IF NOT EXISTS messages_position ON messages (position);
   CREATE INDEX IF NOT EXISTS messages_stamp ON messages (stamp);
   CREATE INDEX IF NOT EXISTS messages_unread ON messages (conversation, position, sender);

   CREATE TABLE IF NOT EXISTS conversations (
     id TEXT PRIMARY KEY, audience TEXT NOT NULL, last_stamp TEXT NOT NULL
   ) STRICT, WITHOUT ROWID;

   CREATE TABLE IF NOT EXISTS transfers (
     id TEXT PRIMARY KEY, message TEXT NOT NULL, position INTEGER NOT NULL, conversation TEXT NOT NULL, sender TEXT NOT NULL,
     files TEXT NOT NULL, count INTEGER NOT NULL, bytes INTEGER NOT NULL, withdrawn INTEGER NOT NULL DEFAULT 0,
     -- Receiving: the folder, what was put in place, the newest answer given, and the process that fetches now.
     into_folder TEXT, paths TEXT, answered TEXT, holder TEXT
   ) STRICT, WITHOUT ROWID;
   CREATE INDEX IF NOT EXISTS transfers_position ON transfers (position);

   -- Each recipient's share of a transfer; of a transfer to us, only our own.
   CREATE TABLE IF NOT EXISTS parts (
     transfer TEXT NOT NULL REFERENCES transfers (id), user TEXT NOT NULL, state TEXT NOT NULL, bytes INTEGER NOT NULL DEFAULT 0,
     code TEXT, path TEXT, seconds REAL, PRIMARY KEY (transfer, user)
   ) STRICT, WITHOUT ROWID;

   -- Sending: the absolute paths this device serves a transfer from.
   CREATE TABLE IF NOT EXISTS sources (transfer TEXT PRIMARY KEY, paths TEXT NOT NULL) STRICT, WITHOUT ROWID;

   -- Answers and withdrawals that the registry has not acknowledged yet.
   CREATE TABLE IF NOT EXISTS outbox (
     n INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT NOT NULL UNIQUE, recipients TEXT NOT NULL, body TEXT NOT NULL
   ) STRICT`,
  // Texts wait in the outbox too. `queued_at` (ms since 1970): it is shown in its conversation. `tried`: it may be at the registry by
  // now. `refused`: the registry's last word on it, a code.
  `ALTER TABLE outbox ADD COLUMN conversation TEXT;
   ALTER TABLE outbox ADD COLUMN queued_at INTEGER;
   ALTER TABLE outbox ADD COLUMN tried INTEGER NOT NULL DEFAULT 0;
   ALTER TABLE outbox ADD COLUMN refused TEXT`, // The words of messages, and the conversation as one more. Noncharacters mark what a search found (see search.ts).
  `CREATE VIRTUAL TABLE words USING fts5(text, conversation, tokenize = "unicode61 remove_diacritics 2", prefix = '2 3');
   INSERT INTO words (rowid, text, conversation)
     SELECT n, replace(replace(coalesce(
       body->>'$.text', (SELECT group_concat(value->>'$.path', char(10)) FROM json_each(body, '$.files')), ''
     ), char(0xfdd0), char(0xfffd)), char(0xfdd1), char(0xfffd)), conversation FROM messages`, // What was said about messages, by the message and its author (of reactions: who reacted); the newest stamp counts.
  `CREATE TABLE edits (
     message TEXT NOT NULL, sender TEXT NOT NULL, stamp TEXT NOT NULL, text TEXT NOT NULL, PRIMARY KEY (message, sender)
   ) STRICT, WITHOUT ROWID;
   CREATE TABLE taken_back (message TEXT NOT NULL, sender TEXT NOT NULL, PRIMARY KEY (message, sender)) STRICT, WITHOUT ROWID;
   CREATE TABLE reactions (
     message TEXT NOT NULL, emoji TEXT NOT NULL, sender TEXT NOT NULL, stamp TEXT NOT NULL, is_on INTEGER NOT NULL,
     PRIMARY KEY (message, emoji, sender)
   ) STRICT, WITHOUT ROWID;
   CREATE INDEX transfers_message ON transfers (message);
   -- What came without its body: a message that was taken back, or an edit of one; which of them, the take-back tells.
   CREATE TABLE erased (
     id TEXT PRIMARY KEY, position INTEGER NOT NULL, stamp TEXT NOT NULL, conversation TEXT NOT NULL, audience TEXT NOT NULL, sender TEXT NOT NULL
   ) STRICT, WITHOUT ROWID;

   CREATE TABLE rooms (
     id TEXT PRIMARY KEY, name TEXT NOT NULL, open INTEGER NOT NULL, members TEXT NOT NULL, listed INTEGER NOT NULL
   ) STRICT, WITHOUT ROWID`,
  // `paused`: a person here wants it so. `skipped`: what an offer leaves out. A position of 0: the offer waits in the outbox.
  `ALTER TABLE transfers ADD COLUMN paused INTEGER NOT NULL DEFAULT 0;
   ALTER TABLE transfers ADD COLUMN skipped TEXT;
   ALTER TABLE parts ADD COLUMN missing TEXT;
   ALTER TABLE parts ADD COLUMN missing_count INTEGER`,
  // How many are in a room, where its members are not all known.
  'ALTER TABLE rooms ADD COLUMN size INTEGER',
]
