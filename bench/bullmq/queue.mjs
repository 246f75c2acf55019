// BullMQ as the system before ours used it: jobs by the thousand in Redis, a worker that does five at a time.
// node queue.mjs REDIS_URL DATABASE_URL STATEMENT, teachers' ids by lines as input: prints what it did a second, as JSON.
import { readFileSync } from "node:fs";
import { Queue, Worker } from "bullmq";
import { Redis } from "ioredis";
import pg from "pg";

const CONCURRENCY = 5;
const [redisUrl, databaseUrl, statement] = process.argv.slice(2);
const teachers = readFileSync(0, "utf8").trim().split("\n");
const connection = new Redis(redisUrl, { maxRetriesPerRequest: null });

const database = new pg.Pool({ connectionString: databaseUrl, max: CONCURRENCY });
const queue = new Queue("aggregate", { connection });

async function perSecond(work) {
  const started = performance.now();
  await work();
  return (teachers.length * 1000) / (performance.now() - started);
}

const enqueued = await perSecond(() =>
  queue.addBulk(teachers.map((teacher) => ({ name: "aggregate", data: { teacher }, opts: { removeOnComplete: true } }))),
);

const aggregate = (job) => database.query({ name: "aggregate", text: statement, values: [job.data.teacher] });
const worker = new Worker("aggregate", aggregate, { connection, concurrency: CONCURRENCY, autorun: false });
const done = await perSecond(
  () =>
    new Promise((resolve, reject) => {
      let left = teachers.length;
      worker.on("completed", () => --left || resolve());
      worker.on("failed", (_, error) => reject(error));
      worker.run().catch(reject);
    }),
);

console.log(JSON.stringify({ enqueued, done }));
await worker.close();
await queue.close();
await connection.quit();
await database.end();
