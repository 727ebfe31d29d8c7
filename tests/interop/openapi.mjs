// The description of the interface by a validator of OpenAPI, and answers of a node by the schemas in it.
import { readFileSync } from 'node:fs';
import { Validator } from '@seriousme/openapi-schema-validator';
import Ajv2020 from 'ajv/dist/2020.js';
import formats from 'ajv-formats';

const { description, answers } = JSON.parse(readFileSync(0));
const validator = new Validator();
const whole = await validator.validate(structuredClone(description));
const ajv = new Ajv2020({ strict: false, allErrors: true });
formats(ajv);
ajv.addSchema(description, 'openapi');

const pointer = (...steps) => '#/' + steps.map((s) => encodeURIComponent(s.replaceAll('~', '~0').replaceAll('/', '~1'))).join('/');

function at(ref) {
  return ref
    .slice(2)
    .split('/')
    .reduce((o, s) => o?.[decodeURIComponent(s).replaceAll('~1', '/').replaceAll('~0', '~')], description);
}

// Where the schema of an answer stands; undefined when the description has no such answer.
function schemaOf({ path, method, status, type }) {
  let place = pointer('paths', path, method, 'responses', String(status));
  if (at(place)?.$ref) place = at(place).$ref;
  const content = at(place)?.content;
  return content?.[type] ? `${place}/content/${encodeURIComponent(type.replaceAll('/', '~1'))}/schema` : undefined;
}

function judge(answer) {
  const place = schemaOf(answer);
  if (!place) return { described: false };
  if (answer.type !== 'application/json') return { described: true, holds: true };
  const check = ajv.getSchema(`openapi${place}`);
  return { described: true, holds: check(JSON.parse(answer.body)), errors: check.errors };
}

// Every example in the description by its own schema.
const examples = [];
for (const [path, operations] of Object.entries(description.paths)) {
  for (const [method, operation] of Object.entries(operations)) {
    for (const [type, content] of Object.entries(operation.requestBody?.content ?? {})) {
      for (const [name, example] of Object.entries(content.examples ?? {})) {
        const place = `${pointer('paths', path, method, 'requestBody', 'content', type)}/schema`;
        const check = ajv.getSchema(`openapi${place}`);
        examples.push({ path, method, name, value: example.value, holds: check(example.value), errors: check.errors });
      }
    }
  }
}

console.log(
  JSON.stringify({ valid: whole.valid, errors: whole.errors, version: validator.version, examples, judged: answers.map(judge) }),
);
