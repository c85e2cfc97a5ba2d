// cli.test.mjs - the commands as a person uses them: by exit code, by table, by --json, with a server
// that runs beside them and without one.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { spawn } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import {
    BIN,
    DATA,
    DEDICATED,
    FAST_BIN,
    MARK,
    Program,
    ROOT,
    SHARED,
    TOKEN,
    form,
    freePort,
    person,
    removeDir,
    request,
    run,
    signature,
    tempDir,
    waitFor,
    word,
    world,
} from './harness.mjs';

const vectors = (name) => JSON.parse(fs.readFileSync(path.join(DATA, name), 'utf8'));
const FAILED = 1;
const USAGE = 2;
const UNAVAILABLE = 3;
const NOT_FOUND = 4;

/** Every JSON line of it; fails when one is none. */
const lines = (text) =>
    text
        .split('\n')
        .filter(Boolean)
        .map((line) => JSON.parse(line));

describe('without a server', () => {
    test('segments: every vector of Twilio’s own calculator', async () => {
        const all = vectors('segment-vectors.json');
        assert.ok(all.length > 30);
        for (const { id, text, smart, encoding, segments, units } of all) {
            const got = await run(['segments', '--json', ...(smart ? ['--smart'] : [])], { input: text, file: FAST_BIN });
            assert.equal(got.code, 0, `${id}: ${got.err}`);
            assert.deepEqual(JSON.parse(got.out), { encoding, segments, units }, id);
        }
    });

    test('segments, for people', async () => {
        const got = await run(['segments'], { input: 'Café — open' });
        assert.equal(got.code, 0);
        assert.match(got.out, /^1 segment, UCS-2 \(11 code units\)\nnot in GSM-7: — \(U\+2014\)\n/);
    });

    test('doctor signature: every vector that the official validators agree on', async () => {
        const all = vectors('signature-vectors.json').filter((one) => one.valid === one.python_valid);
        assert.ok(all.length > 60);
        const wrong = [];
        for (const one of all) {
            const args = ['doctor', 'signature', '--json', '--method', one.method, '--url', one.url, '--signature', one.signature];
            if (one.content_type) args.push('--content-type', one.content_type);
            const got = await run([...args, '--token', one.auth_token], { input: one.body ?? '', file: FAST_BIN });
            const answer = JSON.parse(got.out);
            if (answer.valid !== one.valid || got.code !== (one.valid ? 0 : FAILED)) wrong.push(one.id);
            if (!answer.valid) assert.ok(answer.reason, one.id);
        }
        assert.deepEqual(wrong, []);
    });

    test('doctor signature says which slip it was', async () => {
        const url = 'https://sms.example.com/sms-router/webhook/sms';
        const params = { Body: 'hi', From: person(0) };
        const ask = (signed) =>
            run(['doctor', 'signature', '--json', '--url', url, '--signature', signed], {
                input: form(params),
                env: { TWILIO_AUTH_TOKEN: TOKEN }, // as the help says: not on the command line
            });
        assert.equal((await ask(signature(TOKEN, url, params))).code, 0);
        const slip = JSON.parse((await ask(signature(TOKEN, url.replace('https', 'http'), params))).out);
        assert.equal(slip.valid, false);
        assert.match(`${slip.url} ${slip.reason}`, /http:/);
    });

    test('help: for everything, with exit code 0', async () => {
        const overview = await run(['help']);
        assert.equal(overview.code, 0);
        const names = [...overview.out.matchAll(/^ {2}([a-z-]+) {2,}/gm)].map((match) => match[1]);
        assert.ok(names.length >= 20, names.join());
        for (const name of names)
            for (const args of [
                ['help', name],
                [name, '--help'],
            ]) {
                const got = await run(args, { file: FAST_BIN });
                assert.equal(got.code, 0, args.join(' '));
                assert.match(got.out, new RegExp(`usage: answerback ${name}`));
                assert.equal(got.err, '');
            }
    });

    for (const [name, args, says] of [
        ['no command', [], /usage: answerback/],
        ['a command that is not there', ['sned'], /sned.*|send/],
        ['an option that is not there', ['segments', '--jsn'], /--jsn.*--json/],
        ['an argument too many', ['version', 'x'], /version/],
        ['a value that is missing', ['doctor', 'signature', '--url'], /--url/],
        ['signature without what it needs', ['doctor', 'signature'], /--url/],
        ['a user command without its verb', ['user'], /user add|add, list/],
    ])
        test(`${name}: exit code 2 and what to do`, async () => {
            const got = await run(args, { input: '' });
            assert.equal(got.code, USAGE, got.err);
            assert.match(got.err, says);
        });

    test('no server: exit code 3, and how to get one', async () => {
        const dir = tempDir();
        try {
            const got = await run(['user', 'list'], { env: { ANSWERBACK_DATA_DIR: dir } });
            assert.equal(got.code, UNAVAILABLE);
            assert.match(got.err, /answerback serve/);
            assert.equal(got.out, '');
        } finally {
            removeDir(dir);
        }
    });

    test('version: ours and the libraries’', async () => {
        const got = await run(['version']);
        assert.match(got.out, /^answerback \d+\.\d+\.\d+/);
        assert.equal((await run(['--version'])).out, got.out);
    });
});

describe('demo', () => {
    test('the script of the tour: every expectation met, exit code 0, nothing left behind', async () => {
        const dir = tempDir();
        try {
            const got = await run(['demo', '--script', path.join(ROOT, 'examples/demo.script')], { env: { TMPDIR: dir }, cwd: dir });
            assert.equal(got.code, 0, got.out + got.err);
            assert.match(got.out, /outcome/);
            assert.deepEqual(fs.readdirSync(dir), []);
        } finally {
            removeDir(dir);
        }
    });

    test('an expectation that is not met: exit code 1, and which', async () => {
        const got = await run(['demo', '--script', '-'], { input: 'ann: hi\nexpect: the moon\n' });
        assert.equal(got.code, FAILED);
        assert.match(got.out + got.err, /the moon/);
    });

    test('a script that is none: exit code 2, and the line', async () => {
        const got = await run(['demo', '--script', '-'], { input: 'ann: hi\nwhatever\n' });
        assert.equal(got.code, USAGE, got.err);
        assert.match(got.err, /2/);
    });
});

describe('with a server', () => {
    let w, server, sim;
    before(async () => {
        w = await world({ env: { SMS_RATE_LIMIT_MAX: '100' } });
        ({ server, sim } = w);
    });
    after(() => w?.end());

    const cli = (args, { env = {}, ...rest } = {}) =>
        run(args, { env: { ANSWERBACK_DATA_DIR: server.dir, ...env }, ...rest });
    const json = async (args, options) => {
        const got = await cli([...args, '--json'], options);
        assert.equal(got.code, 0, `${args.join(' ')}: ${got.err}`);
        return JSON.parse(got.out);
    };
    const table = async (args, options) => {
        const got = await cli(args, options);
        assert.equal(got.code, 0, `${args.join(' ')}: ${got.err}`);
        return got.out;
    };
    const fails = async (code, args, options) => {
        const got = await cli(args, options);
        assert.equal(got.code, code, `${args.join(' ')}: ${got.out}${got.err}`);
        assert.equal(got.out, '');
        assert.ok(got.err.length > 0);
        return got.err;
    };

    test('set up, text, and ask why: no token needed on this machine', async () => {
        const ann = await json(['user', 'add', '--name', 'Ann', '--phone', person(0), '--agent', 'echo']);
        assert.match(ann.id, /^usr_/);
        assert.match(await table(['user', 'list']), new RegExp(`${ann.id} .*Ann`));
        for (const name of ['Ann', ann.id, person(0)]) assert.equal((await json(['user', 'show', name])).id, ann.id);

        const body = word('cli');
        const got = await server.settled(await sim.text(person(0), body));
        await server.status(got.why.replies[0], 'delivered');
        for (const id of [got.id, got.provider_sid]) {
            const why = await table(['why', id]);
            assert.match(why, /answered/);
            assert.match(why, /consent/);
            assert.equal((await json(['message', 'show', id])).id, got.id);
        }
        assert.match(await table(['message', 'list', '--user', 'Ann']), new RegExp(body));
        const list = await json(['message', 'list', '--user', 'Ann', '--limit', '1']);
        assert.equal(list.data.length, 1);
        assert.ok(list.next);

        const said = await table(['explain', '--from', person(0), '--to', SHARED, 'hello']);
        assert.match(said, /ask the agent/);
        assert.equal((await json(['explain', '--from', person(0), '--to', SHARED, 'STOP'])).outcome, 'opt_out');

        const usage = await json(['usage', '--user', 'Ann']);
        assert.ok(usage.total.messages_in >= 1);
        assert.match(await table(['usage']), /total/);
    });

    test('send: by argument and by stdin, and not to whom must not be texted', async () => {
        const bob = person(1);
        await json(['user', 'add', '--name', 'Bob', '--phone', bob, '--agent', 'echo']);
        const [one, two] = [word('one'), word('two')];
        assert.match(await table(['send', '--user', 'Bob', '--to', bob, one]), /^msg_\w+ queued: 1 segment, GSM-7/);
        await table(['send', '--user', 'Bob', '--to', bob], { input: two });
        const rows = await sim.received(bob, 2);
        assert.deepEqual(
            rows.map((row) => row.body),
            [one, two],
        );
        await table(['opt-out', 'add', 'Bob', bob, '--evidence', 'by phone']);
        assert.match(await fails(USAGE, ['send', '--user', 'Bob', '--to', bob, word()]), /opted_out|opted out/);
        assert.match(await table(['opt-out', 'list', 'Bob']), /by phone/);
        await table(['opt-out', 'remove', 'Bob', bob, '--evidence', 'letter']);
        await table(['send', '--user', 'Bob', '--to', bob, word()]);
    });

    test('a receptionist, a person who takes over, a newcomer who is let in', async () => {
        const file = path.join(w.dir, 'rosa.json');
        fs.writeFileSync(file, JSON.stringify({ kind: 'rule', fallback: `Sorry ${MARK}` }));
        await json(['user', 'add', '--name', 'Rosa', '--agent-file', file, '--timezone', 'Europe/Berlin']);
        await json(['number', 'add', DEDICATED, '--user', 'Rosa', '--name', 'Bakery', '--first-contact', 'hold']);
        assert.match(await table(['number', 'list']), /Bakery/);
        const caller = person(2);
        const text = async () => server.settled(await sim.text(caller, word(), { to: DEDICATED }));
        const held = await text();
        assert.equal(held.why.outcome, 'held');
        assert.match(await table(['why', held.id]), /held/);
        await table(['allowlist', 'add', 'Rosa', caller]);
        assert.match(await table(['allowlist', 'list', 'Rosa']), /manual/);
        assert.equal((await text()).why.outcome, 'answered');
        const { data } = await json(['conversation', 'list', '--user', 'Rosa']);
        await table(['conversation', 'take', data[0].id]);
        assert.equal((await text()).why.outcome, 'human');
        assert.equal((await json(['conversation', 'give-back', data[0].id])).handled_by, 'agent');
        assert.match(await table(['conversation', 'show', data[0].id]), /agent/);
        assert.equal((await text()).why.outcome, 'answered');
        assert.equal((await json(['user', 'agent', 'show', 'Rosa'])).kind, 'rule');
        fs.writeFileSync(file, JSON.stringify({ kind: 'rule', fallbck: 'x' }));
        assert.match(await fails(USAGE, ['user', 'agent', 'set', 'Rosa', '--file', file]), /fallbck/);
        await table(['user', 'set', 'Rosa', '--suspended', 'yes']);
        assert.equal((await text()).why.outcome, 'suspended');
    });

    test('what is not there: exit code 4', async () => {
        await fails(NOT_FOUND, ['user', 'show', 'Nobody']);
        await fails(NOT_FOUND, ['why', `SM${'0'.repeat(32)}`]);
        await fails(NOT_FOUND, ['message', 'show', 'msg_nonsense']);
        await fails(NOT_FOUND, ['number', 'show', '+12025550199']);
        await fails(NOT_FOUND, ['conversation', 'show', `cnv_${'0'.repeat(32)}`]);
        await fails(NOT_FOUND, ['send', '--user', 'Nobody', '--to', person(0), word()]);
    });

    test('what is wrong: exit code 2, and the field', async () => {
        assert.match(await fails(USAGE, ['user', 'add', '--phone', 'hello']), /phone/);
        assert.match(await fails(USAGE, ['user', 'add', '--timezone', 'Moon/Base']), /timezone/);
        assert.match(await fails(USAGE, ['number', 'add', SHARED]), /already/);
        assert.match(await fails(USAGE, ['user', 'list', '--limit', 'x']), /limit/);
    });

    test('from elsewhere: by URL and token, and a user’s token sees that user only', async () => {
        const cyd = await json(['user', 'add', '--name', 'Cyd', '--phone', person(3)]);
        const made = await cli(['token', 'create', '--name', 'phone', '--user', 'Cyd']);
        assert.equal(made.code, 0);
        assert.match(made.out, /^ab_\S+\n$/);
        const env = { ANSWERBACK_DATA_DIR: path.join(w.dir, 'none'), ANSWERBACK_URL: server.base, ANSWERBACK_TOKEN: made.out.trim() };
        assert.deepEqual((await json(['user', 'list'], { env })).data.map((user) => user.id), [cyd.id]);
        await fails(NOT_FOUND, ['user', 'show', 'Ann'], { env });
        const denied = await cli(['user', 'add', '--name', 'x'], { env });
        assert.ok(denied.code !== 0 && denied.err.length > 0);
        const bad = await cli(['user', 'list'], { env: { ...env, ANSWERBACK_TOKEN: `ab_${'x'.repeat(43)}` } });
        assert.ok(bad.code !== 0 && /token/.test(bad.err), bad.err);
        const { data } = await json(['token', 'list']);
        const token = data.find((one) => one.user === cyd.id);
        await table(['token', 'remove', token.id]);
        const gone = await cli(['user', 'list'], { env });
        assert.notEqual(gone.code, 0);
    });

    test('tail shows what comes, each once', async () => {
        const child = spawn(BIN, ['tail', '--json'], {
            env: { PATH: process.env.PATH, ANSWERBACK_DATA_DIR: server.dir },
            stdio: ['ignore', 'pipe', 'pipe'],
        });
        let out = '';
        child.stdout.on('data', (part) => (out += part));
        const ended = new Promise((resolve) => child.once('exit', (code, signal) => resolve({ code, signal })));
        const bodies = [];
        try {
            await waitFor('the first text in the tail', async () => {
                bodies.push(word('tail')); // it shows what comes after it began, and says not when that was
                const got = await server.settled(await sim.text(person(0), bodies.at(-1)));
                await server.status(got.why.replies[0], 'delivered');
                return out.includes(MARK);
            });
            bodies.push(word('last'));
            await sim.text(person(0), bodies.at(-1));
            await waitFor('the last text in the tail', () => out.includes(bodies.at(-1)));
        } finally {
            child.kill('SIGINT');
            await ended;
        }
        const rows = lines(out.slice(0, out.lastIndexOf('\n') + 1));
        assert.equal(new Set(rows.map((row) => row.id)).size, rows.length);
        assert.ok(rows.some((row) => row.body === bodies.at(-1)));
    });

    test('control characters in a text do not reach the terminal', async () => {
        const evil = `${word('evil')}\x1b[31mred\x1b]0;title\x07\x9b2J\r\b`;
        const got = await server.settled(await sim.text(person(0), evil));
        for (const args of [
            ['message', 'list', '--limit', '5'],
            ['message', 'show', got.id],
            ['why', got.id],
            ['conversation', 'show', got.conversation],
        ]) {
            const out = await table(args);
            // eslint-disable-next-line no-control-regex
            assert.doesNotMatch(out, /[\x00-\x08\x0b-\x1f\x7f\u0080-\u009f]/, args.join(' '));
        }
        assert.equal((await json(['message', 'show', got.id])).body, evil);
    });

    test('doctor: all is well, then not', async () => {
        const env = { ...server.env };
        const well = await cli(['doctor', '--json'], { env });
        assert.equal(well.code, 0, well.out + well.err);
        const report = JSON.parse(well.out);
        assert.equal(report.ok, true);
        assert.ok(report.checks.length >= 7);
        assert.ok(!well.out.includes(TOKEN));
        const wrong = await cli(['doctor', '--json'], { env: { ...env, TWILIO_AUTH_TOKEN: 'another' } });
        assert.equal(wrong.code, FAILED, wrong.out);
        const check = JSON.parse(wrong.out).checks.find((one) => one.check === 'provider');
        assert.equal(check.verdict, 'fail');
    });

    test('a user is erased only when it is meant', async () => {
        const gone = await json(['user', 'add', '--name', 'Gone']);
        await fails(USAGE, ['user', 'remove', gone.id]);
        await table(['user', 'remove', gone.id, '--yes']);
        await fails(NOT_FOUND, ['user', 'show', gone.id]);
    });
});

test('the simulator’s own words configure the server', async () => {
    const dir = tempDir();
    const file = path.join(dir, 'twilio.env');
    const [simPort, port] = [await freePort(), await freePort()];
    const out = fs.openSync(file, 'w');
    const sim = new Program(
        'simulator',
        BIN,
        [
            'simulator',
            '--listen',
            `127.0.0.1:${simPort}`,
            '--number',
            SHARED,
            '--webhook',
            `http://127.0.0.1:${port}/sms-router/webhook/sms`,
        ],
        { stdout: out },
    );
    fs.closeSync(out);
    let server;
    try {
        const control = (method, rest, body) => request(method, `http://127.0.0.1:${simPort}/simulator${rest}`, { body });
        await waitFor('the simulator', () => control('GET', '/stats').then(() => true, () => false));
        const env = { ANSWERBACK_LISTEN: `127.0.0.1:${port}`, ANSWERBACK_DATA_DIR: path.join(dir, 'data') };
        server = new Program('serve', BIN, ['--config', file, 'serve'], { env });
        await server.waitForLine(/"listening"/);
        const add = async (args) => assert.equal((await run(args, { env })).code, 0);
        const numbers = JSON.parse((await run(['number', 'list', '--json'], { env })).out).data;
        if (!numbers.some((number) => number.phone === SHARED)) await add(['number', 'add', SHARED]);
        await add(['user', 'add', '--phone', person(0), '--agent', 'echo']);
        const body = word('configured');
        await control('POST', '/texts', { from: person(0), to: SHARED, body });
        await waitFor('the answer', async () => {
            const { json } = await control('GET', '/messages');
            return json.messages.some((row) => row.body === body);
        });
    } finally {
        if (server) await server.stop();
        await sim.stop();
        removeDir(dir);
    }
});
