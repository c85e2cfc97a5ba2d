// harness.mjs - starts the real program and its peers, and asks them things.
//
// Every test file makes its own world: a data directory, ports, a server, a simulated Twilio. A
// program is ended by its own process id, must end with 0, and leaves its log in LOG_DIR for the
// test that runs last (logs.test.mjs), which looks for what must never be in a log. For that, every
// text a test sends carries MARK, and every phone is from a range that is kept for fiction.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { createHmac, randomBytes } from 'node:crypto';
import fs from 'node:fs';
import http from 'node:http';
import { createRequire } from 'node:module';
import net from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const require = createRequire(import.meta.url);
export const twilio = require('twilio');
const { getExpectedTwilioSignature } = require('twilio/lib/webhooks/webhooks');

export const ROOT = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '../..');
export const LOG_DIR = path.join(ROOT, 'build/test-logs/e2e');
export const DATA = path.join(ROOT, 'tests/data/twilio');
const builds = ['debug', 'release'].map((build) => path.join(ROOT, 'build', build, 'answerback'));
export const BIN = process.env.ANSWERBACK_BIN ?? builds.find((file) => fs.existsSync(file)) ?? builds[0];
/** A faster build of the same program, for tests of volume rather than of memory. */
export const FAST_BIN =
    process.env.ANSWERBACK_FAST_BIN ??
    process.env.ANSWERBACK_BIN ??
    [...builds].reverse().find((file) => fs.existsSync(file)) ??
    BIN;

/** In every text that a test sends; in no log. */
export const MARK = 'qzx';
export const ACCOUNT = 'AC0123456789abcdef0123456789abcdef';
export const TOKEN = 'e2e-primary-auth-token';
export const ADMIN = 'e2e-admin-token';
export const SHARED = '+12025550100'; // our shared number, where nothing else is said
export const DEDICATED = '+12025550190';

/** Patience of everything that waits; generous, because it only ever ends a test that has failed. */
export const PATIENCE_MS = 45_000;

/** A phone of somebody: 100 for fiction in Washington, then 1,000 in Britain. */
export const person = (n) =>
    n < 80 ? `+120255501${String(n + 1).padStart(2, '0')}` : `+447700900${String(n - 80).padStart(3, '0')}`;

/** A word that was never said before. */
export const word = (stem = 'word') => `${MARK}${stem}${randomBytes(5).toString('hex')}`;

export const messageSid = (prefix = 'SM') => prefix + randomBytes(16).toString('hex');

// ---- time ----

const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

/** Ask `check` until it gives something true; that is returned. */
export async function waitFor(what, check, patience = PATIENCE_MS) {
    const end = Date.now() + patience;
    for (;;) {
        const found = await check();
        if (found) return found;
        if (Date.now() > end) throw new Error(`waited in vain for ${what}`);
        await pause(15);
    }
}

// ---- chance that can be repeated ----

/** Numbers in [0, 1) from a seed (mulberry32, public domain). */
export function seeded(seed) {
    let state = seed >>> 0;
    return () => {
        state = (state + 0x6d2b79f5) >>> 0;
        let mixed = Math.imul(state ^ (state >>> 15), state | 1);
        mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
        return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
    };
}

// ---- HTTP ----

const agent = new http.Agent({ keepAlive: true, maxSockets: 200 });

/** One request. `body`: text, bytes, or an object that becomes JSON. */
export function request(method, url, { headers = {}, body, fresh = false, timeout = PATIENCE_MS } = {}) {
    const bytes =
        body === undefined ? undefined : Buffer.isBuffer(body) || typeof body === 'string' ? body : JSON.stringify(body);
    const isJson = bytes !== undefined && bytes !== body;
    return new Promise((resolve, reject) => {
        const sent = http.request(
            url,
            {
                method,
                agent: fresh ? false : agent,
                timeout,
                headers: {
                    ...(isJson ? { 'Content-Type': 'application/json' } : {}),
                    ...(bytes === undefined ? {} : { 'Content-Length': Buffer.byteLength(bytes) }),
                    ...headers,
                },
            },
            (answer) => {
                const parts = [];
                answer.on('data', (part) => parts.push(part));
                answer.on('error', reject);
                answer.on('end', () => {
                    const text = Buffer.concat(parts).toString();
                    let json;
                    if (/json/.test(answer.headers['content-type'] ?? '')) json = JSON.parse(text);
                    resolve({ status: answer.statusCode, headers: answer.headers, text, json });
                });
            },
        );
        sent.on('timeout', () => sent.destroy(new Error(`no answer: ${method} ${new URL(url).pathname}`)));
        sent.on('error', reject);
        sent.end(bytes);
    });
}

/** Raw bytes over a fresh connection; everything that comes back until the peer closes. */
export function raw(port, bytes) {
    return new Promise((resolve, reject) => {
        const parts = [];
        const socket = net.connect(port, '127.0.0.1', () => socket.write(bytes));
        socket.setTimeout(PATIENCE_MS, () => socket.destroy(new Error('no answer to raw bytes')));
        socket.on('data', (part) => parts.push(part));
        socket.on('error', reject);
        socket.on('close', () => resolve(Buffer.concat(parts).toString('latin1')));
    });
}

/** A port that is free now. Below the range for outgoing connections, so that it stays so. */
export async function freePort() {
    for (;;) {
        const port = 20_000 + Math.floor(Math.random() * 12_000);
        const free = await new Promise((resolve) => {
            const probe = net.createServer();
            probe.once('error', () => resolve(false));
            probe.listen(port, '127.0.0.1', () => probe.close(() => resolve(true)));
        });
        if (free) return port;
    }
}

/** application/x-www-form-urlencoded; repeated names as lists. */
export const form = (params) =>
    Object.entries(params)
        .flatMap(([name, value]) => [value].flat().map((one) => [name, one]))
        .map(([name, value]) => `${encodeURIComponent(name)}=${encodeURIComponent(value)}`)
        .join('&');

// ---- processes ----

let programs = 0;

/** A program with its log; ends with `stop` (gracefully, must give 0) or `kill` (the hard way). */
export class Program {
    constructor(name, file, args, { env = {}, cwd, stdout = 'log' } = {}) {
        fs.mkdirSync(LOG_DIR, { recursive: true });
        this.name = name;
        const suite = path.basename(process.argv[1] ?? 'e2e', '.test.mjs');
        this.logFile = path.join(LOG_DIR, `${suite}-${process.pid}-${++programs}-${name}.log`);
        const log = fs.openSync(this.logFile, 'w');
        this.child = spawn(file, args, {
            cwd,
            env: { PATH: process.env.PATH, HOME: os.tmpdir(), ...env },
            stdio: ['ignore', stdout === 'log' ? log : stdout, log],
        });
        fs.closeSync(log);
        this.exit = new Promise((resolve) => {
            this.child.once('error', (error) => resolve({ code: null, signal: null, error }));
            this.child.once('exit', (code, signal) => resolve({ code, signal }));
        });
        this.ended = false;
        this.exit.then(() => (this.ended = true));
    }

    get pid() {
        return this.child.pid;
    }

    log() {
        return fs.readFileSync(this.logFile, 'utf8');
    }

    async waitForLine(pattern) {
        await waitFor(`${pattern} in the log of ${this.name}`, () => {
            if (pattern.test(this.log())) return true;
            if (this.ended) throw new Error(`${this.name} ended too early:\n${this.log()}`);
            return false;
        });
    }

    async kill() {
        this.child.kill('SIGKILL');
        return this.exit;
    }

    async stop(signal = 'SIGTERM') {
        this.child.kill(signal);
        const exit = await this.exit;
        assert.deepEqual(exit, { code: 0, signal: null }, `how ${this.name} ended:\n${this.log().slice(-2000)}`);
    }
}

/** Run to the end: { code, out, err }. */
export function run(args, { env = {}, input, file = BIN, cwd } = {}) {
    return new Promise((resolve, reject) => {
        const child = spawn(file, args, {
            cwd,
            env: { PATH: process.env.PATH, HOME: os.tmpdir(), ...env },
            stdio: ['pipe', 'pipe', 'pipe'],
        });
        const out = [];
        const err = [];
        const timer = setTimeout(() => child.kill('SIGKILL'), 120_000);
        child.stdout.on('data', (part) => out.push(part));
        child.stderr.on('data', (part) => err.push(part));
        child.on('error', reject);
        child.stdin.on('error', () => {}); // it may end before it has read everything
        child.on('close', (code, signal) => {
            clearTimeout(timer);
            resolve({ code, signal, out: Buffer.concat(out).toString(), err: Buffer.concat(err).toString() });
        });
        child.stdin.end(input);
    });
}

export const tempDir = () => fs.mkdtempSync(path.join(os.tmpdir(), 'answerback-e2e-'));
export const removeDir = (dir) => fs.rmSync(dir, { recursive: true, force: true });

// ---- the program under test ----

export class Server {
    /** `env` on top of a complete configuration; `dir` is the data directory. */
    constructor({ port, dir, apiBase, env = {}, bin = BIN }) {
        this.port = port;
        this.dir = dir;
        this.bin = bin;
        this.base = `http://127.0.0.1:${port}`;
        this.env = {
            ANSWERBACK_LISTEN: `127.0.0.1:${port}`,
            ANSWERBACK_DATA_DIR: dir,
            ANSWERBACK_ADMIN_TOKEN: ADMIN,
            ANSWERBACK_LOG: 'debug',
            ANSWERBACK_AGENT_WINDOW_MS: '60',
            TWILIO_ACCOUNT_SID: ACCOUNT,
            TWILIO_AUTH_TOKEN: TOKEN,
            TWILIO_PHONE_NUMBER: SHARED,
            TWILIO_API_BASE: apiBase,
            ...env,
        };
    }

    /** Start it, and do not wait for anything. */
    launch() {
        this.program = new Program('serve', this.bin, ['serve'], { env: this.env });
    }

    async start() {
        this.launch();
        await this.program.waitForLine(/listening/);
        return this;
    }

    async stop() {
        await this.program.stop();
    }

    async kill() {
        await this.program.kill();
    }

    // -- API --

    api(method, path, body, { token = ADMIN, headers = {} } = {}) {
        return request(method, this.base + path, {
            headers: { ...(token ? { Authorization: `Bearer ${token}` } : {}), ...headers },
            body,
        });
    }

    /** The API with an answer that must have `status`; gives the JSON. */
    async want(status, method, path, body, options) {
        const answer = await this.api(method, path, body, options);
        assert.equal(answer.status, status, `${method} ${path.split('?')[0]}: ${answer.text}`);
        return answer.json;
    }

    async all(path, options) {
        const rows = [];
        let cursor = '';
        do {
            const page = await this.want(
                200,
                'GET',
                `${path}${path.includes('?') ? '&' : '?'}limit=200${cursor}`,
                undefined,
                options,
            );
            rows.push(...page.data);
            cursor = page.next ? `&cursor=${encodeURIComponent(page.next)}` : '';
        } while (cursor);
        return rows;
    }

    user(fields) {
        return this.want(201, 'POST', '/v1/users', { agent: { kind: 'echo' }, ...fields });
    }

    number(fields) {
        return this.want(201, 'POST', '/v1/numbers', fields);
    }

    async token(user) {
        return (await this.want(201, 'POST', '/v1/tokens', { name: 'test', user: user.id })).token;
    }

    async sharedNumber() {
        const numbers = await this.want(200, 'GET', '/v1/numbers');
        return numbers.data.find((one) => one.phone === SHARED);
    }

    /** The message of that SID once its outcome (or status) is no longer open. */
    settled(sid) {
        return waitFor(`an outcome of ${sid}`, async () => {
            const answer = await this.api('GET', `/v1/messages/${sid}`);
            if (answer.status === 404) return false;
            assert.equal(answer.status, 200, answer.text);
            return answer.json.why?.outcome === 'pending' ? false : answer.json;
        });
    }

    /** The message once it has that status. */
    status(id, status) {
        return waitFor(`status ${status} of ${id}`, async () => {
            const message = await this.want(200, 'GET', `/v1/messages/${id}`);
            return message.status === status ? message : false;
        });
    }

    // -- webhooks, signed by the official client --

    webhookUrl(path = '/sms-router/webhook/sms') {
        return this.base + path;
    }

    /** The form of a text as Twilio would post it, with what a test wants otherwise; undefined: left out. */
    text(fields) {
        const sid = fields.MessageSid ?? messageSid();
        const params = {
            ToCountry: 'US',
            SmsMessageSid: sid,
            NumMedia: '0',
            FromCountry: 'US',
            SmsSid: sid,
            SmsStatus: 'received',
            To: SHARED,
            NumSegments: '1',
            MessageSid: sid,
            AccountSid: ACCOUNT,
            ApiVersion: '2010-04-01',
            Body: MARK,
            ...fields,
        };
        for (const name of Object.keys(params)) if (params[name] === undefined) delete params[name];
        return params;
    }

    /** Post a form; `signature: null` for none. */
    post(params, { path, token = TOKEN, signature, headers = {}, signedUrl } = {}) {
        const url = this.webhookUrl(path);
        const signed =
            signature === undefined ? getExpectedTwilioSignature(token, signedUrl ?? url, params) : signature;
        return request('POST', url, {
            body: form(params),
            headers: {
                'Content-Type': 'application/x-www-form-urlencoded; charset=utf-8',
                ...(signed === null ? {} : { 'X-Twilio-Signature': signed }),
                ...headers,
            },
        });
    }
}

/** The official client's signature. */
export const signature = getExpectedTwilioSignature;

/** The same over bytes that are no text, which the official client cannot sign. */
export function signatureOfBytes(url, params, token = TOKEN) {
    const mac = createHmac('sha1', token).update(url);
    for (const name of Object.keys(params).sort()) mac.update(name).update(params[name]);
    return mac.digest('base64');
}

// ---- the simulated Twilio, a process of its own ----

export class Simulator {
    constructor({ port, webhook, numbers = [SHARED], bin = BIN }) {
        this.port = port;
        this.base = `http://127.0.0.1:${port}`;
        this.args = ['simulator', '--listen', `127.0.0.1:${port}`, '--account', ACCOUNT, '--token', TOKEN];
        for (const number of numbers) this.args.push('--number', number);
        this.args.push('--webhook', webhook);
        this.bin = bin;
    }

    async start() {
        // What it prints is configuration for the program under test, and no log.
        this.program = new Program('simulator', this.bin, this.args, { stdout: 'ignore' });
        await waitFor('the simulator', async () => {
            if (this.program.ended) throw new Error(`the simulator ended:\n${this.program.log()}`);
            return request('GET', `${this.base}/simulator/stats`, { fresh: true }).then(
                (answer) => answer.status === 200,
                () => false,
            );
        });
        return this;
    }

    async stop() {
        await this.program.stop();
    }

    async control(method, path, body) {
        const answer = await request(method, `${this.base}/simulator${path}`, { body });
        assert.ok(answer.status < 300, `${method} /simulator${path.split('?')[0]}: ${answer.status} ${answer.text}`);
        return answer.json;
    }

    /** A person texts us; gives the SID at once. */
    async text(from, body, { to = SHARED, ...rest } = {}) {
        return (await this.control('POST', '/texts', { from, to, body, ...rest })).sid;
    }

    fault(name, fields = {}) {
        return this.control('POST', '/faults', { fault: name, ...fields });
    }

    async wait(condition) {
        const answer = await this.control('POST', '/wait', { timeout_ms: PATIENCE_MS - 5000, ...condition });
        assert.ok(answer.met, `the simulator waited in vain for ${JSON.stringify(condition)}: ${JSON.stringify(answer)}`);
        return answer;
    }

    /** Everything booked, oldest first. */
    async booked({ to, from, direction = 'outbound', kind = 'messages' } = {}) {
        const rows = [];
        let after = 0;
        for (;;) {
            const query = new URLSearchParams({ after, limit: 10000, direction });
            if (to) query.set('to', to);
            if (from) query.set('from', from);
            const page = await this.control('GET', `/${kind}?${query}`);
            rows.push(...page[kind]);
            if (!page.more) return rows;
            after = page.last;
        }
    }

    /** What that person received, once there are `count` texts or more. */
    received(to, count = 1) {
        return waitFor(`${count} texts to a person`, async () => {
            const rows = await this.booked({ to });
            return rows.length >= count ? rows : false;
        });
    }
}

/** A server and its Twilio, with all that belongs to them. `end` in an after hook. */
export async function world({ env = {}, numbers = [SHARED, DEDICATED], bin = BIN, start = true } = {}) {
    const dir = tempDir();
    const [port, simPort] = [await freePort(), await freePort()];
    const webhook = `http://127.0.0.1:${port}/sms-router/webhook/sms`;
    const sim = new Simulator({ port: simPort, numbers, webhook, bin });
    const server = new Server({ port, dir: path.join(dir, 'data'), apiBase: sim.base, env, bin });
    const end = async () => {
        try {
            for (const { program } of [server, sim]) if (program && !program.ended) await program.stop();
        } finally {
            for (const { program } of [server, sim]) if (program && !program.ended) await program.kill();
            removeDir(dir);
        }
    };
    try {
        await sim.start();
        if (start) await server.start();
    } catch (error) {
        await end();
        throw error;
    }
    return { dir, sim, server, end };
}
