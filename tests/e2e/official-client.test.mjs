// official-client.test.mjs - Twilio's own library against our simulator: what it creates, fetches and
// lists must work there as it does at Twilio, or tests against the simulator prove nothing.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import http from 'node:http';
import { ACCOUNT, SHARED, Simulator, TOKEN, freePort, person, request, signature, twilio, waitFor, word } from './harness.mjs';

let sim, client, hook, webhooks, listener;

/** The library with its requests sent to the simulator instead of api.twilio.com. */
function clientOf(base, account, token) {
    class ToSimulator extends twilio.RequestClient {
        request(options) {
            const url = new URL(options.uri);
            assert.equal(url.host, 'api.twilio.com');
            return super.request({ ...options, uri: base + url.pathname + url.search });
        }
    }
    return twilio(account, token, { httpClient: new ToSimulator({ timeout: 20_000 }) });
}

before(async () => {
    webhooks = [];
    listener = http.createServer((incoming, answer) => {
        const parts = [];
        incoming.on('data', (part) => parts.push(part));
        incoming.on('end', () => {
            const body = Buffer.concat(parts).toString();
            webhooks.push({ url: hook + incoming.url, header: incoming.headers['x-twilio-signature'], params: Object.fromEntries(new URLSearchParams(body)) });
            answer.writeHead(200, { 'Content-Type': 'text/xml' });
            answer.end(webhooks.reply ?? '<Response/>');
        });
    });
    await new Promise((resolve) => listener.listen(0, '127.0.0.1', resolve));
    hook = `http://127.0.0.1:${listener.address().port}`;
    sim = await new Simulator({ port: await freePort(), webhook: `${hook}/in?shop=a%20b#rc=2`, numbers: [SHARED] }).start();
    client = clientOf(sim.base, ACCOUNT, TOKEN);
});
after(async () => {
    await sim?.stop();
    listener?.closeAllConnections();
    listener?.close();
});

const refusal = async (promise) => {
    try {
        await promise;
    } catch (error) {
        return error;
    }
    return assert.fail('it was not refused');
};

test('creates, fetches, follows to the end, redacts and removes', async () => {
    const body = word('create');
    const made = await client.messages.create({ to: person(1), from: SHARED, body, statusCallback: `${hook}/status` });
    assert.match(made.sid, /^SM[0-9a-f]{32}$/);
    assert.deepEqual(
        [made.status, made.direction, made.body, made.to, made.from, made.accountSid, made.numSegments, made.numMedia],
        ['queued', 'outbound-api', body, person(1), SHARED, ACCOUNT, '1', '0'],
    );
    assert.ok(made.dateCreated instanceof Date && made.dateSent === null);
    const done = await waitFor('delivery', async () => {
        const now = await client.messages(made.sid).fetch();
        return now.status === 'delivered' ? now : false;
    });
    assert.ok(done.dateSent instanceof Date);
    assert.equal(done.errorCode, null);
    assert.equal((await client.messages(made.sid).update({ body: '' })).body, '');
    assert.equal(await client.messages(made.sid).remove(), true);
    const gone = await refusal(client.messages(made.sid).fetch());
    assert.deepEqual([gone.status, gone.code], [404, 20404]);
});

test('lists newest first, through all pages, by To and From', async () => {
    const bodies = Array.from({ length: 7 }, (_, i) => word(`l${i}x`));
    for (const body of bodies) await client.messages.create({ to: person(2), from: SHARED, body });
    const rows = await client.messages.list({ to: person(2), from: SHARED, pageSize: 3 });
    assert.deepEqual(
        rows.map((row) => row.body),
        [...bodies].reverse(),
    );
    const page = await client.messages.page({ to: person(2), pageSize: 3 });
    assert.equal(page.instances.length, 3);
    const next = await page.nextPage();
    assert.deepEqual(
        next.instances.map((row) => row.body),
        bodies.slice(1, 4).reverse(),
    );
    assert.deepEqual(await client.messages.list({ to: person(3) }), []);
});

for (const [name, fields, status, code] of [
    ['a To that is none', { to: '+1', body: 'x' }, 400, 21211],
    ['no body', { to: person(1) }, 400, 21602],
    ['a body over 1600 characters', { to: person(1), body: 'x'.repeat(1601) }, 400, 21617],
    ['a From that is not ours', { to: person(1), from: person(9), body: 'x' }, 400, 21606],
])
    test(`refuses ${name} with ${code}`, async () => {
        const error = await refusal(client.messages.create({ from: SHARED, ...fields }));
        assert.deepEqual([error.status, error.code], [status, code]);
        assert.match(error.moreInfo, new RegExp(String(code)));
    });

test('refuses a wrong token with 20003', async () => {
    const stranger = clientOf(sim.base, ACCOUNT, 'wrong');
    const error = await refusal(stranger.messages.list());
    assert.deepEqual([error.status, error.code], [401, 20003]);
});

test('a fault reaches the library as Twilio’s error', async () => {
    await sim.fault('too_many_requests', { to: person(4) });
    const error = await refusal(client.messages.create({ to: person(4), from: SHARED, body: word() }));
    assert.deepEqual([error.status, error.code], [429, 20429]);
});

test('signs its webhooks so that the official validator agrees', async () => {
    webhooks.length = 0;
    const body = `${word()} & = + % é 😀\r\n`;
    await sim.text(person(5), body, { media: [{ content_type: 'text/plain', data: 'aGVsbG8=' }] });
    const got = await waitFor('the webhook', () => webhooks.find((one) => one.params.Body === body));
    assert.equal(got.url, `${hook}/in?shop=a%20b`);
    assert.ok(twilio.validateRequest(TOKEN, got.header, got.url, got.params));
    assert.equal(got.header, signature(TOKEN, got.url, got.params));
    assert.ok(!twilio.validateRequest('another', got.header, got.url, got.params));
    assert.equal(got.params.NumMedia, '1');
    const media = await request('GET', got.params.MediaUrl0, {
        headers: { Authorization: `Basic ${Buffer.from(`${ACCOUNT}:${TOKEN}`).toString('base64')}` },
    });
    assert.equal(media.text, 'hello');
    const inbound = await client.messages(got.params.MessageSid).fetch();
    assert.deepEqual([inbound.direction, inbound.status, inbound.body, inbound.numMedia], ['inbound', 'received', body, '1']);
});

test('a wrong signature on demand, which the official validator refuses', async () => {
    webhooks.length = 0;
    await sim.fault('wrong_signature');
    const sid = await sim.text(person(6), word());
    const got = await waitFor('the webhook', () => webhooks.find((one) => one.params.MessageSid === sid));
    assert.ok(!twilio.validateRequest(TOKEN, got.header, got.url, got.params));
});

test('understands the TwiML that the official library writes', async () => {
    const reply = new twilio.twiml.MessagingResponse();
    const text = `${word('twiml')} <&> "é"`;
    reply.message(text);
    webhooks.reply = reply.toString();
    await sim.text(person(7), word());
    const [row] = await sim.received(person(7));
    webhooks.reply = undefined;
    assert.deepEqual([row.body, row.direction], [text, 'outbound-reply']);
});

test('STOP blocks the pair with 21610, START opens it again', async () => {
    const to = person(8);
    const create = () => client.messages.create({ to, from: SHARED, body: word() });
    await sim.text(to, 'stop');
    await sim.wait({ idle: true });
    const error = await refusal(create());
    assert.deepEqual([error.status, error.code], [400, 21610]);
    await sim.text(to, 'START');
    await sim.wait({ idle: true });
    assert.equal((await create()).status, 'queued');
});
