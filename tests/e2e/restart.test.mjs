// restart.test.mjs - ends and beginnings: a graceful stop under load, what refuses to start and how it
// says so, and what one data directory allows.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import fs from 'node:fs';
import net from 'node:net';
import path from 'node:path';
import {
    ACCOUNT,
    ADMIN,
    FAST_BIN,
    Server,
    freePort,
    person,
    removeDir,
    request,
    run,
    tempDir,
    waitFor,
    word,
    world,
} from './harness.mjs';

describe('SIGTERM under load', () => {
    for (const signal of ['SIGTERM', 'SIGINT'])
        test(`${signal}: it ends with 0, and what it took is there and answered after the next start`, async () => {
            const w = await world({ env: { ANSWERBACK_AGENT_WINDOW_MS: '200', SMS_RATE_LIMIT_MAX: '100' } });
            try {
                const { server, sim } = w;
                const users = 20;
                for (let n = 0; n < users; n++) await server.user({ phones: [person(n)] });
                const taken = new Map();
                let pouring = true;
                const pour = async (n) => {
                    while (pouring) {
                        const params = server.text({ From: person(n), Body: word('load') });
                        const answer = await server.post(params).catch(() => null);
                        if (answer?.status === 200) taken.set(params.Body, { sid: params.MessageSid, to: person(n) });
                        else if (answer) assert.equal(answer.status, 503);
                        else return; // nobody listens any more
                    }
                };
                const load = Array.from({ length: users }, (_, n) => pour(n));
                await waitFor('a load', () => taken.size > 200);
                await server.program.stop(signal); // asserts exit code 0
                pouring = false;
                await Promise.all(load);
                await server.start();
                const words = await waitFor('every answer', async () => {
                    const sent = (await sim.booked()).flatMap((row) => row.body.split('\n').map((line) => [line, row.to]));
                    return sent.length >= taken.size ? sent : false;
                });
                await sim.wait({ idle: true });
                const seen = new Set();
                for (const [line, to] of words) {
                    assert.equal(taken.get(line)?.to ?? to, to);
                    assert.ok(!seen.has(line), 'once');
                    seen.add(line);
                }
                for (const line of taken.keys()) assert.ok(seen.has(line), 'what was taken is answered');
            } finally {
                await w.end();
            }
        });

    test('a connection that is idle does not hold the end up', async () => {
        const w = await world();
        try {
            const socket = net.connect(w.server.port, '127.0.0.1');
            await new Promise((resolve) => socket.once('connect', resolve));
            socket.on('error', () => {});
            socket.write('GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n');
            await new Promise((resolve) => socket.once('data', resolve));
            await w.server.stop();
            socket.destroy();
        } finally {
            await w.end();
        }
    });
});

describe('what refuses to start', () => {
    let dir, serial = 0;
    before(() => (dir = tempDir()));
    after(() => removeDir(dir));

    const fresh = () => path.join(dir, String(++serial));
    /** `serve` with that environment: { code, err }, with one line in err. */
    async function refused(env, { args = ['serve'], code = 2 } = {}) {
        const port = await freePort();
        const ended = await run(args, {
            env: { ANSWERBACK_LISTEN: `127.0.0.1:${port}`, ANSWERBACK_DATA_DIR: fresh(), ...env },
        });
        assert.equal(ended.code, code, ended.err);
        assert.equal(ended.out, '');
        assert.equal(ended.err.trimEnd().split('\n').length, 1, ended.err);
        assert.doesNotMatch(ended.err, /listening/);
        return ended.err;
    }

    for (const [name, env, says] of [
        ['an account without its token', { TWILIO_ACCOUNT_SID: ACCOUNT }, /TWILIO_AUTH_TOKEN/],
        ['a token without its account', { TWILIO_AUTH_TOKEN: 'x' }, /TWILIO_ACCOUNT_SID/],
        ['an account that is none', { TWILIO_ACCOUNT_SID: 'AC1', TWILIO_AUTH_TOKEN: 'x' }, /TWILIO_ACCOUNT_SID/],
        ['a number that is none', { TWILIO_PHONE_NUMBER: '555-0100' }, /TWILIO_PHONE_NUMBER/],
        ['a misspelt variable', { ANSWERBACK_LISTN: 'x' }, /ANSWERBACK_LISTN.*ANSWERBACK_LISTEN/],
        ['an address that is none', { ANSWERBACK_LISTEN: 'here' }, /ANSWERBACK_LISTEN/],
        ['a port that is none', { ANSWERBACK_LISTEN: '127.0.0.1:99999' }, /ANSWERBACK_LISTEN/],
        ['a window in words', { ANSWERBACK_AGENT_WINDOW_MS: 'soon' }, /ANSWERBACK_AGENT_WINDOW_MS/],
        ['a negative limit', { SMS_RATE_LIMIT_MAX: '-1' }, /SMS_RATE_LIMIT_MAX/],
        ['a switch that is none', { SMS_AUTO_REPLY_ENABLED: 'perhaps' }, /SMS_AUTO_REPLY_ENABLED/],
        ['a log level that is none', { ANSWERBACK_LOG: 'loud' }, /ANSWERBACK_LOG/],
        ['a public URL with a query', { ANSWERBACK_PUBLIC_URL: 'https://a.example/?b' }, /ANSWERBACK_PUBLIC_URL/],
        ['a public URL without a scheme', { ANSWERBACK_PUBLIC_URL: 'a.example' }, /ANSWERBACK_PUBLIC_URL/],
        ['a database we have no driver for', { ANSWERBACK_DATABASE: 'mysql://x' }, /ANSWERBACK_DATABASE/],
        ['a promise that this database cannot keep', { ANSWERBACK_ACK: 'database' }, /ANSWERBACK_ACK/],
        ['a data directory in a file', { ANSWERBACK_DATA_DIR: '/dev/null/x' }, /ANSWERBACK_DATA_DIR/],
    ])
        test(`${name}: one line, exit code 2`, async () => assert.match(await refused(env), says));

    test('a secret is never in the line', async () => {
        const line = await refused({ TWILIO_ACCOUNT_SID: 'nonsense', TWILIO_AUTH_TOKEN: 'e2e-very-secret' });
        assert.doesNotMatch(line, /very-secret/);
    });

    test('a configuration file: read, overruled by the environment, refused with its line', async () => {
        const file = path.join(dir, 'answerback.env');
        fs.writeFileSync(file, '# comment\nANSWERBACK_LOG=info\n\nSMS_RATE_LIMIT_MAX=many\n');
        assert.match(await refused({}, { args: ['--config', file, 'serve'] }), /SMS_RATE_LIMIT_MAX.*4/);
        fs.writeFileSync(file, 'ANSWERBACK_LISTEN\n');
        assert.match(await refused({}, { args: ['--config', file, 'serve'] }), /1/);
        assert.match(await refused({}, { args: ['--config', `${file}.none`, 'serve'] }), /answerback\.env\.none/);
        fs.writeFileSync(file, `ANSWERBACK_LISTEN="nowhere"\nANSWERBACK_DATA_DIR=${fresh()}\n`);
        const overruled = await run(['--config', file, 'migrate'], { env: { ANSWERBACK_LISTEN: '127.0.0.1:0' } });
        assert.equal(overruled.code, 0, overruled.err);
    });

    test('a port that is taken: told with the port', async () => {
        const holder = net.createServer();
        await new Promise((resolve) => holder.listen(0, '127.0.0.1', resolve));
        try {
            const ended = await run(['serve'], {
                env: { ANSWERBACK_LISTEN: `127.0.0.1:${holder.address().port}`, ANSWERBACK_DATA_DIR: fresh() },
            });
            assert.ok(ended.code === 1 || ended.code === 2, ended.err);
            assert.match(ended.err, new RegExp(String(holder.address().port)));
        } finally {
            holder.close();
        }
    });

    describe('a data directory', () => {
        /** A directory that a server has run on, with one text in it. */
        async function used() {
            const server = new Server({ port: await freePort(), dir: fresh(), apiBase: 'http://127.0.0.1:9' });
            await server.start();
            const user = await server.user({ name: 'Kept', phones: [person(0)] });
            await server.stop();
            return { server, user };
        }
        const env = (server) => ({ ANSWERBACK_DATA_DIR: server.dir });

        test('is made with nobody else allowed in', async () => {
            const { server } = await used();
            const mode = (name) => (fs.statSync(path.join(server.dir, name)).mode & 0o777).toString(8);
            assert.equal(mode('.'), '700');
            assert.equal(mode('key'), '600');
            for (const name of fs.readdirSync(server.dir)) assert.equal(fs.statSync(path.join(server.dir, name)).mode & 0o007, 0, name);
        });

        for (const bits of [0o640, 0o604, 0o644, 0o660])
            test(`with a key that others can read (${bits.toString(8)}) is refused`, async () => {
                const { server } = await used();
                fs.chmodSync(path.join(server.dir, 'key'), bits);
                assert.match(await refused(env(server)), /key/);
                fs.chmodSync(path.join(server.dir, 'key'), 0o600);
                await server.start();
                await server.stop();
            });

        test('without its key is refused, and none is made', async () => {
            const { server, user } = await used();
            const key = path.join(server.dir, 'key');
            fs.renameSync(key, `${key}.away`);
            assert.match(await refused(env(server)), /key/);
            assert.ok(!fs.existsSync(key));
            fs.renameSync(`${key}.away`, key);
            await server.start();
            assert.equal((await server.want(200, 'GET', `/v1/users/${user.id}`)).name, 'Kept');
            await server.stop();
        });

        test('with another key is refused, and nothing is written', async () => {
            const [one, two] = [await used(), await used()];
            const key = path.join(one.server.dir, 'key');
            fs.copyFileSync(key, `${key}.away`);
            fs.copyFileSync(path.join(two.server.dir, 'key'), key);
            fs.chmodSync(key, 0o600);
            const before = fs.readFileSync(path.join(one.server.dir, 'answerback.db'));
            assert.match(await refused(env(one.server)), /key/);
            assert.ok(before.equals(fs.readFileSync(path.join(one.server.dir, 'answerback.db'))));
            fs.copyFileSync(`${key}.away`, key);
            await one.server.start();
            assert.equal((await one.server.want(200, 'GET', `/v1/users/${one.user.id}`)).name, 'Kept');
            await one.server.stop();
        });

        test('with a database of a newer version is refused', async () => {
            const { server } = await used();
            const file = path.join(server.dir, 'answerback.db');
            const change = await run(
                [file, "INSERT INTO schema_migrations SELECT max(version) + 1, 'of the future', checksum, applied_ms FROM schema_migrations"],
                { file: 'sqlite3' },
            );
            assert.equal(change.code, 0, change.err);
            assert.match(await refused(env(server)), /newer/);
        });

        test('with a database that is none is refused', async () => {
            const { server } = await used();
            fs.writeFileSync(path.join(server.dir, 'answerback.db'), 'this is no database'.repeat(1000));
            for (const rest of ['answerback.db-wal', 'answerback.db-shm']) fs.rmSync(path.join(server.dir, rest), { force: true });
            const ended = await run(['serve'], { env: { ...env(server), ANSWERBACK_LISTEN: `127.0.0.1:${await freePort()}` } });
            assert.ok(ended.code === 1 || ended.code === 2);
            assert.equal(ended.err.trimEnd().split('\n').length, 1, ended.err);
        });

        test('is served by one program only; the first is not disturbed', async () => {
            const { server } = await used();
            await server.start();
            const second = new Server({ port: await freePort(), dir: server.dir, apiBase: 'http://127.0.0.1:9' });
            const ended = await run(['serve'], { env: second.env });
            assert.ok(ended.code === 1 || ended.code === 2, ended.err);
            assert.equal(ended.err.trimEnd().split('\n').length, 1, ended.err);
            const migrate = await run(['migrate'], { env: env(server) });
            assert.notEqual(migrate.code, 0);
            await server.user({ name: 'Still' });
            await server.stop();
        });

        test('that was killed is served again at once', async () => {
            const { server, user } = await used();
            await server.start();
            await server.kill();
            await server.start();
            assert.equal((await server.want(200, 'GET', `/v1/users/${user.id}`)).name, 'Kept');
            await server.stop();
        });
    });
});

test('init: a key, a database and a token shown once, which then opens the API', async () => {
    const dir = tempDir();
    try {
        const env = { ANSWERBACK_DATA_DIR: path.join(dir, 'data') };
        const made = await run(['init'], { env });
        assert.equal(made.code, 0, made.err);
        assert.match(made.out, /^ab_\S+\n$/);
        assert.ok(!made.err.includes(made.out.trim()));
        assert.equal((await run(['init'], { env })).code, 2);
        const port = await freePort();
        const server = new Server({ port, dir: env.ANSWERBACK_DATA_DIR, apiBase: 'http://127.0.0.1:9', env: { ANSWERBACK_ADMIN_TOKEN: '' } });
        await server.start();
        await server.want(200, 'GET', '/v1/users', undefined, { token: made.out.trim() });
        await server.want(401, 'GET', '/v1/users', undefined, { token: ADMIN });
        await server.stop();
    } finally {
        removeDir(dir);
    }
});

test('on a unix socket', async () => {
    const dir = tempDir();
    try {
        const server = new Server({
            port: 0,
            dir: path.join(dir, 'data'),
            apiBase: 'http://127.0.0.1:9',
            env: { ANSWERBACK_LISTEN: `unix:${dir}/web.sock`, ANSWERBACK_PUBLIC_URL: 'http://localhost' },
            bin: FAST_BIN,
        });
        await server.start();
        const answer = await run(['-s', '--unix-socket', `${dir}/web.sock`, 'http://localhost/readyz'], { file: 'curl' });
        assert.equal(answer.out.trim(), 'ready');
        await server.stop();
        assert.ok(!fs.existsSync(`${dir}/web.sock`), 'the socket is gone with the program');
    } finally {
        removeDir(dir);
    }
});

test('health is told before and after, and nobody listens in between', async () => {
    const w = await world();
    try {
        const ready = () => request('GET', `${w.server.base}/readyz`, { fresh: true }).then((answer) => answer.status, () => 0);
        assert.equal(await ready(), 200);
        await w.server.stop();
        assert.equal(await ready(), 0);
        await w.server.start();
        assert.equal(await ready(), 200);
    } finally {
        await w.end();
    }
});
