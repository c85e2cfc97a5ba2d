// api.test.mjs - every endpoint of docs/api.md over the wire: what it gives, what it refuses and how,
// and that a user's token opens that user and nothing else.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { ADMIN, DEDICATED, SHARED, freePort, person, raw, request, waitFor, word, world } from './harness.mjs';

const STAMP = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/;
const NOBODY = `usr_${'0'.repeat(31)}1`;
const url = encodeURIComponent;

let w, server, sim;
let ann, bob, desk; // users; ann and bob share a number, desk has one
before(async () => {
    w = await world({ env: { SMS_RATE_LIMIT_MAX: '100' } });
    ({ server, sim } = w);
    const make = async (name, phones) => {
        const user = await server.user({ name, phones });
        user.token = await server.token(user);
        user.phone = phones[0];
        return user;
    };
    ann = await make('Ann', [person(0)]);
    bob = await make('Bob', [person(1)]);
    desk = await make('Desk', []);
    desk.number = await server.number({ phone: DEDICATED, routing: 'by_number', user: desk.id });
    for (const user of [ann, bob]) {
        user.text = await server.settled(await sim.text(user.phone, word(user.name)));
        user.reply = await server.status(user.text.why.replies[0], 'delivered');
    }
});
after(() => w?.end());

const as = (user) => ({ token: user.token });

/** A refusal as docs/api.md has it. */
function refused(answer, status, field) {
    assert.equal(answer.status, status, answer.text);
    assert.match(answer.headers['content-type'], /^application\/problem\+json/);
    assert.equal(answer.json.type, 'about:blank');
    assert.equal(answer.json.status, status);
    assert.ok(answer.json.title && answer.json.detail);
    if (field !== undefined) assert.equal(answer.json.field, field, answer.text);
}

const row = (name, method, path, body, status, field, options) =>
    test(`${name}: ${status}${field ? ` at ${field}` : ''}`, async () => {
        const given = typeof path === 'function' ? path() : path;
        const answer = await server.api(method, given, typeof body === 'function' ? body() : body, options?.());
        refused(answer, status, field);
    });

describe('who asks', () => {
    test('no token: 401', async () => {
        const answer = await server.api('GET', '/v1/users', undefined, { token: null });
        refused(answer, 401);
        assert.match(answer.headers['www-authenticate'], /^Bearer/);
    });
    for (const [name, header] of [
        ['a wrong token', `Bearer ab_${'x'.repeat(43)}`],
        ['a token that is none', 'Bearer nonsense'],
        ['an empty token', 'Bearer '],
        ['another scheme', `Basic ${Buffer.from(`admin:${ADMIN}`).toString('base64')}`],
        ['the token with something behind it', `Bearer ${ADMIN}x`],
        ['the token cut short', `Bearer ${ADMIN.slice(0, -1)}`],
    ])
        test(`${name}: 401`, async () =>
            refused(await server.api('GET', '/v1/users', undefined, { token: null, headers: { Authorization: header } }), 401));
    test('a token in the URL: 401', async () =>
        refused(await server.api('GET', `/v1/users?token=${ADMIN}`, undefined, { token: null }), 401));

    for (const [name, method, path, body] of [
        ['making users', 'POST', () => '/v1/users', {}],
        ['erasing users', 'DELETE', () => `/v1/users/${ann.id}`],
        ['giving phones', 'POST', () => `/v1/users/${ann.id}/phones`, { phone: person(70) }],
        ['making numbers', 'POST', () => '/v1/numbers', { phone: person(71), routing: 'by_sender' }],
        ['changing numbers', 'PATCH', () => `/v1/numbers/${desk.number.id}`, { name: 'x' }],
        ['removing numbers', 'DELETE', () => `/v1/numbers/${desk.number.id}`],
        ['suspending', 'PATCH', () => `/v1/users/${ann.id}`, { suspended: false }],
    ])
        test(`${name} with a user's token: 403`, async () =>
            refused(await server.api(method, path(), body, as(ann)), 403));
});

describe('the form of requests', () => {
    row('an unknown path', 'GET', '/v1/nothing', undefined, 404);
    row('an id that is none', 'GET', '/v1/users/usr_nonsense', undefined, 404);
    row('somebody who is not there', 'GET', `/v1/users/${NOBODY}`, undefined, 404);
    row('an unknown query parameter', 'GET', '/v1/users?colour=red', undefined, 400, 'colour');
    row('a limit of 0', 'GET', '/v1/users?limit=0', undefined, 400, 'limit');
    row('a limit of 201', 'GET', '/v1/users?limit=201', undefined, 400, 'limit');
    row('a limit that is no number', 'GET', '/v1/users?limit=ten', undefined, 400, 'limit');
    row('a cursor that is none', 'GET', '/v1/messages?cursor=abc', undefined, 400, 'cursor');
    row('an unknown field', 'POST', '/v1/users', { nam: 'x' }, 400, 'nam');
    row('a list', 'POST', '/v1/users', [], 400);
    row('no JSON', 'POST', '/v1/users', () => Buffer.from('{"name":'), 400, undefined, () => ({
        headers: { 'Content-Type': 'application/json' },
    }));
    row('two JSON texts', 'POST', '/v1/users', () => Buffer.from('{}{}'), 400, undefined, () => ({
        headers: { 'Content-Type': 'application/json' },
    }));
    row('a name twice', 'POST', '/v1/users', () => Buffer.from('{"name":"a","name":"b"}'), 400, undefined, () => ({
        headers: { 'Content-Type': 'application/json' },
    }));
    row('bytes that are no UTF-8', 'POST', '/v1/users', () => Buffer.from('{"name":"\xff"}', 'latin1'), 400, undefined, () => ({
        headers: { 'Content-Type': 'application/json' },
    }));
    row('a form', 'POST', '/v1/users', () => 'name=x', 415, undefined, () => ({
        headers: { 'Content-Type': 'application/x-www-form-urlencoded' },
    }));

    test('a body over 1 MB: 413', async () =>
        refused(await server.api('POST', '/v1/users', { name: 'x'.repeat(1_200_000) }), 413));

    test('a method that is not there: 405 with those that are', async () => {
        const answer = await server.api('DELETE', '/v1/users');
        refused(answer, 405);
        assert.deepEqual(answer.headers.allow.split(/, */).filter((one) => one !== 'HEAD').sort(), ['GET', 'POST']);
    });

    test('a path that tries to climb: 404', async () =>
        assert.match(
            await raw(
                server.port,
                `GET /v1/../v1/users HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${ADMIN}\r\nConnection: close\r\n\r\n`,
            ),
            /^HTTP\/1\.1 40[04] /,
        ));

    test('answers are not kept by anybody on the way', async () => {
        const answer = await server.api('GET', '/v1/users');
        assert.equal(answer.headers['cache-control'], 'no-store');
        assert.equal(answer.headers['x-content-type-options'], 'nosniff');
    });
});

describe('users', () => {
    test('made with everything, read, changed, erased', async () => {
        const fields = {
            name: 'Zoë Ωmega 👋',
            phones: ['+1 (202) 555-0160'],
            agent: { kind: 'echo' },
            timezone: 'America/New_York',
            retention_days: 30,
            invite_code: 'green-hill',
            suspended: false,
        };
        const made = await server.want(201, 'POST', '/v1/users', fields);
        assert.match(made.id, /^usr_/);
        assert.match(made.created_at, STAMP);
        const { id, created_at, ...rest } = made;
        assert.deepEqual(rest, { ...fields, phones: ['+12025550160'], invite_code: 'GREEN-HILL' });
        const path = `/v1/users/${id}`;
        assert.deepEqual(await server.want(200, 'GET', path), made);
        const changed = await server.want(200, 'PATCH', path, { name: 'Zed', timezone: 'Europe/London', suspended: true });
        assert.deepEqual(changed, { ...made, name: 'Zed', timezone: 'Europe/London', suspended: true });
        assert.deepEqual(await server.want(200, 'PATCH', path, {}), changed);
        assert.ok((await server.all('/v1/users')).some((user) => user.id === id));
        await server.want(204, 'DELETE', path);
        await server.want(404, 'GET', path);
        await server.want(404, 'DELETE', path);
        await server.want(404, 'PATCH', path, { name: 'x' });
        assert.ok(!(await server.all('/v1/users')).some((user) => user.id === id));
        await server.want(201, 'POST', '/v1/users', fields); // phone and code are free again
    });

    test('made with nothing: a rule agent', async () => {
        const made = await server.want(201, 'POST', '/v1/users', {});
        assert.deepEqual(made.agent, { kind: 'rule' });
        assert.deepEqual(made.phones, []);
        assert.equal(made.invite_code === null || made.invite_code === '', true);
    });

    for (const [name, body, field] of [
        ['a phone that is none', { phones: ['hello'] }, 'phones[0]'],
        ['the second phone', { phones: ['+12025550161', 'x'] }, 'phones[1]'],
        ['a phone twice', { phones: ['+12025550161', '(202) 555-0161'] }, 'phones[1]'],
        ['phones that are no list', { phones: '+12025550161' }, 'phones'],
        ['a time zone that is none', { timezone: 'Moon/Base' }, 'timezone'],
        ['a time zone that climbs', { timezone: '../../etc/passwd' }, 'timezone'],
        ['a negative retention', { retention_days: -1 }, 'retention_days'],
        ['a retention in words', { retention_days: 'long' }, 'retention_days'],
        ['a name with a line break', { name: 'a\nb' }, 'name'],
        ['a name without end', { name: 'x'.repeat(1000) }, 'name'],
        ['a short invite code', { invite_code: 'abc' }, 'invite_code'],
        ['an invite code that is a keyword', { invite_code: 'stop' }, 'invite_code'],
        ['an invite code with blanks', { invite_code: 'blue sky' }, 'invite_code'],
        ['an agent of no kind', { agent: {} }, 'agent.kind'],
        ['an agent of an unknown kind', { agent: { kind: 'oracle' } }, 'agent.kind'],
        ['an agent with an unknown setting', { agent: { kind: 'echo', loud: true } }, 'agent.loud'],
        ['suspended in words', { suspended: 'yes' }, 'suspended'],
    ]) {
        row(name, 'POST', '/v1/users', body, 400, field);
    }

    test('a phone that a user has already: 409, and nothing is made', async () => {
        const before = (await server.all('/v1/users')).length;
        refused(await server.api('POST', '/v1/users', { phones: [person(60), ann.phone] }), 409);
        assert.equal((await server.all('/v1/users')).length, before);
    });

    test('an invite code that a user has already: 409, in any case', async () => {
        await server.user({ invite_code: 'red-rose' });
        refused(await server.api('POST', '/v1/users', { invite_code: 'RED-ROSE' }), 409);
        refused(await server.api('PATCH', `/v1/users/${bob.id}`, { invite_code: 'Red-Rose' }), 409);
    });

    test('phones: added, listed, taken, removed', async () => {
        const path = `/v1/users/${desk.id}/phones`;
        assert.deepEqual(await server.want(201, 'POST', path, { phone: '202-555-0165' }), { phone: '+12025550165' });
        refused(await server.api('POST', path, { phone: ann.phone }), 409);
        refused(await server.api('POST', path, { phone: '12' }), 400, 'phone');
        refused(await server.api('POST', path, {}), 400, 'phone');
        assert.deepEqual(await server.want(200, 'GET', path), { data: ['+12025550165'], next: null });
        await server.want(204, 'DELETE', `${path}/${url('+12025550165')}`);
        await server.want(404, 'DELETE', `${path}/${url('+12025550165')}`);
        assert.deepEqual((await server.want(200, 'GET', path)).data, []);
    });

    test('the agent: read, replaced, refused with the field', async () => {
        const path = `/v1/users/${desk.id}/agent`;
        const rule = { kind: 'rule', name: 'Desk', faq: [{ question: 'Where are you?', answer: 'Here.' }] };
        assert.deepEqual(await server.want(200, 'PUT', path, rule), rule);
        assert.deepEqual(await server.want(200, 'GET', path), rule);
        assert.deepEqual((await server.want(200, 'GET', `/v1/users/${desk.id}`)).agent, rule);
        const bad = { ...rule, faq: [{ question: 'Where?' }] };
        const answer = await server.api('PUT', path, bad);
        refused(answer, 400);
        assert.match(answer.json.field, /faq|answer/);
        assert.deepEqual(await server.want(200, 'GET', path), rule);
        await server.want(200, 'PUT', path, { kind: 'echo' });
    });

    test('usage by day', async () => {
        const today = new Date().toISOString().slice(0, 10);
        const usage = await server.want(200, 'GET', `/v1/users/${ann.id}/usage`);
        assert.ok(usage.total.messages_in >= 1 && usage.total.messages_out >= 1 && usage.total.segments_in >= 1);
        assert.ok(usage.days.every((day) => /^\d{4}-\d\d-\d\d$/.test(day.day)));
        const none = await server.want(200, 'GET', `/v1/users/${ann.id}/usage?from=2020-01-01&to=2020-01-31`);
        assert.deepEqual(none.days, []);
        assert.equal(none.total.messages_in, 0);
        assert.deepEqual([none.from, none.to], ['2020-01-01', '2020-01-31']);
        const all = await server.want(200, 'GET', `/v1/usage?to=${today}`);
        assert.ok(all.total.messages_in >= usage.total.messages_in + 1);
        const own = await server.want(200, 'GET', '/v1/usage', undefined, as(ann));
        assert.deepEqual(own.total, usage.total);
    });
    row('usage from a day that is none', 'GET', '/v1/usage?from=2026-02-30', undefined, 400, 'from');
    row('usage backwards', 'GET', '/v1/usage?from=2026-02-02&to=2026-02-01', undefined, 400, 'from');
});

describe('numbers', () => {
    test('made with everything, read, changed, removed', async () => {
        const fields = {
            phone: '+12025550170',
            name: "Rosa's Bakery",
            routing: 'by_number',
            user: ann.id,
            first_contact: 'hold',
            opt_out_handled_by: 'answerback',
            help_text: 'Call us',
            opt_out_text: 'Bye',
            opt_in_text: 'Welcome back',
            revocation: 'flag',
            region: 'US',
            unknown_sender: { policy: 'ignore', text: '', user: null },
        };
        const made = await server.number(fields);
        const { id, created_at, ...rest } = made;
        assert.match(id, /^num_/);
        assert.match(created_at, STAMP);
        assert.deepEqual(rest, fields);
        const path = `/v1/numbers/${id}`;
        assert.deepEqual(await server.want(200, 'GET', path), made);
        assert.equal((await server.want(200, 'PATCH', path, { first_contact: 'admit' })).first_contact, 'admit');
        const shared = await server.want(200, 'PATCH', path, {
            routing: 'by_sender',
            unknown_sender: { policy: 'reply', text: 'Who is this?' },
        });
        assert.equal(shared.user, null);
        assert.equal(shared.unknown_sender.text, 'Who is this?');
        await server.want(204, 'DELETE', path);
        await server.want(404, 'GET', path);
    });

    for (const [name, body, field] of [
        ['no phone', { routing: 'by_sender' }, 'phone'],
        ['a phone that is none', { phone: 'x', routing: 'by_sender' }, 'phone'],
        ['a routing that is none', { phone: '+12025550171', routing: 'by_magic' }, 'routing'],
        ['by_number without a user', { phone: '+12025550171', routing: 'by_number' }, 'user'],
        ['by_number with a user who is not there', { phone: '+12025550171', routing: 'by_number', user: NOBODY }, 'user'],
        [
            'a reply without its text',
            { phone: '+12025550171', routing: 'by_sender', unknown_sender: { policy: 'reply' } },
            'unknown_sender.text',
        ],
        [
            'a reply of two segments',
            { phone: '+12025550171', routing: 'by_sender', unknown_sender: { policy: 'reply', text: 'x'.repeat(161) } },
            'unknown_sender.text',
        ],
        [
            'a default user who is not named',
            { phone: '+12025550171', routing: 'by_sender', unknown_sender: { policy: 'user' } },
            'unknown_sender.user',
        ],
        ['a region that is none', { phone: '+12025550171', routing: 'by_sender', region: 'USA' }, 'region'],
        ['a way with newcomers that is none', { phone: '+12025550171', routing: 'by_sender', first_contact: 'eat' }, 'first_contact'],
    ])
        row(name, 'POST', '/v1/numbers', body, 400, field);

    test('a number that is there already: 409', async () =>
        refused(await server.api('POST', '/v1/numbers', { phone: SHARED, routing: 'by_sender' }), 409));

    test('a number with conversations must stay: 409', async () => {
        const shared = await server.sharedNumber();
        refused(await server.api('DELETE', `/v1/numbers/${shared.id}`), 409);
    });

    test('a user sees the shared ones and its own', async () => {
        const phones = async (user) => (await server.want(200, 'GET', '/v1/numbers', undefined, as(user))).data.map((one) => one.phone);
        assert.ok((await phones(ann)).includes(SHARED));
        assert.ok(!(await phones(ann)).includes(DEDICATED));
        assert.ok((await phones(desk)).includes(DEDICATED));
        await server.want(404, 'GET', `/v1/numbers/${desk.number.id}`, undefined, as(ann));
    });
});

describe('allowlist and opt-outs', () => {
    test('the allowlist: added once, listed, removed', async () => {
        const path = `/v1/users/${desk.id}/allowlist`;
        const made = await server.want(201, 'POST', path, { phone: '(202) 555-0175' });
        assert.deepEqual([made.phone, made.added_by], ['+12025550175', 'manual']);
        assert.match(made.added_at, STAMP);
        assert.deepEqual(await server.want(200, 'POST', path, { phone: '+12025550175' }), made);
        assert.deepEqual((await server.want(200, 'GET', path)).data, [made]);
        await server.want(204, 'DELETE', `${path}/${url('+12025550175')}`);
        await server.want(404, 'DELETE', `${path}/${url('+12025550175')}`);
        refused(await server.api('POST', path, { phone: 'x' }), 400, 'phone');
    });

    test('opt-outs: made with evidence, lifted with evidence', async () => {
        const path = `/v1/users/${desk.id}/opt-outs`;
        const phone = '+12025550176';
        refused(await server.api('POST', path, { phone }), 400, 'evidence');
        refused(await server.api('POST', path, { phone, evidence: '  ' }), 400, 'evidence');
        refused(await server.api('POST', path, { phone: '???', evidence: 'letter' }), 400, 'phone');
        refused(await server.api('POST', path, { phone, evidence: 'letter', number: 'num_1' }), 400, 'number');
        const made = await server.want(201, 'POST', path, { phone, number: desk.number.id, evidence: 'letter' });
        assert.deepEqual([made.phone, made.number, made.source], [phone, desk.number.id, 'api']);
        assert.match(made.evidence, /^letter/);
        assert.match(made.at, STAMP);
        assert.deepEqual((await server.want(200, 'GET', path)).data, [made]);
        const send = await server.api('POST', '/v1/messages', { user: desk.id, to: phone, body: word() });
        refused(send, 409);
        assert.equal(send.json.detail, 'opted_out');
        refused(await server.api('DELETE', `${path}/${url(phone)}`), 400, 'evidence');
        await server.want(204, 'DELETE', `${path}/${url(phone)}?evidence=${url('signed form')}`);
        await server.want(404, 'DELETE', `${path}/${url(phone)}?evidence=again`);
        assert.deepEqual((await server.want(200, 'GET', path)).data, []);
    });
});

describe('messages', () => {
    const send = (fields, options) =>
        server.api('POST', '/v1/messages', { user: ann.id, to: ann.phone, body: word(), ...fields }, options);

    test('sent: 202, then delivered', async () => {
        const body = `${word()} ünï😀`;
        const answer = await send({ body, from: SHARED });
        assert.equal(answer.status, 202, answer.text);
        assert.match(answer.json.id, /^msg_/);
        assert.deepEqual([answer.json.status, answer.json.segments, answer.json.encoding], ['queued', 1, 'UCS-2']);
        const message = await server.status(answer.json.id, 'delivered');
        assert.deepEqual(
            [message.body, message.origin, message.direction, message.user, message.to],
            [body, 'api', 'outbound', ann.id, ann.phone],
        );
        const [booked] = (await sim.booked({ to: ann.phone })).filter((one) => one.body === body);
        assert.equal(booked.sid, message.provider_sid);
    });

    test('by a user, who need not say who it is', async () => {
        const answer = await server.api('POST', '/v1/messages', { to: ann.phone, body: word() }, as(ann));
        assert.equal(answer.status, 202, answer.text);
        assert.equal((await server.status(answer.json.id, 'delivered')).user, ann.id);
    });

    test('with pictures', async () => {
        const answer = await send({ body: '', media_urls: ['https://example.com/a.png', 'https://example.com/b.png'] });
        assert.equal(answer.status, 202, answer.text);
        const message = await server.status(answer.json.id, 'delivered');
        assert.deepEqual(
            message.media.map((one) => one.url),
            ['https://example.com/a.png', 'https://example.com/b.png'],
        );
        const booked = await sim.booked({ to: ann.phone });
        assert.equal(booked.find((one) => one.sid === message.provider_sid).media, 2);
    });

    for (const [name, fields, field] of [
        ['no body', { body: undefined }, 'body'],
        ['a blank body', { body: '   ' }, 'body'],
        ['a NUL in the body', { body: 'a\0b' }, 'body'],
        ['a body of 1601 characters', { body: 'x'.repeat(1601) }, 'body'],
        ['no to', { to: undefined }, 'to'],
        ['a to that is none', { to: 'nobody at all' }, 'to'],
        ['a to that is a name', { to: 'MYBANK' }, 'to'],
        ['a from that is not ours', { from: person(77) }, 'from'],
        ["another user's from", { from: DEDICATED }, 'from'],
        ['a picture without an address', { media_urls: ['picture'] }, 'media_urls[0]'],
        ['a picture by file', { media_urls: ['file:///etc/passwd'] }, 'media_urls[0]'],
        ['eleven pictures', { media_urls: Array(11).fill('https://example.com/a.png') }, 'media_urls'],
        ['a time that is none', { send_at: 'tomorrow' }, 'send_at'],
        ['a time without an offset', { send_at: '2027-01-01T00:00:00' }, 'send_at'],
        ['a time long past', { send_at: '2020-01-01T00:00:00Z' }, 'send_at'],
        ['a time in years', { send_at: '2099-01-01T00:00:00Z' }, 'send_at'],
    ])
        test(`${name}: 400 at ${field}`, async () => refused(await send(fields), 400, field));

    test('for nobody: 404', async () => refused(await send({ user: NOBODY }), 404));

    test('one key, one text: however often it is asked', async () => {
        const headers = { 'Idempotency-Key': word('key') };
        const body = word('once');
        const answers = await Promise.all(Array.from({ length: 20 }, () => send({ body }, { headers })));
        for (const answer of answers) assert.deepEqual([answer.status, answer.json], [202, answers[0].json]);
        await server.status(answers[0].json.id, 'delivered');
        await sim.wait({ idle: true });
        assert.equal((await sim.booked({ to: ann.phone })).filter((one) => one.body === body).length, 1);
        refused(await send({ body: word('other') }, { headers }), 422);
        // Another's key is another key.
        const theirs = await server.api('POST', '/v1/messages', { to: bob.phone, body }, { ...as(bob), headers });
        assert.equal(theirs.status, 202, theirs.text);
        assert.notEqual(theirs.json.id, answers[0].json.id);
    });

    test('one key, kept over a restart', async () => {
        const headers = { 'Idempotency-Key': word('key') };
        const body = word('once');
        const first = await send({ body }, { headers });
        await server.stop();
        await server.start();
        assert.deepEqual((await send({ body }, { headers })).json, first.json);
    });

    test('a key that is too long: 400', async () =>
        refused(await send({}, { headers: { 'Idempotency-Key': 'k'.repeat(129) } }), 400));

    test('found by our id and by the provider’s', async () => {
        const byId = await server.want(200, 'GET', `/v1/messages/${ann.text.id}`);
        assert.deepEqual(await server.want(200, 'GET', `/v1/messages/${ann.text.provider_sid}`), byId);
        assert.match(byId.at, STAMP);
        assert.match(byId.done_at, STAMP);
        for (const missing of ['msg_nonsense', `SM${'0'.repeat(32)}`, `msg_${'0'.repeat(31)}1`])
            await server.want(404, 'GET', `/v1/messages/${missing}`);
    });

    test('paged: every one once, newest first, whatever comes in between', async () => {
        const phone = person(30);
        const user = await server.user({ phones: [phone] });
        const bodies = [];
        for (let i = 0; i < 7; i++) {
            bodies.push(word(`p${i}`));
            const { id } = await server.want(202, 'POST', '/v1/messages', { user: user.id, to: phone, body: bodies[i] });
            await server.status(id, 'delivered');
        }
        const lists = [`/v1/users/${user.id}/messages`, `/v1/messages?user=${user.id}`];
        const [{ conversation }] = (await server.want(200, 'GET', lists[0])).data;
        lists.push(`/v1/conversations/${conversation}/messages`);
        for (const path of lists) {
            const seen = [];
            let next = '';
            do {
                const page = await server.want(200, 'GET', `${path}${path.includes('?') ? '&' : '?'}limit=2${next}`);
                assert.ok(page.data.length <= 2);
                seen.push(...page.data.map((one) => one.body));
                next = page.next ? `&cursor=${url(page.next)}` : '';
                if (seen.length === 2)
                    await server.want(202, 'POST', '/v1/messages', { user: user.id, to: phone, body: word('between') });
            } while (next);
            assert.deepEqual(
                seen.filter((body) => bodies.includes(body)),
                [...bodies].reverse(),
            );
            assert.equal(new Set(seen).size, seen.length);
        }
        const page = await server.want(200, 'GET', `${lists[0]}?limit=1`);
        refused(await server.api('GET', `/v1/users/${ann.id}/messages?cursor=${url(page.next)}`), 400, 'cursor');
        const bent = page.next.slice(0, -1) + (page.next.endsWith('A') ? 'B' : 'A');
        refused(await server.api('GET', `${lists[0]}?cursor=${url(bent)}`), 400, 'cursor');
    });
});

describe('conversations', () => {
    test('listed, read, taken over', async () => {
        const path = `/v1/conversations/${ann.text.conversation}`;
        const one = await server.want(200, 'GET', path);
        assert.deepEqual(
            [one.user, one.contact.phone, one.handled_by, one.number],
            [ann.id, ann.phone, 'agent', (await server.sharedNumber()).id],
        );
        for (const time of ['last_in_at', 'last_out_at', 'created_at']) assert.match(one[time], STAMP);
        assert.ok((await server.all('/v1/conversations')).some((row) => row.id === one.id));
        assert.deepEqual((await server.all(`/v1/users/${ann.id}/conversations`)).map((row) => row.id), [one.id]);
        refused(await server.api('PATCH', path, { handled_by: 'robot' }), 400, 'handled_by');
        refused(await server.api('PATCH', path, {}), 400, 'handled_by');
        refused(await server.api('PATCH', path, { handled: 'human' }), 400, 'handled');
        assert.equal((await server.want(200, 'PATCH', path, { handled_by: 'human' })).handled_by, 'human');
        assert.equal((await server.want(200, 'PATCH', path, { handled_by: 'agent' }, as(ann))).handled_by, 'agent');
    });
    row('a conversation that is not there', 'GET', `/v1/conversations/cnv_${'0'.repeat(31)}1`, undefined, 404);
});

describe('explain', () => {
    row('without from', 'POST', '/v1/explain', { to: SHARED, body: 'x' }, 400, 'from');
    row('without to', 'POST', '/v1/explain', { from: SHARED, body: 'x' }, 400, 'to');
    row('without body', 'POST', '/v1/explain', { from: SHARED, to: SHARED }, 400, 'body');
    row('with a from that is none', 'POST', '/v1/explain', { from: '???', to: SHARED, body: 'x' }, 400, 'from');

    test('to a user, others’ texts are not there', async () => {
        const ask = (from, options) => server.api('POST', '/v1/explain', { from, to: SHARED, body: 'hi' }, options);
        assert.equal((await ask(ann.phone, as(ann))).json.route.user, ann.id);
        refused(await ask(bob.phone, as(ann)), 404);
        refused(await ask(person(79), as(ann)), 404);
    });
});

describe('tokens', () => {
    test('shown once, kept as a hash, gone when removed', async () => {
        const made = await server.want(201, 'POST', '/v1/tokens', { name: 'laptop', user: ann.id });
        assert.match(made.id, /^tok_/);
        assert.match(made.token, /^ab_[0-9A-Za-z_-]{40,}$/);
        const listed = (await server.want(200, 'GET', '/v1/tokens')).data.find((one) => one.id === made.id);
        assert.deepEqual(listed, { id: made.id, name: 'laptop', user: ann.id, created_at: made.created_at });
        await server.want(200, 'GET', `/v1/users/${ann.id}`, undefined, { token: made.token });
        await server.want(204, 'DELETE', `/v1/tokens/${made.id}`);
        refused(await server.api('GET', `/v1/users/${ann.id}`, undefined, { token: made.token }), 401);
        await server.want(404, 'DELETE', `/v1/tokens/${made.id}`);
    });

    test('an admin’s token opens everything', async () => {
        const made = await server.want(201, 'POST', '/v1/tokens', { name: 'ops', user: null });
        assert.equal(made.user, null);
        await server.want(200, 'GET', `/v1/users/${bob.id}`, undefined, { token: made.token });
        await server.want(204, 'DELETE', `/v1/tokens/${made.id}`);
    });

    test('a user’s token makes, sees and removes its own only', async () => {
        const made = await server.want(201, 'POST', '/v1/tokens', { name: 'mine' }, as(ann));
        assert.equal(made.user, ann.id);
        refused(await server.api('POST', '/v1/tokens', { name: 'x', user: bob.id }, as(ann)), 404);
        const forAdmin = await server.api('POST', '/v1/tokens', { name: 'x', user: null }, as(ann));
        assert.equal(forAdmin.json.user, ann.id, 'null is no way up');
        const seen = (await server.want(200, 'GET', '/v1/tokens', undefined, as(ann))).data;
        assert.ok(seen.every((one) => one.user === ann.id));
        const [theirs] = (await server.want(200, 'GET', '/v1/tokens', undefined, as(bob))).data;
        refused(await server.api('DELETE', `/v1/tokens/${theirs.id}`, undefined, as(ann)), 404);
        await server.want(204, 'DELETE', `/v1/tokens/${made.id}`, undefined, as(ann));
    });

    test('an erased user’s token opens nothing', async () => {
        const gone = await server.user({ name: 'Gone' });
        const token = await server.token(gone);
        await server.want(204, 'DELETE', `/v1/users/${gone.id}`);
        refused(await server.api('GET', '/v1/users', undefined, { token }), 401);
    });
});

describe('across users', () => {
    test('every path of another is a 404, and the same 404 as what is not there', async () => {
        const missing = await server.api('GET', `/v1/users/${NOBODY}`, undefined, as(ann));
        refused(missing, 404);
        const theirs = `/v1/users/${bob.id}`;
        const contact = url(bob.phone);
        for (const [method, path, body] of [
            ['GET', theirs],
            ['PATCH', theirs, { name: 'x' }],
            ['GET', `${theirs}/phones`],
            ['DELETE', `${theirs}/phones/${contact}`],
            ['GET', `${theirs}/agent`],
            ['PUT', `${theirs}/agent`, { kind: 'echo' }],
            ['GET', `${theirs}/allowlist`],
            ['POST', `${theirs}/allowlist`, { phone: person(5) }],
            ['DELETE', `${theirs}/allowlist/${contact}`],
            ['GET', `${theirs}/opt-outs`],
            ['POST', `${theirs}/opt-outs`, { phone: bob.phone, evidence: 'x' }],
            ['DELETE', `${theirs}/opt-outs/${contact}?evidence=x`],
            ['GET', `${theirs}/memory`],
            ['DELETE', `${theirs}/memory/fct_${'0'.repeat(31)}1`],
            ['GET', `${theirs}/usage`],
            ['GET', `${theirs}/conversations`],
            ['GET', `${theirs}/messages`],
            ['GET', `/v1/messages?user=${bob.id}`],
            ['GET', `/v1/messages/${bob.text.id}`],
            ['GET', `/v1/messages/${bob.text.provider_sid}`],
            ['GET', `/v1/messages/${bob.reply.provider_sid}`],
            ['GET', `/v1/conversations/${bob.text.conversation}`],
            ['PATCH', `/v1/conversations/${bob.text.conversation}`, { handled_by: 'human' }],
            ['GET', `/v1/conversations/${bob.text.conversation}/messages`],
            ['POST', '/v1/messages', { user: bob.id, to: bob.phone, body: word() }],
            ['GET', `/v1/numbers/${desk.number.id}`],
        ]) {
            const answer = await server.api(method, path, body, as(ann));
            refused(answer, 404);
            assert.deepEqual(answer.json, missing.json, `${method} ${path}`);
        }
        assert.equal((await server.want(200, 'GET', `/v1/conversations/${bob.text.conversation}`)).handled_by, 'agent');
    });

    test('a user’s lists hold its own', async () => {
        for (const path of ['/v1/users', '/v1/messages', '/v1/conversations']) {
            const rows = await server.all(path, as(bob));
            assert.ok(rows.length > 0);
            for (const one of rows) assert.equal(one.user ?? one.id, bob.id, path);
        }
    });
});

describe('without a token', () => {
    test('alive and ready', async () => {
        for (const [path, text] of [
            ['/healthz', 'ok'],
            ['/readyz', 'ready'],
        ]) {
            const answer = await request('GET', server.base + path);
            assert.deepEqual([answer.status, answer.text.trim()], [200, text]);
        }
    });

    test('metrics: to this machine, not to whom a proxy brings', async () => {
        const metrics = `${server.base}/metrics`;
        const answer = await request('GET', metrics);
        assert.equal(answer.status, 200);
        assert.match(answer.headers['content-type'], /^text\/plain; version=0\.0\.4/);
        assert.match(answer.text, /^answerback_\w+(_total)? \d+$/m);
        refused(await request('GET', metrics, { headers: { 'X-Forwarded-For': '203.0.113.9' } }), 401);
    });

    test('with an address of their own, API and metrics are served there alone', async () => {
        const other = await world({ start: false });
        try {
            const admin = await freePort();
            other.server.env.ANSWERBACK_ADMIN_LISTEN = `127.0.0.1:${admin}`;
            await other.server.start();
            const at = (port, path) => request('GET', `http://127.0.0.1:${port}${path}`, { headers: { Authorization: `Bearer ${ADMIN}` } });
            assert.equal((await at(other.server.port, '/v1/users')).status, 404);
            assert.equal((await at(other.server.port, '/metrics')).status, 404);
            assert.equal((await at(admin, '/v1/users')).status, 200);
            assert.equal((await at(admin, '/metrics')).status, 200);
            assert.equal((await at(admin, '/sms-router/webhook/sms')).status, 404);
            assert.equal((await waitFor('health', () => at(other.server.port, '/healthz'))).status, 200);
        } finally {
            await other.end();
        }
    });
});
