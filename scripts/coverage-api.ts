/**
 * Which field of the graph, mutation, export or file asks for which of Microsoft's documented operations. Each is asked for, and
 * counts when its call has come to Microsoft's side as it is documented: `test/contract/operations` has the questions.
 *   npm run coverage:api
 */
import { createSchema } from '../src/server/schema.ts';
import { readSdl } from '../src/server/sdl.ts';
import { contractOf, departuresOf } from '../test/contract/operations/contract.ts';
import { startReachLab } from '../test/contract/operations/lab.ts';
import { notYet } from '../test/contract/operations/reach.ts';
import { factOf, operationNames, table } from '../test/contract/operations/table.ts';
import { wayOf } from '../test/contract/operations/way.ts';

const test = 'test/contract/operations/reached.test.ts';
const schema = createSchema();
const { costs } = readSdl();
const lab = await startReachLab();
let reached = 0;
for (const name of operationNames) {
  const row = table[name];
  const fact = factOf(name);
  if (row === notYet) {
    process.stdout.write(`${fact.id} -> nothing yet\n`);
    continue;
  }
  const { ask, faults, calls } = await lab.reach(name, row);
  const departures = calls.flatMap((call) => departuresOf(call, contractOf(fact)));
  const wrong = [...faults, ...departures, ...(calls.some(({ status }) => status < 300) ? [] : ['it was not called'])];
  if (wrong.length === 0) reached += 1;
  const said = wrong.length === 0 ? `${test} > ${name}` : `FAILED: ${wrong.join('; ')}`;
  process.stdout.write(`${fact.id} -> ${wayOf(schema, costs, ask)} -> ${said}\n`);
}
await lab.stop();
process.stdout.write(`${reached} of ${operationNames.length}\n`);
process.exitCode = reached === operationNames.length ? 0 : 1;
