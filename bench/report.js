// report.js - `node bench/report.js ingest|turns RESULTS`: from lines of results to a table of ratios.
//
// A ratio is taken within its round, between things measured within seconds of each other; what is printed is
// the median of the rounds, with the lowest and highest beside it. The same goes into RESULTS' .json.
import { readFileSync, writeFileSync } from 'node:fs';
import { cpus, totalmem } from 'node:os';

const [, , kind, path] = process.argv;
const lines = readFileSync(path, 'utf8').trim().split('\n').map((line) => JSON.parse(line));
const rounds = [...new Set(lines.map((line) => line.round))];

const median = (values) => {
  const sorted = [...values].sort((a, b) => a - b);
  const half = sorted.length >> 1;
  return sorted.length % 2 ? sorted[half] : (sorted[half - 1] + sorted[half]) / 2;
};
const mean = (values) => values.reduce((sum, value) => sum + value, 0) / values.length;

// The mean of `field` over everything of that name in the round: nginx is measured twice.
const value = (round, name, field) => {
  const found = lines.filter((line) => line.round === round && line.name === name);
  return found.length ? mean(found.map((line) => line.result[field])) : undefined;
};
const has = (name) => lines.some((line) => line.name === name);

const rows = [];
// add(WHAT, UNIT, DIGITS, GOAL, OF_A_ROUND): one row of the table. The goal is ['at least' or 'at most', number].
const add = (what, unit, digits, goal, ofRound) => {
  const values = rounds.map(ofRound).filter((each) => Number.isFinite(each));
  if (!values.length) return;
  const middle = median(values);
  const reached = goal && (goal[0] === 'at least' ? middle >= goal[1] : middle <= goal[1]);
  rows.push({ what, unit, median: +middle.toFixed(digits), low: +Math.min(...values).toFixed(digits),
    high: +Math.max(...values).toFixed(digits), goal: goal ? goal.join(' ') : '', reached: goal ? reached : null });
};

const ratio = (name, field, to, toField) => (round) => value(round, name, field) / value(round, to, toField);

const reports = {
  ingest() {
    const sizes = [['few', '10 k users'], ['many', 'many users'], ['fresh', 'many users, nothing stored']];
    for (const [name, label] of sizes.filter(([each]) => has(each))) {
      add(`acknowledged / nginx, ${label}`, '', 3, ['at least', 0.35], ratio(name, 'per_second', 'nginx', 'per_second'));
      add(`applied / nginx, ${label}`, '', 3, ['at least', 0.2], ratio(name, 'until_per_second', 'nginx', 'per_second'));
      add(`p99 of the acknowledgement, ${label}`, 'ms', 1, ['at most', 10], (r) => value(r, name, 'p99_us') / 1000);
      add(`slowest acknowledgement, ${label}`, 'ms', 1, null, (r) => value(r, name, 'max_us') / 1000);
      add(`memory under load, ${label}`, 'MB', 0, ['at most', 200], (r) => value(r, name, 'rss_kb') / 1024);
      add(`most memory ever, ${label}`, 'MB', 0, null, (r) => value(r, name, 'hwm_kb') / 1024);
      add(`processor time a text, all threads, ${label}`, 'µs', 1, null, (r) => value(r, name, 'cpu_us_per_text'));
      add(`start, ${label}`, 's', 3, ['at most', 1], (r) => value(r, `${name}-start`, 'seconds'));
      add(`lone text less one flush, median, ${label}`, 'ms', 2, ['at most', 1],
        (r) => (value(r, `${name}-lone`, 'p50_us') - value(r, 'flush', 'p50_us')) / 1000);
    }
    if (has('express')) {
      add('acknowledged / Express, 10 k users', '', 1, ['at least', 25], ratio('few', 'per_second', 'express', 'per_second'));
      add('applied / Express, 10 k users', '', 1, null, ratio('few', 'until_per_second', 'express', 'per_second'));
    }
    add('many users / 10 k users, acknowledged', '', 2, ['at least', 0.9], ratio('many', 'per_second', 'few', 'per_second'));
    add('many users / 10 k users, applied', '', 2, ['at least', 0.9], ratio('many', 'until_per_second', 'few', 'until_per_second'));
    add('one flush, median', 'ms', 2, null, (r) => value(r, 'flush', 'p50_us') / 1000);
    add('p99 of nginx', 'ms', 1, null, (r) => value(r, 'nginx', 'p99_us') / 1000);
  },
  turns() {
    add('texts all the way round / nginx', '', 3, null, ratio('turns', 'until_per_second', 'nginx', 'per_second'));
    add('texts all the way round / acknowledged alone', '', 3, null, ratio('turns', 'until_per_second', 'ingest', 'per_second'));
    add('memory under load', 'MB', 0, ['at most', 200], (r) => value(r, 'turns', 'rss_kb') / 1024);
    add('texts a second, all the way round', '/s', 0, null, (r) => value(r, 'turns', 'until_per_second'));
  },
};
reports[kind]();

const lost = lines.filter((line) => line.result.statuses &&
  (line.result.errors > 0 || Object.keys(line.result.statuses).some((status) => status !== '200')));
const machine = `${cpus().length} cores, ${Math.round(totalmem() / 2 ** 30)} GB, ${rounds.length} rounds`;
writeFileSync(path.replace(/\.jsonl$/, '.json'),
  JSON.stringify({ date: new Date().toISOString().slice(0, 10), machine, rows, lines }, null, 1) + '\n');

const cell = (text, width) => String(text).padStart(width);
console.log(`${machine}; median (lowest to highest of the rounds)`);
for (const row of rows) {
  const range = `${cell(row.median, 8)} ${row.unit.padEnd(3)} (${row.low} to ${row.high})`;
  console.log(`${row.what.padEnd(52)}${range.padEnd(36)}${row.goal.padEnd(16)}` +
    (row.reached === null ? '' : row.reached ? 'reached' : 'NOT REACHED'));
}
for (const line of lost)
  console.log(`round ${line.round}, ${line.name}: ${JSON.stringify(line.result.statuses)}, ${line.result.errors} errors`);
