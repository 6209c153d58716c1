// The videos of OpenAI's TypeScript SDK, against the emulator.
//
// Arguments: the emulator's origin, the id of a generation that is done, and the base URL of the dialect there.

const OpenAI = require("openai");

const [, done, baseURL] = process.argv.slice(2);
const client = new OpenAI({ baseURL, apiKey: "interop-key", maxRetries: 0 });

function ok(operation, holds, seen) {
  if (!holds) throw new Error(`${operation}: ${JSON.stringify(seen)}`);
  console.log(`  ok ${operation}`);
}

async function refused(operation, status, call) {
  try {
    ok(operation, false, await call());
  } catch (error) {
    if (!(error instanceof OpenAI.APIError)) throw error;
    ok(operation, error.status === status, error.message);
  }
}

(async () => {
  const made = await client.videos.create({ model: "sora-2", prompt: "A kite", seconds: "8" });
  ok("videos.create", made.id && made.status === "queued" && made.seconds === "8", made);

  // This SDK has no poll of its own.
  let seen = made;
  for (let polls = 0; polls < 100 && !["completed", "failed"].includes(seen.status); polls += 1) {
    await new Promise((resolve) => setTimeout(resolve, 200));
    seen = await client.videos.retrieve(made.id);
  }
  ok("videos.retrieve, to the end", seen.status === "completed" && seen.progress === 100, seen);

  const image = new File([new Uint8Array([0x89, 0x50])], "kite.png", { type: "image/png" });
  const withImage = await client.videos.create({ model: "sora-2", prompt: "A kite", input_reference: image });
  ok("videos.create with a file", withImage.status === "queued", withImage);

  const content = await client.videos.downloadContent(done);
  const bytes = Buffer.from(await content.arrayBuffer());
  ok("videos.downloadContent", bytes.subarray(4, 8).toString() === "ftyp", bytes.subarray(0, 16));

  const ids = [];
  for await (const video of client.videos.list({ limit: 1 })) ids.push(video.id);
  ok("videos.list, all pages", ids.length === 3 && ids.includes(done) && ids.includes(made.id), ids);

  const deleted = await client.videos.delete(done);
  ok("videos.delete", deleted.deleted && deleted.id === done, deleted);
  await refused("videos.retrieve of what was deleted", 404, () => client.videos.retrieve(done));
  const revoked = new OpenAI({ baseURL, apiKey: "revoked-key", maxRetries: 0 });
  await refused("a key that is revoked", 401, () => revoked.videos.retrieve(made.id));
})().catch((error) => {
  console.error(error.message);
  process.exit(1);
});
