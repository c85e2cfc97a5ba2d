// crash.test.mjs - the promise, under fire: the program is killed the hard way at random moments while
// texts pour in and the provider misbehaves. In the end the simulator's books, which outlive every
// crash, are held against what the program says.
//
// The moments come from a seed, which is printed; E2E_SEED repeats them (the machine's own timing it
// cannot repeat). The pauses here are those moments, and wait for nothing.
import assert from 'node:assert/strict';
import { randomInt } from 'node:crypto';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { FAST_BIN, MARK, SHARED, person, run, seeded, waitFor, world } from './harness.mjs';

const KILLS = 60;
const USERS = 40;
const LONGEST_LIFE_MS = 900;
const ABSENCE_MS = 1500;
const SETTLE_MS = 75_000; // a listing that died with the program is made again after a minute
const OPEN = new Set(['queued', 'sending', 'sent']);

const seed = Number(process.env.E2E_SEED ?? randomInt(2 ** 31));
const chance = seeded(seed);
const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

let w, server, sim;
const users = [];
before(async () => {
    w = await world({
        bin: FAST_BIN,
        env: {
            ANSWERBACK_LOG: 'info',
            ANSWERBACK_AGENT_WINDOW_MS: '20',
            ANSWERBACK_UNKNOWN_WAIT_MS: '200',
            ANSWERBACK_ABSENCE_WINDOW_MS: String(ABSENCE_MS),
            SMS_RATE_LIMIT_MAX: '100',
            SMS_RATE_LIMIT_WINDOW_MS: '1',
        },
    });
    ({ server, sim } = w);
    for (let n = 0; n < USERS; n++)
        users[n] = { phone: person(n), words: [], ...(await server.user({ name: `User ${n}`, phones: [person(n)] })) };
});
after(() => w?.end());

/** word → { sid, user } of every text that was handed to the carrier. */
const texted = new Map();
/** body → { user, id } of every text that the API accepted. */
const ordered = new Map();
let pouring = true;

async function pourTexts() {
    for (let i = 0; pouring; i++) {
        const user = users[Math.floor(chance() * USERS)];
        const word = `${MARK}t${String(i).padStart(6, '0')}`;
        texted.set(word, { user, sid: await sim.text(user.phone, word) });
        await pause(Math.floor(chance() * 8));
    }
}

/** An operator's texts, each asked for with one key until it was answered. */
async function pourOrders() {
    for (let i = 0; pouring; i++) {
        const user = users[Math.floor(chance() * USERS)];
        const body = `${MARK}o${String(i).padStart(6, '0')}`;
        const order = { user: user.id, to: user.phone, from: SHARED, body };
        const made = await waitFor('an order to be taken', () =>
            server.api('POST', '/v1/messages', order, { headers: { 'Idempotency-Key': body } }).then(
                (answer) => (answer.status === 202 ? answer.json : false),
                () => false, // nobody listens, or it died while we waited
            ),
        );
        ordered.set(body, { user, id: made.id });
        await pause(Math.floor(chance() * 40));
    }
}

test(`killed ${KILLS} times under load (seed ${seed})`, async (t) => {
    t.diagnostic(`E2E_SEED=${seed}`);
    for (const [fault, per_mille] of [
        ['too_many_requests', 30],
        ['error_after', 30],
        ['unreadable', 10],
        ['drop_callback', 100],
        ['duplicate_callback', 50],
        ['reorder_callbacks', 50],
        ['duplicate_text', 50],
        ['undelivered', 20],
    ])
        await sim.fault(fault, { per_mille, ...(fault === 'too_many_requests' ? { retry_after_s: 1 } : {}) });
    const load = [pourTexts(), pourOrders()];
    for (let kills = 0; kills < KILLS; kills++) {
        await pause(chance() * LONGEST_LIFE_MS); // from its birth: starting up is a moment, too
        assert.ok(!server.program.ended, `it ended by itself:\n${server.program.log().slice(-3000)}`);
        await server.kill();
        server.launch();
    }
    await server.program.waitForLine(/"listening"/);
    pouring = false;
    await Promise.all(load);
    await sim.control('DELETE', '/faults');
    t.diagnostic(`${texted.size} texts, ${ordered.size} orders`);
    assert.ok(texted.size > KILLS && ordered.size > KILLS, 'there was a load');
});

let rows, booked;
test('then everything that is owed is done', async () => {
    await sim.wait({ idle: true });
    let owed;
    await waitFor(
        'an end of all that is owed',
        async () => {
            rows = await server.all('/v1/messages');
            owed = rows.filter((row) =>
                row.direction === 'inbound'
                    ? row.why.outcome === 'pending'
                    : OPEN.has(row.status) && !row.provider_sid, // with one it left, and a callback was lost
            );
            if (owed.length > 0) await pause(500); // reading all of it is work, too
            return owed.length === 0;
        },
        SETTLE_MS,
    ).catch((error) => {
        const states = owed.map((row) => `${row.id} ${row.direction} ${row.status} ${row.provider_sid} ${row.at}`);
        assert.fail(`${error.message}: ${owed.length} of ${rows.length}\n${states.slice(0, 20).join('\n')}`);
    });
    await sim.wait({ idle: true });
    rows = await server.all('/v1/messages');
    rows.reverse(); // oldest first
    booked = await sim.booked();
});

test('every webhook that got 200 is stored exactly once', async (t) => {
    const stored = new Map();
    for (const row of rows.filter((one) => one.direction === 'inbound')) {
        assert.ok(!stored.has(row.provider_sid), `${row.provider_sid} is stored twice`);
        stored.set(row.provider_sid, row);
    }
    let acknowledged = 0;
    for (const [word, { sid, user }] of texted) {
        const text = await sim.control('GET', `/texts/${sid}`);
        const got200 = text.attempts.some((attempt) => attempt.http_status === 200);
        acknowledged += got200;
        if (got200) assert.ok(stored.has(sid), `${sid} got 200 and is lost`);
        if (!stored.has(sid)) continue;
        assert.equal(stored.get(sid).body, word);
        assert.equal(stored.get(sid).user, user.id);
        assert.equal(stored.get(sid).why.outcome, 'answered', sid);
        stored.delete(sid);
    }
    assert.equal(stored.size, 0, 'nothing is stored that nobody texted');
    t.diagnostic(`${acknowledged} of ${texted.size} acknowledged`);
    assert.ok(acknowledged > KILLS);
});

test('every answer that was owed is sent exactly once, and nothing else is sent', (t) => {
    const times = new Map();
    for (const message of booked) {
        assert.equal(message.from, SHARED);
        for (const word of message.body.split('\n')) {
            const origin = texted.get(word) ?? ordered.get(word);
            assert.ok(origin, 'every text that was sent goes back to one that was asked for');
            assert.equal(message.to, origin.user.phone);
            times.set(word, (times.get(word) ?? 0) + 1);
        }
    }
    // Where nobody can say whether a text went out, that is on record and a person decides.
    const doubtful = new Set(
        rows.filter((row) => row.status === 'unconfirmed').flatMap((row) => row.body.split('\n')),
    );
    const owed = [
        ...rows.filter((row) => row.direction === 'inbound').map((row) => row.body),
        ...ordered.keys(),
    ];
    for (const word of owed) {
        const count = times.get(word) ?? 0;
        assert.ok(count === 1 || (count === 0 && doubtful.has(word)), `${word} was sent ${count} times`);
        times.delete(word);
    }
    assert.deepEqual([...times.keys()], [], 'nothing is sent that is not stored');
    t.diagnostic(`${owed.length} owed, ${booked.length} sent, ${doubtful.size} in doubt`);
    assert.ok(doubtful.size <= owed.length / 100, 'doubt is rare');
});

test('both books tell the same', () => {
    const ours = new Map();
    for (const row of rows.filter((one) => one.direction === 'outbound' && one.status !== 'unconfirmed')) {
        assert.ok(row.provider_sid, `${row.id} (${row.status}) names its message at the provider`);
        assert.ok(!ours.has(row.provider_sid), 'one message, one SID');
        ours.set(row.provider_sid, row);
    }
    for (const message of booked) {
        const row = ours.get(message.sid);
        assert.ok(row, `${message.sid} is known`);
        assert.equal(row.body, message.body);
        // A callback may have been lost; then what we know is older, and never another.
        if (message.callbacks.every((callback) => callback.outcome === 'ok') && !OPEN.has(row.status))
            assert.equal(row.status, message.status, message.sid);
    }
    assert.equal(ours.size, booked.length);
});

test('answers of one conversation left in order, but for those that were in doubt', () => {
    const queuedAt = new Map();
    for (const row of rows.filter((one) => one.direction === 'outbound')) queuedAt.set(row.provider_sid, Date.parse(row.at));
    for (const user of users) {
        const asked = rows.filter((row) => row.direction === 'inbound' && row.user === user.id).map((row) => row.body);
        const place = new Map(asked.map((word, i) => [word, i]));
        let newest = -1;
        for (const message of booked.filter((one) => one.to === user.phone)) {
            const places = message.body.split('\n').flatMap((word) => place.get(word) ?? []);
            const ascending = places.every((at, i) => at > (i > 0 ? places[i - 1] : newest));
            // Nothing waits for a text of which nobody knows whether it left; it is offered again after
            // the absence window at the earliest.
            const inDoubt = Date.parse(message.at) - queuedAt.get(message.sid) >= ABSENCE_MS;
            assert.ok(ascending || inDoubt, `${message.sid} (${places}) left after ${newest}`);
            newest = Math.max(newest, ...places);
        }
    }
});

test('the database is sound, and the next start finds nothing under way', async () => {
    await server.stop();
    for (const file of ['answerback.db', 'spool.db']) {
        const check = await run([path.join(server.dir, file), 'PRAGMA integrity_check'], { file: 'sqlite3' });
        assert.equal(check.out.trim(), 'ok', file);
    }
    const sent = booked.length;
    await server.start();
    await server.want(200, 'GET', '/v1/users');
    assert.doesNotMatch(server.program.log(), /a former run left work under way/);
    await sim.wait({ idle: true });
    assert.equal((await sim.booked()).length, sent);
});
