// conversation.test.mjs - whole conversations over the simulated wire: a text in, the right answer or
// the right silence out, and a reason for each.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { DEDICATED, MARK, SHARED, messageSid, person, waitFor, word, world } from './harness.mjs';

const OTHERS = '+12025550191'; // a dedicated number that holds newcomers
const STRANGERS = '+12025550192'; // shared numbers, each with its own way with strangers
const INVITES = '+12025550193';
const DEFAULT = '+12025550194';
const SHORT = '72345'; // a short code, where STOP is ours to answer
const NUMBERS = [SHARED, DEDICATED, OTHERS, STRANGERS, INVITES, DEFAULT, SHORT];

let people = 0;
const somebody = () => person(people++);

let w, server, sim;
before(async () => {
    w = await world({ numbers: NUMBERS, env: { SMS_RATE_LIMIT_MAX: '100', ANSWERBACK_UNKNOWN_WAIT_MS: '100' } });
    ({ server, sim } = w);
});
after(() => w?.end());

/** A new user of the shared number, with a phone. */
async function member(fields = {}) {
    const phone = somebody();
    return { ...(await server.user({ name: 'Member', phones: [phone], ...fields })), phone };
}

/** A person texts; the message with its outcome. */
async function say(phone, body, options) {
    return server.settled(await sim.text(phone, body, options));
}

/** The same, and the text of the answer, delivered. */
async function ask(phone, body, options) {
    const got = await say(phone, body, options);
    assert.equal(got.why.outcome, 'answered', JSON.stringify(got.why));
    assert.equal(got.why.replies.length, 1);
    return (await server.status(got.why.replies[0], 'delivered')).body;
}

const outcome = async (phone, body, options) => (await say(phone, body, options)).why.outcome;

/** Nothing more was sent to that phone than `count` texts. */
async function sentTo(phone, count) {
    await sim.wait({ idle: true });
    const rows = await sim.booked({ to: phone });
    assert.equal(rows.length, count, JSON.stringify(rows.map((row) => row.body)));
    return rows;
}

describe('a text in, an answer out', () => {
    test('echo: delivered, with every step on record', async () => {
        const ann = await member();
        const body = word('hello');
        const got = await say(ann.phone, body);
        assert.equal(got.user, ann.id);
        assert.equal(got.direction, 'inbound');
        assert.equal(got.error, null);
        assert.equal(got.origin, null);

        const why = got.why;
        assert.equal(why.outcome, 'answered');
        assert.equal(why.agent, 'echo');
        assert.match(why.turn, /^trn_/);
        assert.equal(why.detail, null);
        const layers = why.layers.map((layer) => layer.layer);
        const known = ['consent', 'auto_reply', 'sender', 'first_message', 'allowlist', 'rate_limit', 'human', 'suspended'];
        assert.deepEqual(
            layers.filter((layer) => known.includes(layer)),
            known,
            'each screen said something, consent first',
        );
        assert.ok(why.layers.every((layer) => layer.verdict === 'pass'));
        for (const span of ['queued', 'agent', 'total']) assert.ok(Number.isInteger(why.ms[span]), span);

        const reply = await server.status(why.replies[0], 'delivered');
        assert.equal(reply.body, body);
        assert.equal(reply.direction, 'outbound');
        assert.equal(reply.origin, 'agent');
        assert.equal(reply.from, SHARED);
        assert.equal(reply.to, ann.phone);
        assert.equal(reply.why, null);
        assert.equal(reply.conversation, got.conversation);
        assert.deepEqual(
            reply.status_events.map((event) => event.status),
            ['sent', 'delivered'],
        );
        const [booked] = await sentTo(ann.phone, 1);
        assert.equal(booked.sid, reply.provider_sid);
        assert.equal(booked.status, 'delivered');
        assert.ok(booked.callbacks.every((callback) => callback.outcome === 'ok'));
        assert.deepEqual(await server.want(200, 'GET', `/v1/messages/${booked.sid}`), reply);

        const thread = await server.want(200, 'GET', `/v1/conversations/${got.conversation}`);
        assert.equal(thread.messages_in, 1);
        assert.equal(thread.messages_out, 1);
        assert.equal(thread.contact.phone, ann.phone);
        assert.equal(thread.handled_by, 'agent');
    });

    test('a dedicated number: strangers get its user’s agent', async () => {
        const rosa = await server.user({
            name: 'Rosa',
            timezone: 'Europe/Berlin',
            agent: {
                kind: 'rule',
                name: 'Rosa’s Bakery',
                greeting: `Hello from Rosa ${MARK}`,
                faq: [
                    { question: 'Do you have gluten-free bread?', also: ['celiac'], answer: `Buckwheat ${MARK}` },
                    { question: 'Do you deliver?', answer: `Within 5 km ${MARK}` },
                ],
                hours: { mon: ['00:00-24:00'] },
                fallback: `No idea ${MARK}`,
                handoff_words: ['real person'],
                handoff_text: `Fetching Rosa ${MARK}`,
            },
        });
        await server.number({ phone: DEDICATED, routing: 'by_number', user: rosa.id });
        const [first, second] = [somebody(), somebody()];
        const at = { to: DEDICATED };
        assert.equal(await ask(first, 'Hi!', at), `Hello from Rosa ${MARK}`);
        assert.equal(await ask(first, 'is there any gluten free bread', at), `Buckwheat ${MARK}`);
        assert.equal(await ask(second, 'do you deliver?', at), `Within 5 km ${MARK}`);
        assert.match(await ask(second, 'are you open on monday?', at), /open/i);
        assert.equal(await ask(second, `${word()} ${word()}`, at), `No idea ${MARK}`);
        assert.equal((await server.all(`/v1/users/${rosa.id}/conversations`)).length, 2);

        // Asking for a person hands the conversation over; giving it back makes the agent answer again.
        assert.equal(await ask(first, 'a real person please', at), `Fetching Rosa ${MARK}`);
        const waiting = await say(first, 'do you deliver?', at);
        assert.equal(waiting.why.outcome, 'human');
        assert.deepEqual(waiting.why.replies, []);
        const thread = `/v1/conversations/${waiting.conversation}`;
        assert.equal((await server.want(200, 'GET', thread)).handled_by, 'human');
        const own = word('operator');
        const sent = await server.want(202, 'POST', '/v1/messages', { user: rosa.id, to: first, body: own });
        await server.status(sent.id, 'delivered');
        assert.equal((await server.want(200, 'PATCH', thread, { handled_by: 'agent' })).handled_by, 'agent');
        assert.equal(await ask(first, 'do you deliver?', at), `Within 5 km ${MARK}`);
        assert.equal(await ask(second, 'do you deliver?', at), `Within 5 km ${MARK}`);
    });

    test('two quick texts get one answer that sees both', async () => {
        const slow = await world({ env: { ANSWERBACK_AGENT_WINDOW_MS: '2000' } });
        try {
            const phone = somebody();
            await slow.server.user({ phones: [phone] });
            const [one, two] = [word('one'), word('two')];
            const sids = [await slow.sim.text(phone, one), await slow.sim.text(phone, two)];
            const [first, second] = await Promise.all(sids.map((sid) => slow.server.settled(sid)));
            assert.equal(first.why.outcome, 'answered');
            assert.equal(second.why.outcome, 'answered');
            assert.equal(first.why.turn, second.why.turn);
            assert.deepEqual(first.why.replies, second.why.replies);
            const reply = await slow.server.status(second.why.replies[0], 'delivered');
            assert.equal(reply.body, `${one}\n${two}`);
            assert.equal((await slow.sim.booked({ to: phone })).length, 1);
        } finally {
            await slow.end();
        }
    });

    test('answers of one conversation leave in order', async () => {
        const bob = await member();
        const bodies = [];
        for (let i = 0; i < 8; i++) {
            bodies.push(word(`n${i}x`));
            await say(bob.phone, bodies[i]);
        }
        const rows = await sim.received(bob.phone, 8);
        assert.deepEqual(
            rows.map((row) => row.body),
            bodies,
        );
    });

    test('the carrier’s failure is on record', async () => {
        const bob = await member();
        await sim.fault('undelivered', { to: bob.phone, error_code: 30005 });
        const got = await say(bob.phone, word());
        const reply = await server.status(got.why.replies[0], 'undelivered');
        assert.equal(reply.error_code, 30005);
    });
});

describe('consent', () => {
    test('STOP, silence, START: with the ledger to show for it', async () => {
        const ann = await member();
        const optOuts = () => server.want(200, 'GET', `/v1/users/${ann.id}/opt-outs`);
        const send = (body) => server.api('POST', '/v1/messages', { user: ann.id, from: SHARED, to: ann.phone, body });
        await ask(ann.phone, word());
        const later = await server.want(202, 'POST', '/v1/messages', {
            user: ann.id,
            from: SHARED,
            to: ann.phone,
            body: word('later'),
            send_at: new Date(Date.now() + 3_600_000).toISOString(),
        });
        assert.equal(await outcome(ann.phone, ' Stop '), 'opt_out');
        const [row] = (await optOuts()).data;
        assert.equal(row.phone, ann.phone);
        assert.equal(row.source, 'keyword');
        assert.match(row.evidence, /^SM[0-9a-f]{32} STOP$/i);
        assert.equal((await server.status(later.id, 'canceled')).error, 'opted_out');
        assert.equal(await outcome(ann.phone, word()), 'opted_out');
        assert.equal(await outcome(ann.phone, 'HELP'), 'help');
        const refused = await send(word());
        assert.equal(refused.status, 409);
        assert.equal(refused.json.detail, 'opted_out');

        // Only the person can lift what the person said, whatever is offered as evidence.
        const lift = await server.api('DELETE', `/v1/users/${ann.id}/opt-outs/${encodeURIComponent(ann.phone)}`, {
            evidence: 'said so',
        });
        assert.equal(lift.status, 409);
        await sentTo(ann.phone, 1);

        assert.equal(await outcome(ann.phone, 'start'), 'opt_in');
        assert.deepEqual((await optOuts()).data, []);
        await ask(ann.phone, word('back'));
        assert.equal((await send(word('api'))).status, 202);
        await sim.received(ann.phone, 3);
        await sentTo(ann.phone, 3);
    });

    test('YES opts in who is out, and is a text from anybody else', async () => {
        const ann = await member();
        assert.equal(await ask(ann.phone, 'Yes'), 'Yes');
        assert.equal(await outcome(ann.phone, 'UNSUBSCRIBE'), 'opt_out');
        assert.equal(await outcome(ann.phone, 'yes'), 'opt_in');
        assert.equal(await ask(ann.phone, 'yes'), 'yes');
    });

    for (const body of ['stop the music at the weekend', 'please send it to a friend', 'I want to cancel my appointment', 'the end?'])
        test(`"${body}" is a text like any other`, async () => {
            const ann = await member();
            assert.equal(await ask(ann.phone, body), body);
        });

    for (const body of ['stopall', 'Cancel', 'END', 'revoke', 'OptOut'])
        test(`"${body}" opts out, and the provider says so`, async () => {
            const ann = await member();
            assert.equal(await outcome(ann.phone, body), 'opt_out');
            await sentTo(ann.phone, 0);
        });

    for (const body of ['quit!', 'ＳＴＯＰ', 'please stop texting me', 'ya no me manden mensajes'])
        test(`"${body}" is nothing to the provider: we confirm it, once`, async () => {
            const ann = await member();
            assert.equal(await outcome(ann.phone, body), 'opt_out');
            await sim.received(ann.phone, 1);
            assert.equal(await outcome(ann.phone, word()), 'opted_out');
            await sentTo(ann.phone, 1);
        });

    test('a likely opt-out is asked about, and YES is one', async () => {
        const ann = await member();
        assert.equal(await outcome(ann.phone, 'I never signed up for this'), 'revocation_asked');
        await sim.received(ann.phone, 1);
        assert.equal(await outcome(ann.phone, 'Yes'), 'opt_out');
        await sim.received(ann.phone, 2);
        assert.equal(await outcome(ann.phone, word()), 'opted_out');
    });

    test('where we answer STOP: one confirmation, HELP with its text, START with a welcome', async () => {
        const desk = await server.user({ name: 'Desk' });
        const made = await server.number({
            phone: SHORT,
            name: 'Desk',
            routing: 'by_number',
            user: desk.id,
            help_text: `Call the desk ${MARK}`,
        });
        assert.equal(made.opt_out_handled_by, 'answerback');
        const phone = somebody();
        const at = { to: SHORT };
        await ask(phone, word(), at);
        const said = async (body, expected) => {
            const got = await say(phone, body, at);
            assert.equal(got.why.outcome, expected);
            const bodies = [];
            for (const id of got.why.replies) bodies.push((await server.status(id, 'delivered')).body);
            return bodies;
        };
        assert.deepEqual(await said('HELP', 'help'), [`Call the desk ${MARK}`]);
        assert.match((await said('STOP', 'opt_out')).join('|'), /^Desk: you are opted out[^|]*START[^|]*$/);
        assert.deepEqual(await said('STOP', 'opt_out'), []);
        assert.deepEqual(await said('HELP', 'help'), []);
        assert.deepEqual(await said(word(), 'opted_out'), []);
        assert.match((await said('START', 'opt_in')).join('|'), /^Desk: you are opted in[^|]*STOP[^|]*$/);
        await ask(phone, word('again'), at);
        await sentTo(phone, 5);
    });

    test('what the provider knows of an opt-out is learned', async () => {
        const ann = await member();
        await sim.fault('refuse', { to: ann.phone, error_code: 21610 });
        const sid = await sim.text(ann.phone, word());
        await waitFor('the refusal', async () => (await server.settled(sid)).why.outcome === 'blocked_by_provider');
        const { data } = await server.want(200, 'GET', `/v1/users/${ann.id}/opt-outs`);
        assert.deepEqual([data[0].source, data[0].evidence], ['provider', '21610']);
        assert.equal(await outcome(ann.phone, word()), 'opted_out');
        await sentTo(ann.phone, 0);
        assert.equal((await sim.booked({ to: ann.phone, kind: 'attempts' })).length, 1);
    });

    test('a documented opt-out by an operator, and a documented way back', async () => {
        const ann = await member();
        const path = `/v1/users/${ann.id}/opt-outs`;
        await ask(ann.phone, word());
        await server.want(201, 'POST', path, { phone: ann.phone, number: null, evidence: 'asked by phone' });
        assert.equal(await outcome(ann.phone, word()), 'opted_out');
        await server.want(204, 'DELETE', `${path}/${encodeURIComponent(ann.phone)}`, { evidence: 'signed form' });
        await ask(ann.phone, word());
    });
});

describe('who is answered', () => {
    test('at most so many answers in a window', async () => {
        const strict = await world({ env: { SMS_RATE_LIMIT_MAX: '3', SMS_RATE_LIMIT_WINDOW_MS: '86400000' } });
        try {
            const [phone, other] = [somebody(), somebody()];
            await strict.server.user({ phones: [phone] });
            await strict.server.user({ phones: [other] });
            const outcomes = [];
            for (let i = 0; i < 5; i++)
                outcomes.push((await strict.server.settled(await strict.sim.text(phone, word()))).why);
            assert.deepEqual(
                outcomes.map((why) => why.outcome),
                ['answered', 'answered', 'answered', 'rate_limited', 'rate_limited'],
            );
            assert.match(outcomes[3].layers.at(-1).detail, /^3 of 3 in 86400 s/);
            const fine = await strict.server.settled(await strict.sim.text(other, word()));
            assert.equal(fine.why.outcome, 'answered');
            await strict.server.stop();
            await strict.server.start(); // the window is not forgotten
            const still = await strict.server.settled(await strict.sim.text(phone, word()));
            assert.equal(still.why.outcome, 'rate_limited');
            await strict.sim.wait({ idle: true });
            assert.equal((await strict.sim.booked({ to: phone })).length, 3);
        } finally {
            await strict.end();
        }
    });

    test('strangers, ignored: stored for the installation, which only admins see', async () => {
        const ann = await member();
        const token = await server.token(ann);
        const stranger = somebody();
        const got = await say(stranger, word('stranger'));
        assert.equal(got.why.outcome, 'unknown_sender');
        assert.equal(got.user, null);
        assert.equal((await server.api('GET', `/v1/messages/${got.id}`, undefined, { token })).status, 404);
        await sentTo(stranger, 0);
    });

    test('strangers, told off: once a day', async () => {
        await server.number({
            phone: STRANGERS,
            routing: 'by_sender',
            unknown_sender: { policy: 'reply', text: `Who are you? ${MARK}` },
        });
        const stranger = somebody();
        for (const replies of [1, 0, 0]) {
            const got = await say(stranger, word(), { to: STRANGERS });
            assert.equal(got.why.outcome, 'unknown_sender');
            assert.equal(got.why.replies.length, replies);
        }
        await sim.received(stranger, 1);
        const [row] = await sentTo(stranger, 1);
        assert.equal(row.body, `Who are you? ${MARK}`);
        assert.equal(await outcome(somebody(), 'STOP', { to: STRANGERS }), 'opt_out');
    });

    test('strangers, invited: the code connects the phone, and nothing else does', async () => {
        await server.number({
            phone: INVITES,
            routing: 'by_sender',
            unknown_sender: { policy: 'invite', text: `Text your code ${MARK}` },
        });
        const host = await server.user({ name: 'Host', invite_code: 'Blue-Sky' });
        const at = { to: INVITES };
        const stranger = somebody();
        assert.equal(await outcome(stranger, 'my code is blue-sky', at), 'unknown_sender');
        assert.equal(await outcome(stranger, 'blue-sea', at), 'unknown_sender');
        const joined = await say(stranger, '  blue-SKY ', at);
        assert.equal(joined.why.outcome, 'answered');
        assert.equal(joined.why.agent, null);
        assert.equal(joined.user, host.id);
        assert.equal(joined.why.replies.length, 1);
        const { data } = await server.want(200, 'GET', `/v1/users/${host.id}/phones`);
        assert.deepEqual(data, [stranger]);
        const body = word('joined');
        assert.equal(await ask(stranger, body, at), body);
        // The history of the stranger stays with the installation.
        const seen = await server.all(`/v1/users/${host.id}/messages`);
        assert.ok(seen.every((row) => !/my code is/.test(row.body)));
    });

    test('strangers, given to a default user', async () => {
        const desk = await server.user({ name: 'Default' });
        await server.number({
            phone: DEFAULT,
            routing: 'by_sender',
            unknown_sender: { policy: 'user', user: desk.id },
        });
        const stranger = somebody();
        const body = word('default');
        assert.equal(await ask(stranger, body, { to: DEFAULT }), body);
        assert.equal((await server.all(`/v1/users/${desk.id}/messages`)).length, 2);
    });

    test('newcomers, held until they are on the allowlist', async () => {
        const owner = await server.user({ name: 'Owner' });
        await server.number({ phone: OTHERS, routing: 'by_number', user: owner.id, first_contact: 'hold' });
        const newcomer = somebody();
        const at = { to: OTHERS };
        const list = `/v1/users/${owner.id}/allowlist`;
        assert.equal(await outcome(newcomer, word(), at), 'held');
        assert.equal(await outcome(newcomer, word(), at), 'held');
        await server.want(201, 'POST', list, { phone: newcomer });
        await server.want(200, 'POST', list, { phone: newcomer });
        await ask(newcomer, word(), at);
        await server.want(204, 'DELETE', `${list}/${encodeURIComponent(newcomer)}`);
        assert.equal(await outcome(newcomer, word(), at), 'held');
        await sentTo(newcomer, 1);
    });

    test('who is taken off the allowlist is not answered', async () => {
        const ann = await member();
        await ask(ann.phone, word());
        const list = `/v1/users/${ann.id}/allowlist`;
        const { data } = await server.want(200, 'GET', list);
        assert.deepEqual([data[0].phone, data[0].added_by], [ann.phone, 'conversation_init']);
        await server.want(204, 'DELETE', `${list}/${encodeURIComponent(ann.phone)}`);
        assert.equal(await outcome(ann.phone, word()), 'not_allowlisted');
        await sentTo(ann.phone, 1);
    });

    test('a conversation that a person took over', async () => {
        const ann = await member();
        const got = await say(ann.phone, word());
        const path = `/v1/conversations/${got.conversation}`;
        assert.equal((await server.want(200, 'PATCH', path, { handled_by: 'human' })).handled_by, 'human');
        assert.equal(await outcome(ann.phone, word()), 'human');
        await server.want(200, 'PATCH', path, { handled_by: 'agent' });
        await ask(ann.phone, word());
        await sentTo(ann.phone, 2);
    });

    test('a suspended user', async () => {
        const ann = await member();
        await ask(ann.phone, word());
        await server.want(200, 'PATCH', `/v1/users/${ann.id}`, { suspended: true });
        assert.equal(await outcome(ann.phone, word()), 'suspended');
        const refused = await server.api('POST', '/v1/messages', {
            user: ann.id,
            from: SHARED,
            to: ann.phone,
            body: word(),
        });
        assert.deepEqual([refused.status, refused.json.detail], [409, 'user_suspended']);
        assert.equal(await outcome(ann.phone, 'STOP'), 'opt_out'); // consent is never suspended
        assert.equal(await outcome(ann.phone, 'START'), 'opt_in');
        await server.want(200, 'PATCH', `/v1/users/${ann.id}`, { suspended: false });
        await ask(ann.phone, word());
        await sentTo(ann.phone, 2);
    });

    test('nobody, when answering is switched off: stored and recorded all the same', async () => {
        const silent = await world({ env: { SMS_AUTO_REPLY_ENABLED: 'false' } });
        try {
            const phone = somebody();
            const ann = await silent.server.user({ phones: [phone] });
            const got = await silent.server.settled(await silent.sim.text(phone, word()));
            assert.equal(got.why.outcome, 'auto_reply_disabled');
            assert.equal((await silent.server.settled(await silent.sim.text(phone, 'STOP'))).why.outcome, 'opt_out');
            assert.equal((await silent.server.all(`/v1/users/${ann.id}/messages`)).length, 2);
            await silent.sim.wait({ idle: true });
            assert.equal((await silent.sim.booked()).length, 0);
        } finally {
            await silent.end();
        }
    });

    test('an erased user’s phone is a stranger’s again', async () => {
        const ann = await member();
        const first = await say(ann.phone, word());
        await server.want(204, 'DELETE', `/v1/users/${ann.id}`);
        assert.equal((await server.api('GET', `/v1/messages/${first.id}`)).status, 404);
        assert.equal((await server.api('GET', `/v1/users/${ann.id}`)).status, 404);
        assert.equal(await outcome(ann.phone, word()), 'unknown_sender');
    });
});

describe('what explain says is what happens', () => {
    test('for every kind of text, and with no effect', async () => {
        const ann = await member();
        const explain = (from, body) => server.want(200, 'POST', '/v1/explain', { from, to: SHARED, body });
        const before = (await server.all('/v1/messages')).length;
        for (const [from, body, expected] of [
            [ann.phone, word(), 'pending'],
            [ann.phone, 'STOP', 'opt_out'],
            [ann.phone, 'HELP', 'help'],
            [ann.phone, '   ', 'agent_silent'],
            [person(99), word(), 'unknown_sender'],
            ['MYBANK', word(), 'auto_reply'],
        ]) {
            const said = await explain(from, body);
            assert.equal(said.outcome, expected, body);
            assert.ok(said.would && said.layers.length > 0);
        }
        assert.equal((await explain(ann.phone, word())).route.user, ann.id);
        assert.equal((await server.all('/v1/messages')).length, before);
        assert.equal((await server.want(200, 'GET', `/v1/users/${ann.id}/opt-outs`)).data.length, 0);
        await sentTo(ann.phone, 0);
    });
});

describe('notes and reminders', () => {
    const rule = { kind: 'rule', fallback: null };

    test('what is told is remembered for that contact alone', async () => {
        const shop = await server.user({ name: 'Shop', agent: rule });
        const number = '+12025550195';
        await sim.control('POST', '/numbers', {
            phone: number,
            sms_url: server.webhookUrl(),
        });
        await server.number({ phone: number, routing: 'by_number', user: shop.id });
        const [ann, bob] = [somebody(), somebody()];
        const at = { to: number };
        const secret = word('secret');
        assert.match(await ask(ann, `remember that the wifi code is ${secret}`, at), new RegExp(secret));
        assert.match(await ask(ann, 'what did I tell you about the wifi?', at), new RegExp(secret));
        const asked = await say(bob, 'what did I tell you about the wifi?', at);
        for (const id of asked.why.replies)
            assert.doesNotMatch((await server.status(id, 'delivered')).body, new RegExp(secret));
        const { data } = await server.want(200, 'GET', `/v1/users/${shop.id}/memory`);
        assert.equal(data.length, 1);
        assert.match(data[0].text, new RegExp(secret));
        await server.want(204, 'DELETE', `/v1/users/${shop.id}/memory/${data[0].id}`);
        const forgotten = await say(ann, 'what did I tell you about the wifi?', at);
        for (const id of forgotten.why.replies)
            assert.doesNotMatch((await server.status(id, 'delivered')).body, new RegExp(secret));
    });

    test('a reminder waits for its time, and STOP cancels it', async () => {
        const ann = await member({ agent: rule, timezone: 'UTC' });
        const what = word('laundry');
        assert.match(await ask(ann.phone, `remind me in 20 minutes to fetch ${what}`), new RegExp(what));
        const owed = () =>
            server
                .want(200, 'GET', `/v1/users/${ann.id}/messages`)
                .then(({ data }) => data.find((row) => row.origin === 'schedule'));
        const reminder = await owed();
        assert.equal(reminder.status, 'queued');
        assert.match(reminder.body, new RegExp(what));
        assert.equal(await outcome(ann.phone, 'STOP'), 'opt_out');
        assert.equal((await owed()).status, 'canceled');
        await sentTo(ann.phone, 1);
    });

    test('a text with a time leaves at that time, after a restart too', async () => {
        const ann = await member();
        await ask(ann.phone, word());
        const body = word('scheduled');
        const sent = await server.want(202, 'POST', '/v1/messages', {
            user: ann.id,
            from: SHARED,
            to: ann.phone,
            body,
            send_at: new Date(Date.now() + 1500).toISOString(),
        });
        await server.stop();
        await server.start();
        await server.status(sent.id, 'delivered');
        const rows = await sentTo(ann.phone, 2);
        assert.equal(rows[1].body, body);
    });
});

test('every inbound text of all this has exactly one outcome', async () => {
    const rows = (await server.all('/v1/messages')).filter((row) => row.direction === 'inbound');
    assert.ok(rows.length > 50);
    for (const row of rows) assert.ok(row.why.outcome && row.why.outcome !== 'pending', row.id);
    assert.equal(new Set(rows.map((row) => row.provider_sid)).size, rows.length);
    assert.ok(rows.every((row) => row.provider_sid.length === messageSid().length));
});
