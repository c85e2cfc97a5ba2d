// server.js - the plain way to receive texts in Node: Express, Twilio's own package, better-sqlite3.
//
// Each webhook's signature is checked by the official middleware, its sender looked up, and the message
// stored by a transaction of its own, flushed to disk (synchronous = FULL) before the 200. One process: the
// database has one writer anyway. Environment: PORT, DATABASE, USERS, AUTH_TOKEN, PUBLIC_URL.
import Database from 'better-sqlite3';
import express from 'express';
import twilio from 'twilio';

const { PORT, DATABASE, USERS, AUTH_TOKEN, PUBLIC_URL } = process.env;

const db = new Database(DATABASE);
db.pragma('journal_mode = WAL');
db.pragma('synchronous = FULL');
db.exec(`
  CREATE TABLE IF NOT EXISTS users (id INTEGER PRIMARY KEY, phone TEXT NOT NULL UNIQUE, name TEXT NOT NULL);
  CREATE TABLE IF NOT EXISTS messages (
    id INTEGER PRIMARY KEY, sid TEXT NOT NULL UNIQUE, user_id INTEGER REFERENCES users (id),
    sender TEXT NOT NULL, recipient TEXT NOT NULL, body TEXT NOT NULL, fields TEXT NOT NULL,
    received_ms INTEGER NOT NULL);
  CREATE INDEX IF NOT EXISTS messages_user ON messages (user_id, id);
`);

if (db.prepare('SELECT count(*) AS n FROM users').get().n === 0) {
  const add = db.prepare('INSERT INTO users (phone, name) VALUES (?, ?)');
  db.transaction(() => {
    for (let i = 0; i < Number(USERS); i++) add.run(`+1555${String(i).padStart(7, '0')}`, `Person ${i}`);
  })();
}

const findUser = db.prepare('SELECT id FROM users WHERE phone = ?');
const addMessage = db.prepare(
  `INSERT INTO messages (sid, user_id, sender, recipient, body, fields, received_ms)
   VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT (sid) DO NOTHING`,
);
const store = db.transaction((form) => {
  const user = findUser.get(form.From);
  addMessage.run(form.MessageSid, user?.id ?? null, form.From, form.To, form.Body, JSON.stringify(form), Date.now());
});

const app = express();
app.disable('x-powered-by');
app.get('/readyz', (request, response) => response.send('ready\n'));
app.post(
  '/sms-router/webhook/sms',
  express.urlencoded({ extended: false }),
  twilio.webhook(AUTH_TOKEN, { validate: true, url: PUBLIC_URL + '/sms-router/webhook/sms' }),
  (request, response) => {
    store(request.body);
    response.type('text/xml').send('<Response/>');
  },
);
const server = app.listen(Number(PORT), '127.0.0.1');
server.keepAliveTimeout = 60000;
process.on('SIGTERM', () => process.exit(0));
