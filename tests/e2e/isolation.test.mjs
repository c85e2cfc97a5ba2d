// isolation.test.mjs - a thousand users on one number, texting at once, each with a word that only
// they and their agent know. Nobody's answer, history, API view or log line ever holds another's.
import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { FAST_BIN, MARK, SHARED, person, waitFor, world } from './harness.mjs';

const USERS = 1000;
const LOOKED_AT = 60; // users whose whole API view is read with their own token

const secret = (n) => `${MARK}secret${String(n).padStart(4, '0')}of${(n * 7919 + 13).toString(36)}`;
const secrets = (text) => new Set(text.match(new RegExp(`${MARK}secret\\w+`, 'g')) ?? []);
const onlyOwn = (text, n, where) => {
    for (const one of secrets(text)) assert.equal(one, secret(n), where);
};

/** All of `count`, some at a time. */
async function inParallel(count, atOnce, work) {
    let next = 0;
    await Promise.all(
        Array.from({ length: atOnce }, async () => {
            while (next < count) await work(next++);
        }),
    );
}

let w, server, sim;
const users = [];
before(async () => {
    w = await world({ bin: FAST_BIN, env: { SMS_RATE_LIMIT_MAX: '100' } });
    ({ server, sim } = w);
    await inParallel(USERS, 16, async (n) => {
        // Half of them echo, half keep notes.
        const agent = n % 2 ? { kind: 'rule', fallback: null } : { kind: 'echo' };
        users[n] = { n, phone: person(80 + n), ...(await server.user({ name: `User ${n}`, phones: [person(80 + n)], agent })) };
    });
});
after(() => w?.end());

const everybodySays = async (words) => {
    const before = (await sim.control('GET', '/stats')).outbound;
    await inParallel(USERS, 50, (n) => sim.text(users[n].phone, words(n)));
    await sim.wait({ outbound: before + USERS });
    await sim.wait({ idle: true });
};

test('everybody tells a secret at once, and hears only their own', async () => {
    await everybodySays((n) => (n % 2 ? `remember that the code is ${secret(n)}` : secret(n)));
    await everybodySays((n) => (n % 2 ? 'what did I tell you about the code?' : `again ${secret(n)}`));
    const rows = await sim.booked();
    assert.equal(rows.length, 2 * USERS);
    const heard = new Map(users.map((user) => [user.phone, []]));
    for (const row of rows) {
        assert.equal(row.from, SHARED);
        heard.get(row.to).push(row.body);
    }
    for (const user of users) {
        const all = heard.get(user.phone);
        assert.equal(all.length, 2, user.id);
        for (const body of all) {
            assert.ok(body.includes(secret(user.n)), `${user.id} hears their own`);
            onlyOwn(body, user.n, `the answer to ${user.id}`);
        }
    }
});

test('every history holds its own and nothing else', async () => {
    await inParallel(USERS, 16, async (n) => {
        const answer = await server.api('GET', `/v1/users/${users[n].id}/messages?limit=200`);
        assert.equal(answer.json.data.length, 4);
        assert.ok(secrets(answer.text).has(secret(n)));
        onlyOwn(answer.text, n, `history of ${users[n].id}`);
        for (const row of answer.json.data) {
            assert.equal(row.user, users[n].id);
            assert.equal(row.direction === 'inbound' ? row.from : row.to, users[n].phone);
        }
    });
});

test('every view with a user’s token holds its own and nothing else; the others’ are not there', async () => {
    await inParallel(LOOKED_AT, 8, async (i) => {
        const n = (i * 17) % USERS;
        const other = users[(n + 1) % USERS];
        const token = await server.token(users[n]);
        const get = (path) => server.api('GET', path, undefined, { token });
        for (const path of [
            '/v1/users',
            '/v1/messages?limit=200',
            '/v1/conversations?limit=200',
            '/v1/numbers',
            '/v1/tokens',
            '/v1/usage',
            ...['', '/phones', '/agent', '/allowlist', '/opt-outs', '/memory', '/usage', '/conversations', '/messages'].map(
                (rest) => `/v1/users/${users[n].id}${rest}`,
            ),
        ]) {
            const answer = await get(path);
            assert.equal(answer.status, 200, `${path} ${answer.text}`);
            onlyOwn(answer.text, n, path);
            for (const phone of answer.text.match(/\+\d{10,}/g) ?? [])
                assert.ok(phone === SHARED || phone === users[n].phone, `${path} shows ${phone}`);
            for (const id of answer.text.match(/usr_[0-9a-zA-Z]+/g) ?? []) assert.equal(id, users[n].id, path);
        }
        const theirs = await server.want(200, 'GET', `/v1/users/${other.id}/messages`);
        for (const path of [
            `/v1/users/${other.id}`,
            ...['/phones', '/agent', '/allowlist', '/opt-outs', '/memory', '/usage', '/conversations', '/messages'].map(
                (rest) => `/v1/users/${other.id}${rest}`,
            ),
            `/v1/messages?user=${other.id}`,
            ...theirs.data.flatMap((row) => [
                `/v1/messages/${row.id}`,
                `/v1/messages/${row.provider_sid}`,
                `/v1/conversations/${row.conversation}`,
                `/v1/conversations/${row.conversation}/messages`,
            ]),
        ]) {
            const answer = await get(path);
            assert.equal(answer.status, 404, path);
            assert.equal(secrets(answer.text).size, 0);
        }
    });
});

test('a cursor of one user opens nothing for another', async () => {
    const [a, b] = users;
    const page = await server.want(200, 'GET', `/v1/users/${a.id}/messages?limit=1`, undefined, {
        token: await server.token(a),
    });
    const answer = await server.api('GET', `/v1/users/${b.id}/messages?cursor=${encodeURIComponent(page.next)}`, undefined, {
        token: await server.token(b),
    });
    assert.equal(answer.status, 400);
    assert.equal(answer.json.field, 'cursor');
});

test('somebody who claims another’s words gets none of them', async () => {
    const [thief, owner] = [users[1], users[3]];
    const sid = await sim.text(thief.phone, `what did I tell you about ${secret(owner.n)}?`);
    const got = await server.settled(sid);
    for (const id of got.why.replies) {
        const reply = await server.status(id, 'delivered');
        assert.ok(!reply.body.includes(secret(owner.n)));
    }
    const memory = await server.api('GET', `/v1/users/${thief.id}/memory`);
    onlyOwn(memory.text, thief.n, 'memory of the thief');
});

test('no file of the data directory holds a word or a phone in clear', () => {
    for (const name of fs.readdirSync(server.dir)) {
        const file = path.join(server.dir, name);
        if (!fs.statSync(file).isFile()) continue;
        const bytes = fs.readFileSync(file, 'latin1');
        assert.equal(secrets(bytes).size, 0, name);
        assert.ok(!bytes.includes('447700900'), name);
    }
});

test('no log line and no metric holds anything of anybody', async () => {
    const log = w.server.program.log() + w.sim.program.log();
    assert.ok(log.length > 0);
    assert.equal(secrets(log).size, 0);
    assert.doesNotMatch(log, /447700900\d{3}/);
    const metrics = await waitFor('metrics', () => server.api('GET', '/metrics'));
    assert.equal(secrets(metrics.text).size, 0);
    assert.doesNotMatch(metrics.text, /447700900|usr_/);
});
