// Every operation that the TypeScript SDK of Sync Labs has, against the emulator.
//
// Arguments: the emulator's origin, and the id of a generation that is done.

const { SyncClient, SyncError } = require("@sync.so/sdk");

const [origin, done] = process.argv.slice(2);
const sync = new SyncClient({ baseUrl: origin, apiKey: "interop-key" });
const input = [
  { type: "video", url: "https://example.com/v.mp4" },
  { type: "audio", url: "https://example.com/a.wav" },
];
const request = { model: "lipsync-2", input, options: { sync_mode: "loop" } };

function ok(operation, holds, seen) {
  if (!holds) throw new Error(`${operation}: ${JSON.stringify(seen)}`);
  console.log(`  ok ${operation}`);
}

async function refused(operation, status, call) {
  try {
    ok(operation, false, await call());
  } catch (error) {
    if (!(error instanceof SyncError)) throw error;
    ok(operation, error.statusCode === status, error.message);
  }
}

const ids = (list) => list.map((it) => it.id);

async function main() {
  const made = await sync.generations.create({ ...request, outputFileName: "greeting" });
  ok("generations.create", made.id && made.status === "PENDING" && made.model === "lipsync-2", made);

  const file = (name, type) => new File(["not really a file"], name, { type });
  const files = await sync.generations.createWithFiles(file("me.mp4", "video/mp4"), file("me.wav", "audio/wav"), {
    model: "lipsync-2",
    options: request.options,
  });
  ok("generations.createWithFiles", files.id && files.status === "PENDING", files);

  let got = await sync.generations.get(done);
  ok("generations.get", got.status === "COMPLETED" && got.outputUrl.startsWith("http"), got);
  const unknown = "00000000-0000-4000-8000-00000000ffff";
  await refused("generations.get, unknown", 404, () => sync.generations.get(unknown));

  const every = ids(await sync.generations.list());
  ok("generations.list", [made.id, files.id, done].every((id) => every.includes(id)), every);
  const some = ids(await sync.generations.list({ ids: [done, made.id] }));
  ok("generations.list, ids", some.length === 2 && some.includes(done), some);
  const completed = ids(await sync.generations.list({ status: ["COMPLETED"] }));
  ok("generations.list, status", completed.includes(done) && !completed.includes(made.id), completed);

  const [cost] = await sync.generations.estimateCost(request);
  ok("generations.estimateCost", cost.estimatedGenerationCost > 0 && cost.estimatedFrameCount > 0, cost);

  const models = await sync.models.list();
  ok("models.list", models.some((it) => it.id && it.name && it.type), models);

  const records = Array.from({ length: 20 }, (_, n) => JSON.stringify({ request_id: `r-${n}`, endpoint: "/v2/generate", payload: request })).join("\n");
  const jsonl = () => new File([records], "batch.jsonl", { type: "application/jsonl" });
  const dry = await sync.batch.create(jsonl(), { dry_run: true });
  ok("batch.create, dry run", dry.status === "VALIDATED", dry);
  const batch = await sync.batch.create(jsonl(), { webhook_url: "https://example.com/hook" });
  ok("batch.create", batch.id && batch.status, batch);
  got = await sync.batch.get(batch.id);
  ok("batch.get", got.id === batch.id && got.metrics.total_generations === 20, got);
  const batches = ids(await sync.batch.list());
  ok("batch.list", batches.includes(batch.id), batches);

  const answer = await fetch(`${origin}/v2/assets`, {
    method: "POST",
    headers: { "content-type": "application/json", "x-api-key": "interop-key" },
    body: JSON.stringify({ url: "https://example.com/v.mp4", type: "VIDEO" }),
  });
  const asset = await answer.json();
  const assets = await sync.assets.list({ limit: 10 });
  ok("assets.list", ids(assets.items).includes(asset.id), assets);
  got = await sync.assets.get(asset.id);
  ok("assets.get", got.id === asset.id && got.type === "VIDEO", got);
  const nobodys = "550e8400-e29b-41d4-a716-446655440000";
  await refused("assets.get, unknown", 404, () => sync.assets.get(nobodys));

  const revoked = new SyncClient({ baseUrl: origin, apiKey: "revoked-key" });
  await refused("a revoked key", 401, () => revoked.generations.get(done));
}

main().catch((error) => {
  console.error(error);
  process.exit(1);
});
