import { EVERYONE } from '../../protocol/conversation.ts'

/** What stands for everyone as the audience of a conversation: JSON, like the others. */
export const EVERYONE_AUDIENCE = JSON.stringify(EVERYONE)

/** The registry's tables; each entry leads from one `PRAGMA user_version` to the next and is never changed once released. */
export const SCHEMA = [
  `
  CREATE TABLE facts (name TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT, WITHOUT ROWID;

  CREATE TABLE users (
    id TEXT PRIMARY KEY,
    name TEXT NOT NULL,
    key TEXT NOT NULL UNIQUE,
    record TEXT NOT NULL,
    since INTEGER NOT NULL,
    registered INTEGER NOT NULL,
    last_seen INTEGER,
    delivered INTEGER NOT NULL
  ) STRICT, WITHOUT ROWID;

  CREATE TABLE devices (
    fingerprint TEXT PRIMARY KEY,
    user TEXT NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    name TEXT NOT NULL,
    enrolled INTEGER NOT NULL
  ) STRICT, WITHOUT ROWID;

  -- Numbers keep the message rows small; "everyone" has no members.
  CREATE TABLE conversations (number INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, audience TEXT NOT NULL) STRICT;
  CREATE TABLE members (
    user TEXT NOT NULL,
    conversation INTEGER NOT NULL REFERENCES conversations (number) ON DELETE CASCADE,
    PRIMARY KEY (user, conversation)
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX members_by_conversation ON members (conversation);

  -- AUTOINCREMENT: a position is never given out twice, even after everything was forgotten.
  CREATE TABLE messages (
    position INTEGER PRIMARY KEY AUTOINCREMENT,
    stamp TEXT NOT NULL,
    id TEXT NOT NULL,
    author TEXT NOT NULL,
    conversation INTEGER NOT NULL REFERENCES conversations (number),
    body TEXT NOT NULL,
    UNIQUE (author, id)
  ) STRICT;
  CREATE INDEX messages_by_conversation ON messages (conversation);

  CREATE TABLE offers (
    transfer TEXT PRIMARY KEY,
    author TEXT NOT NULL,
    position INTEGER NOT NULL REFERENCES messages (position) ON DELETE CASCADE,
    withdrawn INTEGER NOT NULL DEFAULT 0
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX offers_by_position ON offers (position);

  CREATE TABLE reads (
    user TEXT NOT NULL,
    conversation TEXT NOT NULL,
    position INTEGER NOT NULL,
    PRIMARY KEY (user, conversation)
  ) STRICT, WITHOUT ROWID;
  `,
  `
  -- An id is one message, whoever its author is: others refer to it.
  CREATE TABLE messages2 (
    position INTEGER PRIMARY KEY AUTOINCREMENT,
    stamp TEXT NOT NULL,
    id TEXT NOT NULL UNIQUE,
    author TEXT NOT NULL,
    conversation INTEGER NOT NULL REFERENCES conversations (number),
    body TEXT NOT NULL
  ) STRICT;
  INSERT INTO messages2 SELECT position, stamp, id, author, conversation, body FROM messages;
  CREATE TABLE offers2 (
    transfer TEXT PRIMARY KEY,
    author TEXT NOT NULL,
    position INTEGER NOT NULL REFERENCES messages2 (position) ON DELETE CASCADE,
    withdrawn INTEGER NOT NULL DEFAULT 0
  ) STRICT, WITHOUT ROWID;
  INSERT INTO offers2 SELECT transfer, author, position, withdrawn FROM offers;
  DROP TABLE offers;
  DROP TABLE messages;
  ALTER TABLE messages2 RENAME TO messages;
  ALTER TABLE offers2 RENAME TO offers;
  CREATE INDEX messages_by_conversation ON messages (conversation);
  CREATE INDEX offers_by_position ON offers (position);

  -- Which messages give a text other words: they are erased with it.
  CREATE TABLE edits (
    target INTEGER NOT NULL REFERENCES messages (position) ON DELETE CASCADE,
    position INTEGER NOT NULL REFERENCES messages (position) ON DELETE CASCADE,
    PRIMARY KEY (target, position)
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX edits_by_position ON edits (position);

  -- A room's members see what comes after the position at which they entered.
  ALTER TABLE members ADD COLUMN since INTEGER NOT NULL DEFAULT 0;
  CREATE TABLE rooms (
    conversation INTEGER PRIMARY KEY REFERENCES conversations (number) ON DELETE CASCADE,
    id TEXT NOT NULL UNIQUE,
    name TEXT NOT NULL,
    open INTEGER NOT NULL
  ) STRICT;
  `,
  `
  -- When the account was deleted.
  ALTER TABLE users ADD COLUMN gone INTEGER;
  ALTER TABLE devices ADD COLUMN last_seen INTEGER;
  CREATE INDEX devices_by_user ON devices (user);
  -- Only hashes: who reads this gets in with none of them.
  CREATE TABLE invites (hash TEXT PRIMARY KEY, user TEXT REFERENCES users (id) ON DELETE CASCADE, expires INTEGER NOT NULL) STRICT, WITHOUT ROWID;
  `,
  `
  -- Most of the cost of storing a message was the two indexes that it stands in at a random place. By conversation nothing is looked for but
  -- whether anything is left of one: newest says after which position there is nothing of it, rounded up so that few messages change it.
  -- Without an index a foreign key would have each deleted conversation look through all messages, so messages have none.
  CREATE TABLE messages3 (
    position INTEGER PRIMARY KEY AUTOINCREMENT,
    stamp TEXT NOT NULL,
    id TEXT NOT NULL UNIQUE,
    author TEXT NOT NULL,
    conversation INTEGER NOT NULL,
    body TEXT NOT NULL
  ) STRICT;
  INSERT INTO messages3 SELECT position, stamp, id, author, conversation, body FROM messages;
  -- Positions go on from the highest ever given out, which may be beyond what is left.
  INSERT INTO sqlite_sequence SELECT 'messages3', 0 WHERE NOT EXISTS (SELECT 1 FROM sqlite_sequence WHERE name = 'messages3');
  UPDATE sqlite_sequence SET seq = max(seq, coalesce((SELECT seq FROM sqlite_sequence WHERE name = 'messages'), 0)) WHERE name = 'messages3';
  CREATE TABLE offers3 (
    transfer TEXT PRIMARY KEY,
    author TEXT NOT NULL,
    position INTEGER NOT NULL REFERENCES messages3 (position) ON DELETE CASCADE,
    withdrawn INTEGER NOT NULL DEFAULT 0
  ) STRICT, WITHOUT ROWID;
  INSERT INTO offers3 SELECT transfer, author, position, withdrawn FROM offers;
  CREATE TABLE edits3 (
    target INTEGER NOT NULL REFERENCES messages3 (position) ON DELETE CASCADE,
    position INTEGER NOT NULL REFERENCES messages3 (position) ON DELETE CASCADE,
    PRIMARY KEY (target, position)
  ) STRICT, WITHOUT ROWID;
  INSERT INTO edits3 SELECT target, position FROM edits;
  DROP TABLE offers;
  DROP TABLE edits;
  DROP TABLE messages;
  ALTER TABLE messages3 RENAME TO messages;
  ALTER TABLE offers3 RENAME TO offers;
  ALTER TABLE edits3 RENAME TO edits;
  CREATE INDEX offers_by_position ON offers (position);
  CREATE INDEX edits_by_position ON edits (position);
  ALTER TABLE conversations ADD COLUMN newest INTEGER NOT NULL DEFAULT 0;
  UPDATE conversations SET newest = (SELECT coalesce(max(position), 0) FROM messages);
  `,
] as const
