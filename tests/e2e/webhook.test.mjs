// webhook.test.mjs - the door: what is refused and how, and what becomes of every odd thing that is
// taken. The official client signs.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import {
    ACCOUNT,
    DEDICATED,
    MARK,
    SHARED,
    TOKEN,
    form,
    messageSid,
    person,
    raw,
    request,
    signature,
    signatureOfBytes,
    waitFor,
    word,
    world,
} from './harness.mjs';

const SECONDARY = 'e2e-secondary-auth-token';
const ann = person(0);
const WEBHOOK = '/sms-router/webhook/sms';
const STATUS = '/sms-router/webhook/status';

let w, server, sim;
before(async () => {
    w = await world({ env: { TWILIO_AUTH_TOKEN_SECONDARY: SECONDARY, SMS_RATE_LIMIT_MAX: '100' } });
    ({ server, sim } = w);
    await server.user({ name: 'Ann', phones: [ann] });
});
after(() => w?.end());

const thanked = (answer) => {
    assert.equal(answer.status, 200, answer.text);
    assert.match(answer.headers['content-type'], /^text\/xml/);
    assert.match(answer.text, /<Response\s*\/>\s*$/);
};

const problem = (answer, status) => {
    assert.equal(answer.status, status, answer.text);
    assert.match(answer.headers['content-type'], /^application\/problem\+json/);
    assert.equal(answer.json.status, status);
    assert.ok(answer.json.detail, 'a reason is given');
};

const stored = async () => (await server.all('/v1/messages')).filter((one) => one.direction === 'inbound').length;

describe('what is refused', () => {
    const text = (fields) => server.text({ From: ann, Body: word('refused'), ...fields });
    const url = () => server.webhookUrl();
    const rows = [
        ['no signature', 403, () => server.post(text(), { signature: null })],
        ['an empty signature', 403, () => server.post(text(), { signature: '' })],
        ['a wrong signature', 403, () => server.post(text(), { signature: 'AAAAAAAAAAAAAAAAAAAAAAAAAAA=' })],
        ['a signature by another token', 403, () => server.post(text(), { token: 'somebody-elses-token' })],
        ['a signature for another host', 403, () => server.post(text(), { signedUrl: `http://example.com${WEBHOOK}` })],
        ['a signature for another path', 403, () => server.post(text(), { signedUrl: server.webhookUrl(STATUS) })],
        [
            'a body that was changed after signing',
            403,
            () => {
                const params = text();
                const signed = signature(TOKEN, url(), params);
                return server.post({ ...params, Body: word('changed') }, { signature: signed });
            },
        ],
        [
            'a parameter that was added after signing',
            403,
            () => {
                const params = text();
                return server.post({ ...params, Extra: '1' }, { signature: signature(TOKEN, url(), params) });
            },
        ],
        ['a query that was not signed', 403, () => server.post(text(), { path: `${WEBHOOK}?a=1`, signedUrl: url() })],
        [
            'a signature for the host that X-Forwarded-Host names',
            403,
            () =>
                server.post(text(), {
                    signedUrl: `https://evil.example${WEBHOOK}`,
                    headers: {
                        Host: 'evil.example',
                        'X-Forwarded-Host': 'evil.example',
                        'X-Forwarded-Proto': 'https',
                        Forwarded: 'host=evil.example;proto=https',
                    },
                }),
        ],
        ['another account', 403, () => server.post(text({ AccountSid: `AC${'f'.repeat(32)}` }))],
        ['no MessageSid', 400, () => server.post(text({ MessageSid: undefined })), 'MessageSid'],
        ['a MessageSid that is none', 400, () => server.post(text({ MessageSid: 'SM123' })), 'MessageSid'],
        ['no From', 400, () => server.post(text({ From: undefined })), 'From'],
        ['an empty From', 400, () => server.post(text({ From: '' })), 'From'],
        ['a From with control characters', 400, () => server.post(text({ From: '+1202\n5550101' })), 'From'],
        ['an absurdly long From', 400, () => server.post(text({ From: `+${'1'.repeat(500)}` })), 'From'],
        ['no To', 400, () => server.post(text({ To: undefined })), 'To'],
        ['two different From', 400, () => server.post(text({ From: [ann, person(1)] })), 'From'],
        ['a negative NumMedia', 400, () => server.post(text({ NumMedia: '-1' })), 'NumMedia'],
        ['a NumMedia that is no number', 400, () => server.post(text({ NumMedia: 'many' })), 'NumMedia'],
        ['media without an address', 400, () => server.post(text({ NumMedia: '1' })), 'MediaUrl0'],
        [
            'eleven media',
            400,
            () => {
                const media = {};
                for (let i = 0; i < 11; i++) {
                    media[`MediaUrl${i}`] = `https://api.twilio.com/media/${i}`;
                    media[`MediaContentType${i}`] = 'image/png';
                }
                return server.post(text({ NumMedia: '11', ...media }));
            },
            'NumMedia',
        ],
        ['a body of 11,000 bytes', 400, () => server.post(text({ Body: MARK.padEnd(11_000, 'x') })), 'Body'],
        [
            'three hundred parameters',
            400,
            () => server.post(text(Object.fromEntries(Array.from({ length: 300 }, (_, i) => [`Extra${i}`, '1'])))),
        ],
        ['a status without a status', 400, () => server.post({ MessageSid: messageSid() }, { path: STATUS })],
        ['a status of no message', 400, () => server.post({ MessageStatus: 'sent' }, { path: STATUS }), 'MessageSid'],
        ['a status without a signature', 403, () => server.post({}, { path: STATUS, signature: null })],
    ];

    for (const [name, status, send, field] of rows)
        test(`${name}: ${status}`, async () => {
            const answer = await send();
            problem(answer, status);
            if (field) assert.match(answer.json.field ?? answer.json.detail, new RegExp(`^${field}`));
        });

    test('a form with a broken escape: 400', async () => {
        const body = `MessageSid=${messageSid()}&From=%zz&To=x`;
        const params = { MessageSid: body.slice(11, 45), From: '%zz', To: 'x' };
        const answer = await request('POST', url(), {
            body,
            headers: {
                'Content-Type': 'application/x-www-form-urlencoded',
                'X-Twilio-Signature': signature(TOKEN, url(), params),
            },
        });
        problem(answer, 400);
    });

    test('JSON: 415', async () =>
        problem(await request('POST', url(), { body: { From: ann }, headers: { 'X-Twilio-Signature': 'x' } }), 415));

    test('a body too large: 413, and the connection is closed', async () => {
        const answer = await request('POST', url(), {
            body: `Body=${MARK.padEnd(200_000, 'x')}`,
            headers: { 'Content-Type': 'application/x-www-form-urlencoded' },
            fresh: true,
        });
        problem(answer, 413);
        assert.equal(answer.headers.connection, 'close');
    });

    test('a body that says it is too large: 413 before it comes', async () => {
        const answer = await raw(
            server.port,
            `POST ${WEBHOOK} HTTP/1.1\r\nHost: x\r\nContent-Type: application/x-www-form-urlencoded\r\n` +
                'Content-Length: 10000000\r\n\r\n',
        );
        assert.match(answer, /^HTTP\/1\.1 413 /);
    });

    for (const method of ['PUT', 'DELETE', 'PATCH', 'OPTIONS'])
        test(`${method}: 405 with Allow`, async () => {
            const answer = await request(method, url(), { body: '' });
            assert.equal(answer.status, 405);
            assert.deepEqual(answer.headers.allow.split(/, */).filter((one) => one !== 'HEAD').sort(), ['GET', 'POST']);
        });

    test('a status by GET: 405 with Allow', async () => {
        const answer = await request('GET', server.webhookUrl(STATUS));
        assert.equal(answer.status, 405);
        assert.equal(answer.headers.allow, 'POST');
    });

    for (const path of ['//sms-router/webhook/sms', `${WEBHOOK}/`, '/sms-router/webhook/../webhook/sms', '/sms-router'])
        test(`${path} is not the webhook: 404`, async () =>
            assert.match(
                await raw(server.port, `POST ${path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`),
                /^HTTP\/1\.1 404 /,
            ));

    for (const [name, head] of [
        ['both a length and chunks', 'Content-Length: 3\r\nTransfer-Encoding: chunked\r\n'],
        ['two lengths', 'Content-Length: 3\r\nContent-Length: 4\r\n'],
        ['a negative length', 'Content-Length: -3\r\n'],
        ['a length in hexadecimal', 'Content-Length: 0x3\r\n'],
        ['a folded header', 'X-A: b\r\n c: d\r\n'],
        ['a header without a name', ': b\r\n'],
    ])
        test(`${name}: 400 and the connection is closed`, async () =>
            assert.match(
                await raw(
                    server.port,
                    `POST ${WEBHOOK} HTTP/1.1\r\nHost: x\r\nContent-Type: application/x-www-form-urlencoded\r\n${head}\r\na=b`,
                ),
                /^HTTP\/1\.1 400 /,
            ));

    test('and nothing of all that was stored, answered or held against anybody', async () => {
        const sid = messageSid();
        thanked(await server.post(text({ MessageSid: sid, Body: word('fine') })));
        assert.equal((await server.settled(sid)).why.outcome, 'answered');
        assert.equal(await stored(), 1);
        assert.equal((await sim.received(ann)).length, 1);
    });
});

describe('what is taken', () => {
    /** Post, and give the message once it has its outcome. */
    async function take(fields, options) {
        const params = server.text({ From: ann, ...fields });
        thanked(await server.post(params, options));
        return server.settled(params.MessageSid);
    }

    test('a text is stored with all its fields, and answered', async () => {
        const body = word('hello');
        const got = await take({
            Body: body,
            FromCity: 'WASHINGTON',
            FromState: 'DC',
            MessagingServiceSid: `MG${'1'.repeat(32)}`,
            NewParameter: 'of next year',
        });
        assert.equal(got.why.outcome, 'answered');
        assert.equal(got.why.agent, 'echo');
        assert.equal(got.body, body);
        assert.equal(got.from, ann);
        assert.equal(got.to, SHARED);
        assert.equal(got.status, 'received');
        assert.equal(got.fields.FromCity, 'WASHINGTON');
        assert.equal(got.fields.NewParameter, 'of next year');
        const reply = await server.status(got.why.replies[0], 'delivered');
        assert.equal(reply.body, body);
    });

    test('by GET, with the parameters in the query', async () => {
        const params = server.text({ From: ann, Body: word('get') });
        const url = `${server.webhookUrl()}?${form(params)}`;
        thanked(await request('GET', url, { headers: { 'X-Twilio-Signature': signature(TOKEN, url, {}) } }));
        const got = await server.settled(params.MessageSid);
        assert.equal(got.why.outcome, 'answered');
        assert.equal(got.body, params.Body);
    });

    test('by GET without a signature: 403', async () => {
        const url = `${server.webhookUrl()}?${form(server.text({ From: ann }))}`;
        problem(await request('GET', url), 403);
    });

    test('at the alias', async () =>
        assert.equal((await take({ Body: word('alias') }, { path: '/webhook/sms' })).why.outcome, 'answered'));

    test('with a query that is signed too', async () =>
        assert.equal((await take({ Body: word() }, { path: `${WEBHOOK}?b=2&a=%2F+x` })).why.outcome, 'answered'));

    test('signed with the secondary token', async () =>
        assert.equal((await take({ Body: word('secondary') }, { token: SECONDARY })).why.outcome, 'answered'));

    test('whatever Host and forwarding headers say, when the signature is right', async () =>
        assert.equal(
            (
                await take(
                    { Body: word('forwarded') },
                    { headers: { Host: 'internal:8000', 'X-Forwarded-Host': 'evil.example', 'X-Forwarded-Proto': 'https' } },
                )
            ).why.outcome,
            'answered',
        ));

    test('with bytes that are no UTF-8: stored as marks, answered', async () => {
        const params = server.text({ From: ann });
        const bytes = Buffer.concat([Buffer.from(MARK), Buffer.from([0xff, 0xc3, 0x28])]);
        const body = `${form({ ...params, Body: undefined }).replace(/&Body=undefined/, '')}&Body=${MARK}%FF%C3%28`;
        const signed = signatureOfBytes(server.webhookUrl(), { ...params, Body: bytes });
        thanked(
            await request('POST', server.webhookUrl(), {
                body,
                headers: { 'Content-Type': 'application/x-www-form-urlencoded', 'X-Twilio-Signature': signed },
            }),
        );
        const got = await server.settled(params.MessageSid);
        assert.equal(got.body, `${MARK}\ufffd\ufffd(`);
        assert.equal(got.why.outcome, 'answered');
    });

    test('with a NUL: stored as its picture, answered', async () => {
        const got = await take({ Body: `${MARK}a\0b` });
        assert.equal(got.body, `${MARK}a\u2400b`);
        assert.equal(got.why.outcome, 'answered');
    });

    test('of 1600 characters: stored whole, answered in parts that lose no word', async () => {
        const words = [];
        while (words.join(' ').length < 1600) words.push(`${MARK}${String(words.length).padStart(4, '0')}`);
        const body = `${words.join(' ').slice(0, 1599)}.`;
        const got = await take({ Body: body, NumSegments: '11' });
        assert.equal(got.body, body);
        assert.equal(got.segments, 11);
        assert.equal(got.why.outcome, 'answered');
        const parts = [];
        for (const id of got.why.replies) parts.push((await server.status(id, 'delivered')).body);
        assert.ok(parts.length > 1, 'more than one text');
        assert.equal(parts.join(' '), body);
    });

    test('with an emoji in 1600 units: nothing is cut inside a character', async () => {
        const body = `${MARK} ${'👩‍👩‍👧‍👦 '.repeat(60)}`.trim();
        const got = await take({ Body: body });
        assert.equal(got.body, body);
        for (const id of got.why.replies) {
            const part = await server.status(id, 'delivered');
            assert.ok(!/\ufffd/.test(part.body) && !/^\u200d|\u200d$/.test(part.body), 'a whole family each');
        }
    });

    test('with ten media', async () => {
        const media = {};
        for (let i = 0; i < 10; i++) {
            media[`MediaUrl${i}`] = `https://api.twilio.com/2010-04-01/Accounts/${ACCOUNT}/Messages/MM/Media/ME${i}`;
            media[`MediaContentType${i}`] = i % 2 ? 'image/png' : 'image/jpeg';
        }
        const got = await take({ MessageSid: messageSid('MM'), Body: '', NumMedia: '10', ...media });
        assert.equal(got.media.length, 10);
        assert.deepEqual(got.media[9], { url: media.MediaUrl9, content_type: 'image/png' });
        assert.equal(got.why.outcome, 'answered');
    });

    const stop = async (name, fields, outcome, check) =>
        test(`${name}: ${outcome}, and no answer`, async () => {
            const before = (await sim.booked()).length;
            const got = await take({ Body: word('odd'), ...fields });
            assert.equal(got.why.outcome, outcome);
            assert.deepEqual(got.why.replies, []);
            assert.ok(got.why.layers.length > 0 && got.why.layers.at(-1).verdict === 'stop');
            await check?.(got);
            await sim.wait({ idle: true });
            assert.equal((await sim.booked()).length, before);
        });

    stop('a body of spaces only', { Body: ' \t \n ' }, 'agent_silent');
    stop('an empty body', { Body: '' }, 'agent_silent');
    stop('no body at all', { Body: undefined }, 'agent_silent');
    stop('From equal to To', { From: SHARED }, 'auto_reply');
    stop('an alphanumeric sender', { From: 'MYBANK' }, 'auto_reply');
    stop('a short code', { From: '72345' }, 'auto_reply');
    stop('a WhatsApp address', { From: `whatsapp:${ann}` }, 'auto_reply');
    stop('a sender nobody has', { From: person(50) }, 'unknown_sender', (got) => assert.equal(got.user, null));
    stop('a number that is not ours', { To: DEDICATED }, 'unknown_sender', (got) => assert.equal(got.number, null));
    stop('an out-of-office', { Body: 'I am currently out of the office until Monday.' }, 'auto_reply');

    test('fifty times at once: stored once, answered once', async () => {
        const params = server.text({ From: ann, Body: word('replay') });
        const before = await stored();
        const answers = await Promise.all(Array.from({ length: 50 }, () => server.post(params)));
        answers.forEach(thanked);
        const got = await server.settled(params.MessageSid);
        assert.equal(got.why.outcome, 'answered');
        assert.equal(got.why.replies.length, 1);
        await server.status(got.why.replies[0], 'delivered');
        thanked(await server.post(params)); // and once more, when it is answered
        const next = await take({ Body: word('next') }); // behind the replay in the queue
        await server.status(next.why.replies[0], 'delivered');
        assert.equal(await stored(), before + 2);
        assert.equal((await sim.booked({ to: ann })).filter((one) => one.body === params.Body).length, 1);
        assert.deepEqual((await server.settled(params.MessageSid)).why.replies, got.why.replies);
    });

    test('the same SID with another body: the first one stays', async () => {
        const first = await take({ Body: word('first') });
        const params = server.text({ From: ann, MessageSid: first.provider_sid, Body: word('second') });
        thanked(await server.post(params));
        await take({ Body: word('behind') });
        assert.equal((await server.settled(first.provider_sid)).body, first.body);
    });

    test('a status of a message nobody sent: thanked, no effect', async () => {
        thanked(await server.post({ MessageSid: messageSid(), MessageStatus: 'delivered', AccountSid: ACCOUNT }, { path: STATUS }));
    });

    test('a status with a proof that is not ours: no effect', async () => {
        const got = await take({ Body: word('proof') });
        const reply = await server.status(got.why.replies[0], 'delivered');
        thanked(
            await server.post(
                { MessageSid: messageSid(), MessageStatus: 'failed', AccountSid: ACCOUNT, ErrorCode: '30008' },
                { path: `${STATUS}?m=${reply.id}&a=1&t=${'0'.repeat(32)}` },
            ),
        );
        await take({ Body: word('behind') });
        const still = await server.want(200, 'GET', `/v1/messages/${reply.id}`);
        assert.equal(still.status, 'delivered');
        assert.equal(still.provider_sid, reply.provider_sid);
    });

    test('a status after the last one: no way back', async () => {
        const got = await take({ Body: word('late') });
        const reply = await server.status(got.why.replies[0], 'delivered');
        for (const status of ['sent', 'failed', 'queued'])
            thanked(
                await server.post(
                    { MessageSid: reply.provider_sid, MessageStatus: status, AccountSid: ACCOUNT },
                    { path: STATUS },
                ),
            );
        await take({ Body: word('behind') });
        assert.equal((await server.want(200, 'GET', `/v1/messages/${reply.id}`)).status, 'delivered');
    });

    test('OptOutType is believed, whatever the body says', async () => {
        const bob = person(1);
        await server.user({ name: 'Bob', phones: [bob] });
        const send = async (fields) => (await take({ From: bob, ...fields })).why.outcome;
        assert.equal(await send({ Body: 'ARRET', OptOutType: 'STOP' }), 'opt_out');
        assert.equal(await send({ Body: word() }), 'opted_out');
        assert.equal(await send({ Body: 'OUI', OptOutType: 'START' }), 'opt_in');
        assert.equal(await send({ Body: word() }), 'answered');
    });
});

describe('when nothing can be stored', () => {
    test('more than the spool holds: 503 with Retry-After for what is not stored, 200 for what is', async () => {
        const small = await world({ env: { ANSWERBACK_SPOOL_ENTRIES_MAX: '1' } });
        try {
            const taken = new Set();
            let shed = 0;
            await waitFor('a text that is shed', async () => {
                const texts = Array.from({ length: 50 }, () => small.server.text({ From: ann, Body: word('burst') }));
                const answers = await Promise.all(texts.map((text) => small.server.post(text)));
                answers.forEach((answer, i) => {
                    if (answer.status === 200) {
                        taken.add(texts[i].MessageSid);
                        return;
                    }
                    problem(answer, 503);
                    assert.ok(Number(answer.headers['retry-after']) > 0);
                    shed++;
                });
                return shed > 0;
            });
            assert.ok(taken.size > 0, 'some were taken');
            for (const sid of taken) await small.server.settled(sid);
            const rows = await small.server.all('/v1/messages');
            assert.deepEqual(new Set(rows.map((row) => row.provider_sid)), taken);
            await waitFor('to be ready again', async () => (await request('GET', `${small.server.base}/readyz`)).status === 200);
        } finally {
            await small.end();
        }
    });

    test('no provider account: 503, and the API works', async () => {
        const none = await world({ env: { TWILIO_ACCOUNT_SID: '', TWILIO_AUTH_TOKEN: '' } });
        try {
            problem(await none.server.post(none.server.text({ From: ann, Body: word() })), 503);
            await none.server.want(200, 'GET', '/v1/users');
        } finally {
            await none.end();
        }
    });
});

test('metrics count what came', async () => {
    const text = await waitFor('metrics', async () => (await request('GET', `${server.base}/metrics`)).text);
    assert.match(text, /^answerback_\w+/m);
    assert.doesNotMatch(text, new RegExp(MARK));
});
