// logs.test.mjs - runs last and looks through every log of the whole test run: no phone of a test, no
// word that was texted, no token, no sanitizer's report. Its own TAP (e2e.log) tells what tests said
// and is no log of the program.
import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { ADMIN, LOG_DIR, MARK, TOKEN } from './harness.mjs';

const all = path.dirname(LOG_DIR);
const files = fs
    .readdirSync(all, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name !== 'e2e.log')
    .map((entry) => path.join(entry.path ?? entry.parentPath, entry.name));

/** [file:line, text] of every line that matches. */
function find(pattern, among = files) {
    const hits = [];
    for (const file of among)
        fs.readFileSync(file, 'latin1')
            .split('\n')
            .forEach((line, i) => {
                if (pattern.test(line)) hits.push(`${path.relative(all, file)}:${i + 1}: ${line.slice(0, 300)}`);
            });
    return hits.slice(0, 20);
}

const nowhere = (name, pattern, among) =>
    test(`no log holds ${name}`, () => assert.deepEqual(find(pattern, among), []));

test('there are logs, and they say something', () => {
    assert.ok(files.length > 0);
    assert.ok(find(/"event":"listening"/).length > 0);
});
nowhere('a phone number of a test', /\+?1\d{3}55501\d\d|447700900\d{3}/);
nowhere('a word that was texted', new RegExp(MARK, 'i'));
nowhere('a token', new RegExp(`${TOKEN}|${ADMIN}|ab_[0-9A-Za-z_-]{20}`));
nowhere('a URL with its query', /[?&](m|t|Body|From|To)=/);
nowhere('the report of a sanitizer', /(ERROR|WARNING): (Address|Leak|Thread|Memory)Sanitizer|runtime error:/);
