// Zones as the npm packages mrz and mrz-fast read them, and passports as mrz-fast writes them.
import { readFileSync } from 'node:fs';
import { parse } from 'mrz';
import { createMRZ, parseMRZ } from 'mrz-fast';

const digits = {
  documentNumberCheckDigit: 'number',
  birthDateCheckDigit: 'birth',
  expirationDateCheckDigit: 'expiry',
  personalNumberCheckDigit: 'optional',
  compositeCheckDigit: 'composite',
};

function read(parser, lines) {
  try {
    const zone = parser(lines);
    const checks = {};
    const bad = [];
    for (const d of zone.details) {
      if (digits[d.field]) checks[digits[d.field]] = d.valid;
      else if (!d.valid) bad.push(d.field);
    }
    return { format: zone.format, valid: zone.valid, fields: zone.fields, checks, bad };
  } catch (e) {
    return { error: e.message };
  }
}

const given = JSON.parse(readFileSync(0));
const answer = {
  mrz: given.zones.map((lines) => read(parse, lines)),
  fast: given.zones.map((lines) => (lines.length === 2 && lines[0].length === 44 ? read(parseMRZ, lines) : null)),
  written: given.passports.map((p) => createMRZ(p)),
};
console.log(JSON.stringify(answer));
