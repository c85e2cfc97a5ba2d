// outbound.test.mjs - what we ask of Twilio, judged by Prism, which knows Twilio's own description of
// its API (tests/data/twilio/openapi-v2010-messages.json) and refuses what does not fit it. Between us
// and Prism stands a small proxy that keeps what was said and can ask Prism for an error. What must not
// be sent twice is then tried on the simulator, which keeps books.
import assert from 'node:assert/strict';
import { after, before, beforeEach, describe, test } from 'node:test';
import http from 'node:http';
import path from 'node:path';
import {
    ACCOUNT,
    DATA,
    Program,
    ROOT,
    SHARED,
    Server,
    TOKEN,
    freePort,
    person,
    removeDir,
    request,
    signature,
    tempDir,
    twilio,
    waitFor,
    word,
    world,
} from './harness.mjs';

const CREATE = `/2010-04-01/Accounts/${ACCOUNT}/Messages.json`;

/** A proxy to Prism: `seen` holds every exchange, `prefer` is put on the next requests. */
async function proxyTo(target) {
    const proxy = { seen: [], prefer: null };
    const server = http.createServer((incoming, answer) => {
        const parts = [];
        incoming.on('data', (part) => parts.push(part));
        incoming.on('end', async () => {
            const body = Buffer.concat(parts);
            const headers = { ...incoming.headers };
            for (const name of ['host', 'connection', 'content-length']) delete headers[name];
            const prefer = proxy.prefer?.(incoming) ?? null;
            if (prefer) headers.prefer = prefer;
            const got = await request(incoming.method, target + incoming.url, {
                headers,
                body: incoming.method === 'GET' ? undefined : body,
            });
            proxy.seen.push({
                method: incoming.method,
                url: incoming.url,
                headers: incoming.headers,
                form: new URLSearchParams(body.toString()),
                status: got.status,
                prefer,
                text: got.text,
                violations: got.headers['sl-violations'],
            });
            answer.writeHead(got.status, { 'Content-Type': got.headers['content-type'] ?? 'text/plain' });
            answer.end(got.text);
        });
    });
    await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
    proxy.base = `http://127.0.0.1:${server.address().port}`;
    proxy.end = () => {
        server.closeAllConnections();
        return new Promise((resolve) => server.close(resolve));
    };
    return proxy;
}

describe('by Twilio’s own description', () => {
    let dir, prism, proxy, server, people;
    let nobody = 0;
    before(async () => {
        dir = tempDir();
        const port = await freePort();
        prism = new Program(
            'prism',
            process.execPath,
            [
                path.join(ROOT, 'tests/e2e/node_modules/@stoplight/prism-cli/dist/index.js'),
                'mock',
                '-h',
                '127.0.0.1',
                '-p',
                String(port),
                path.join(DATA, 'openapi-v2010-messages.json'),
            ],
            { stdout: 'ignore' }, // it tells every request and its body
        );
        await waitFor('Prism', () => {
            assert.ok(!prism.ended, `Prism ended:\n${prism.log()}`);
            return request('GET', `http://127.0.0.1:${port}/`, { fresh: true }).then(
                () => true,
                () => false,
            );
        });
        proxy = await proxyTo(`http://127.0.0.1:${port}`);
        server = await new Server({
            port: await freePort(),
            dir: path.join(dir, 'data'),
            apiBase: proxy.base,
            env: { ANSWERBACK_UNKNOWN_WAIT_MS: '50', ANSWERBACK_ABSENCE_WINDOW_MS: '300', SMS_RATE_LIMIT_MAX: '100' },
        }).start();
    });
    after(async () => {
        try {
            if (server) await server.stop();
        } finally {
            await proxy?.end();
            await prism?.kill(); // it has no end of its own that gives 0
            removeDir(dir);
        }
    });
    beforeEach(async () => {
        proxy.seen.length = 0;
        proxy.prefer = null;
        const phone = person(nobody++);
        people = { phone, user: await server.user({ phones: [phone] }) };
    });

    const send = (fields = {}) =>
        server.want(202, 'POST', '/v1/messages', {
            user: people.user.id,
            to: people.phone,
            body: word(),
            ...fields,
        });
    const creates = () => proxy.seen.filter((one) => one.method === 'POST');
    const settled = (id) =>
        waitFor('an answer from the provider', async () => {
            const message = await server.want(200, 'GET', `/v1/messages/${id}`);
            return message.provider_sid || message.status !== 'queued' ? message : false;
        });

    for (const [name, fields] of [
        ['a short text', () => ({})],
        ['a text of 1600 characters', () => ({ body: `${word()} `.padEnd(1600, 'x') })],
        ['a text in another script, with emoji', () => ({ body: `${word()} שלום 👩‍👩‍👧 & = + % ; ?` })],
        ['line breaks and quotes', () => ({ body: `${word()}\n"two"\tthree` })],
        ['one picture', () => ({ media_urls: ['https://example.com/a.png?x=1&y=2'] })],
        ['ten pictures and no text', () => ({ body: '', media_urls: Array.from({ length: 10 }, (_, i) => `https://example.com/${i}.png`) })],
    ])
        test(`${name}: 201`, async () => {
            const given = fields();
            const sent = await send(given);
            const message = await settled(sent.id);
            assert.equal(creates().length, 1);
            const [create] = creates();
            assert.equal(create.status, 201, create.text);
            assert.equal(create.violations, undefined);
            assert.equal(create.url, CREATE);
            assert.equal(
                create.headers.authorization,
                `Basic ${Buffer.from(`${ACCOUNT}:${TOKEN}`).toString('base64')}`,
            );
            assert.match(create.headers['content-type'], /^application\/x-www-form-urlencoded/);
            assert.equal(create.form.get('To'), people.phone);
            assert.equal(create.form.get('From'), SHARED);
            assert.equal(create.form.get('Body') ?? '', given.body ?? message.body);
            assert.deepEqual(create.form.getAll('MediaUrl'), given.media_urls ?? []);
            const validity = Number(create.form.get('ValidityPeriod'));
            assert.ok(validity >= 60 && validity <= 36000, 'a reply does not arrive hours late');
            const callback = new URL(create.form.get('StatusCallback'));
            assert.equal(callback.origin + callback.pathname, server.webhookUrl('/sms-router/webhook/status'));
            assert.ok(callback.searchParams.get('m') === sent.id && callback.searchParams.get('t'));
            assert.deepEqual([message.status, message.provider_sid], ['queued', JSON.parse(create.text).sid]);
        });

    test('an agent’s answer: 201', async () => {
        const params = server.text({ From: people.phone, Body: word() });
        assert.equal((await server.post(params)).status, 200);
        const got = await server.settled(params.MessageSid);
        await settled(got.why.replies[0]);
        assert.deepEqual(
            creates().map((one) => [one.status, one.form.get('Body')]),
            [[201, params.Body]],
        );
    });

    test('429: nothing was done, so it is offered again until it is taken', async () => {
        let left = 2;
        proxy.prefer = (incoming) => (incoming.method === 'POST' && left-- > 0 ? 'code=429' : null);
        const message = await settled((await send()).id);
        assert.deepEqual(
            creates().map((one) => one.status),
            [429, 429, 201],
        );
        assert.ok(message.provider_sid);
        assert.equal(new Set(creates().map((one) => one.form.get('Body'))).size, 1);
    });

    for (const [example, code] of [
        ['optedOut', 21610],
        ['invalidTo', 21211],
        ['bodyTooLong', 21617],
    ])
        test(`400 ${example}: failed with ${code}, and not offered again`, async () => {
            proxy.prefer = () => `code=400, example=${example}`;
            const message = await settled((await send()).id);
            assert.deepEqual([message.status, message.error_code], ['failed', code]);
            assert.ok(message.error);
            proxy.prefer = null;
            const other = await server.user({ phones: [person(nobody++)] });
            const next = await server.want(202, 'POST', '/v1/messages', { user: other.id, to: person(nobody - 1), body: word() });
            await settled(next.id); // behind it in the queue
            assert.equal(creates().filter((one) => one.form.get('To') === people.phone).length, 1);
            const { data } = await server.want(200, 'GET', `/v1/users/${people.user.id}/opt-outs`);
            assert.equal(data.length, example === 'optedOut' ? 1 : 0);
        });

    test('500: nobody knows, so it lists before anything else, and what it asks is right', async () => {
        let failed = false;
        proxy.prefer = (incoming) => {
            if (incoming.method !== 'POST' || failed) return null;
            failed = true;
            return 'code=500';
        };
        const message = await settled((await send()).id);
        assert.ok(message.provider_sid, 'offered again when it was not in the list');
        const kinds = proxy.seen.map((one) => `${one.method} ${one.status}`);
        assert.equal(kinds[0], 'POST 500');
        assert.ok(kinds.slice(1, -1).length >= 2, 'two listings prove its absence');
        for (const kind of kinds.slice(1, -1)) assert.equal(kind, 'GET 200');
        assert.equal(kinds.at(-1), 'POST 201');
        const list = new URL(proxy.seen[1].url, proxy.base);
        assert.equal(list.pathname, CREATE);
        assert.deepEqual([list.searchParams.get('To'), list.searchParams.get('From')], [people.phone, SHARED]);
        const tokens = creates().map((one) => new URL(one.form.get('StatusCallback')).searchParams.get('t'));
        assert.notEqual(tokens[0], tokens[1], 'each attempt has a proof of its own');
    });

    for (const [name, prefer, status] of [
        ['401', 'code=401', 401],
        ['400 geo', 'code=400, example=geo', 400],
        ['400 pairMismatch', 'code=400, example=pairMismatch', 400],
    ])
        test(`${name}: a person has to mend the account, and then it leaves`, async () => {
            let left = 1;
            proxy.prefer = (incoming) => (incoming.method === 'POST' && left-- > 0 ? prefer : null);
            const message = await settled((await send()).id);
            assert.ok(message.provider_sid);
            assert.deepEqual(
                creates().map((one) => one.status),
                [status, 201],
            );
        });

    test('nothing that was ever asked broke the description', () => {
        assert.ok(proxy.seen.every((one) => one.prefer || one.status < 300));
    });
});

describe('once and only once, by the books', () => {
    let w, server, sim;
    let people = 0;
    before(async () => {
        w = await world({
            env: { ANSWERBACK_UNKNOWN_WAIT_MS: '100', ANSWERBACK_ABSENCE_WINDOW_MS: '400', SMS_RATE_LIMIT_MAX: '100' },
        });
        ({ server, sim } = w);
    });
    after(() => w?.end());

    for (const [name, faults, final] of [
        ['429 with Retry-After', [['too_many_requests', { retry_after_s: 1 }]], 'delivered'],
        ['500, and it was accepted', [['error_after', {}]], 'delivered'],
        ['500, and it was not', [['error_before', {}]], 'delivered'],
        ['502 in HTML, and it was accepted', [['bad_gateway_after', {}]], 'delivered'],
        ['502 in HTML, and it was not', [['bad_gateway_before', {}]], 'delivered'],
        ['201 that nobody can read', [['unreadable', {}]], 'delivered'],
        ['no answer, and it was accepted', [['timeout_after', { delay_ms: 1 }]], 'delivered'],
        ['no answer, and it was not', [['timeout_before', { delay_ms: 1 }]], 'delivered'],
        ['callbacks before the answer', [['delay', { delay_ms: 400 }]], 'delivered'],
        ['500 after accepting, and no callback either', [['error_after', {}], ['drop_callback', { next: 2 }]], null],
        ['callbacks out of order', [['reorder_callbacks', {}]], 'delivered'],
        ['callbacks twice', [['duplicate_callback', { next: 2 }]], 'delivered'],
        ['a list that fails at first', [['error_after', {}], ['drop_callback', { next: 2 }], ['list_error', {}]], null],
        ['it fails at the carrier', [['failed', { error_code: 30008 }]], 'failed'],
        ['it is undelivered', [['undelivered', { error_code: 30005 }]], 'undelivered'],
        ['no receipt ever', [['no_receipt', {}]], 'sent'],
    ])
        test(name, async () => {
            const phone = person(people++);
            await server.user({ phones: [phone] });
            for (const [fault, fields] of faults)
                await sim.fault(fault, { ...fields, ...(fault === 'list_error' ? {} : { to: phone }) });
            const body = word();
            const got = await server.settled(await sim.text(phone, body));
            assert.equal(got.why.outcome, 'answered');
            const [id] = got.why.replies;
            const message = await waitFor('the SID of the answer', async () => {
                const now = await server.want(200, 'GET', `/v1/messages/${id}`);
                return now.provider_sid && (final === null || now.status === final) ? now : false;
            });
            await sim.wait({ idle: true });
            const booked = await sim.booked({ to: phone });
            assert.deepEqual(
                booked.map((one) => [one.sid, one.body]),
                [[message.provider_sid, body]],
            );
            assert.ok(booked[0].callbacks.every((callback) => ['ok', 'dropped'].includes(callback.outcome)));
            const after = await server.want(200, 'GET', `/v1/messages/${id}`);
            if (final) assert.equal(after.status, final);
            assert.equal(new Set(after.status_events.map((event) => event.status)).size, after.status_events.length);
            await sim.control('DELETE', '/faults');
        });

    test('parts of one long answer leave in order, whatever happens to the first', async () => {
        const phone = person(people++);
        await server.user({ phones: [phone] });
        await sim.fault('too_many_requests', { to: phone, retry_after_s: 1 });
        const words = Array.from({ length: 150 }, (_, i) => `${word('p')}${i}`);
        const body = words.join(' ').slice(0, 1500);
        const got = await server.settled(await sim.text(phone, body));
        assert.ok(got.why.replies.length > 1);
        const rows = await sim.received(phone, got.why.replies.length);
        assert.equal(rows.map((row) => row.body).join(' '), body.trim());
    });

    test('the provider is away, and comes back', async () => {
        const phone = person(people++);
        await server.user({ phones: [phone] });
        const body = word();
        const params = server.text({ From: phone, Body: body });
        await sim.stop();
        assert.equal((await server.post(params)).status, 200);
        const got = await server.settled(params.MessageSid);
        assert.equal(got.why.outcome, 'answered');
        await sim.start();
        await server.status(got.why.replies[0], 'delivered');
        const booked = await sim.booked({ to: phone });
        assert.deepEqual(
            booked.map((one) => one.body),
            [body],
        );
    });
});

describe('the status callback', () => {
    let w, callbacks, server, listener;
    before(async () => {
        w = await world({ start: false });
        callbacks = [];
        // Stands where Twilio's callbacks arrive, to judge their signatures as the official client does.
        listener = http.createServer((incoming, answer) => {
            const parts = [];
            incoming.on('data', (part) => parts.push(part));
            incoming.on('end', async () => {
                const body = Buffer.concat(parts).toString();
                callbacks.push({ url: incoming.url, params: Object.fromEntries(new URLSearchParams(body)), header: incoming.headers['x-twilio-signature'] });
                const passed = await request('POST', server.base + incoming.url, {
                    body,
                    headers: { 'Content-Type': incoming.headers['content-type'], 'X-Twilio-Signature': incoming.headers['x-twilio-signature'] },
                });
                callbacks.at(-1).status = passed.status;
                answer.writeHead(passed.status, { 'Content-Type': passed.headers['content-type'] });
                answer.end(passed.text);
            });
        });
        await new Promise((resolve) => listener.listen(0, '127.0.0.1', resolve));
        w.server.env.ANSWERBACK_PUBLIC_URL = `http://127.0.0.1:${listener.address().port}`;
        server = await w.server.start();
    });
    after(async () => {
        await w?.end();
        listener?.closeAllConnections();
        listener?.close();
    });

    test('goes to the public URL, is signed over it, and is taken through a proxy', async () => {
        const phone = person(0);
        const user = await server.user({ phones: [phone] });
        const { id } = await server.want(202, 'POST', '/v1/messages', { user: user.id, to: phone, body: word() });
        await server.status(id, 'delivered');
        assert.ok(callbacks.length >= 2);
        for (const callback of callbacks) {
            const url = `${server.env.ANSWERBACK_PUBLIC_URL}${callback.url}`;
            assert.ok(twilio.validateRequest(TOKEN, callback.header, url, callback.params), 'the official validator agrees');
            assert.equal(callback.header, signature(TOKEN, url, callback.params));
            assert.equal(callback.status, 200);
            assert.ok(!twilio.validateRequest(TOKEN, callback.header, `${url}x`, callback.params));
        }
    });
});
