import { parentPort, workerData } from 'node:worker_threads';

/**
 * Asks `/healthz` again and again, in a thread of its own: what the test and the simulator are busy with does not count. Told to
 * stop, it says how long an answer took at most, in milliseconds, and how many there were.
 */
const betweenProbesMs = 5;
const url = String(workerData);

let slowestMs = 0;
let answers = 0;
let over = false;
parentPort?.once('message', () => {
  over = true;
});
while (!over) {
  const started = performance.now();
  const response = await fetch(`${url}/healthz`);
  await response.text();
  if (response.status !== 200) throw new Error(`/healthz says ${response.status}`);
  answers += 1;
  slowestMs = Math.max(slowestMs, performance.now() - started);
  await new Promise((resolve) => setTimeout(resolve, betweenProbesMs));
}
parentPort?.postMessage({ slowestMs, answers });
