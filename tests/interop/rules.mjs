// The rules of rules.agreement in CertLogic, decided by certlogic-js: a letter a case, and nanoseconds a decision.
import { readFileSync } from 'node:fs';
import certlogic from 'certlogic-js';

const { evaluate } = certlogic;
const { cases, today } = JSON.parse(readFileSync(0));
const v = (name) => ({ var: name });
const is = (name, value) => ({ '===': [v(name), value] });
const among = (name, values) => ({ in: [v(name), values] });
const not = (x) => ({ '!': [x] });
const or = (a, b) => ({ if: [a, true, b] });
const parties = ['AF', 'AZ', 'IR', 'KG', 'KZ', 'PK', 'TJ', 'TM', 'TR', 'UZ'];
const between = (a, b) => ({ and: [is('nationality', a), is('entering', b)] });

const rules = [
  { and: [among('kind', ['passport', 'identity card']), is('result', 'genuine')] },
  { 'not-before': [{ plusTime: [v('expiry'), 0, 'day'] }, { plusTime: [v('today'), 90, 'day'] }] },
  or(is('mode', 'air'), { and: [is('mode', 'road'), not(is('entering', 'TM'))] }),
  among('entering', parties),
  among('nationality', parties),
  not({ '===': [v('nationality'), v('entering')] }),
  { '>=': [v('age'), 16] },
  among('purpose', ['tourism', 'pilgrimage', 'treatment']),
  { '<': [v('used'), { if: [is('purpose', 'treatment'), 60, 30] }] },
  not(or(between('AF', 'TM'), between('TM', 'AF'))),
];
const whole = { and: rules };
const data = cases.map((c) => ({ ...c, today }));
const answers = data.map((d) => (evaluate(whole, d) ? 'a' : 'r')).join('');

const rounds = [];
for (let r = 0; r < 5; r++) {
  const begin = process.hrtime.bigint();
  for (const d of data) evaluate(whole, d);
  rounds.push(Number(process.hrtime.bigint() - begin) / data.length);
}
console.log(JSON.stringify({ answers, nanoseconds: Math.min(...rounds) }));
