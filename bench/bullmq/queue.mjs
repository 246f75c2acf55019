// BullMQ as the system before ours used it: jobs by the thousand in Redis, a worker that does five at a time.
// node queue.mjs REDIS_URL DATABASE_URL STATEMENT: for each line of input, teachers' ids with spaces between, it runs a
// job for each and prints what it did a second, as JSON. One process for all, as a worker stays, and gets faster.
import { createInterface } from "node:readline";
import { Queue, Worker } from "bullmq";
import { Redis } from "ioredis";
import pg from "pg";

const CONCURRENCY = 5;
const [redisUrl, databaseUrl, statement] = process.argv.slice(2);
const connection = new Redis(redisUrl, { maxRetriesPerRequest: null });
const database = new pg.Pool({ connectionString: databaseUrl, max: CONCURRENCY, idleTimeoutMillis: 0 });
const queue = new Queue("aggregate", { connection });

const aggregate = (job) => database.query({ name: "aggregate", text: statement, values: [job.data.teacher] });

async function perSecond(teachers, work) {
  const started = performance.now();
  await work();
  return (teachers.length * 1000) / (performance.now() - started);
}

function fill(teachers) {
  const jobs = teachers.map((teacher) => ({ name: "aggregate", data: { teacher }, opts: { removeOnComplete: true } }));
  return queue.addBulk(jobs);
}

async function empty(teachers) {
  const worker = new Worker("aggregate", aggregate, { connection, concurrency: CONCURRENCY, autorun: false });
  await new Promise((resolve, reject) => {
    let left = teachers.length;
    worker.on("completed", () => --left || resolve(worker));
    worker.on("failed", (_, error) => reject(error));
    worker.run().catch(reject);
  });
  return worker;
}

for await (const line of createInterface({ input: process.stdin })) {
  const teachers = line.split(" ");
  const enqueued = await perSecond(teachers, () => fill(teachers));
  let worker;
  const done = await perSecond(teachers, async () => {
    worker = await empty(teachers);
  });
  console.log(JSON.stringify({ enqueued, done }));
  await worker.close();
}
await queue.close();
await connection.quit();
await database.end();
