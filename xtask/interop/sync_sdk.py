"""Every operation that the Python SDK of Sync Labs has, against the emulator.

Arguments: the emulator's origin, and the id of a generation that is done.
"""

import io
import json
import sys
import urllib.request

from sync import Sync
from sync.common import Audio, GenerationOptions, Video
from sync.core.api_error import ApiError

origin, done = sys.argv[1:3]
sync = Sync(base_url=origin, api_key="interop-key")
inputs = [Video(url="https://example.com/v.mp4"), Audio(url="https://example.com/a.wav")]
options = GenerationOptions(sync_mode="loop")


def ok(operation, holds, seen):
    if not holds:
        sys.exit(f"{operation}: {seen!r}")
    print(f"  ok {operation}")


def refused(operation, status, call):
    try:
        seen = call()
    except ApiError as error:
        ok(operation, error.status_code == status, error)
    else:
        sys.exit(f"{operation}: answered {seen!r}")


made = sync.generations.create(model="lipsync-2", input=inputs, options=options, output_file_name="greeting")
ok("generations.create", made.id and made.status == "PENDING" and made.model == "lipsync-2", made)

# Without options: with a file this SDK cannot write them.
files = sync.generations.create_with_files(
    model="lipsync-2",
    video=("me.mp4", b"not really a video", "video/mp4"),
    audio=("me.wav", b"not really a sound", "audio/wav"),
)
ok("generations.create_with_files", files.id and files.status == "PENDING", files)

got = sync.generations.get(done)
ok("generations.get", got.status == "COMPLETED" and got.output_url.startswith("http"), got)
refused("generations.get, unknown", 404, lambda: sync.generations.get("00000000-0000-4000-8000-00000000ffff"))

every = sync.generations.list()
ok("generations.list", {made.id, files.id, done} <= {it.id for it in every}, every)
some = sync.generations.list(ids=[done, made.id])
ok("generations.list, ids", {it.id for it in some} == {done, made.id}, some)
completed = sync.generations.list(status=["COMPLETED"])
ok("generations.list, status", done in {it.id for it in completed} and made.id not in {it.id for it in completed}, completed)

cost = sync.generations.estimate_cost(model="lipsync-2", input=inputs, options=options)
ok("generations.estimate_cost", cost[0].estimated_generation_cost > 0 and cost[0].estimated_frame_count > 0, cost)

models = sync.models.list()
ok("models.list", any(it.id and it.name and it.type for it in models), models)

lines = [
    json.dumps({"request_id": f"r-{n}", "endpoint": "/v2/generate", "payload": {"model": "lipsync-2", "input": [{"type": "video", "url": f"https://example.com/{n}.mp4"}, {"type": "audio", "url": "https://example.com/a.wav"}]}})
    for n in range(20)
]


def batch_file():
    return ("batch.jsonl", io.BytesIO("\n".join(lines).encode()), "application/jsonl")


dry = sync.batch.create(input=batch_file(), dry_run=True)
ok("batch.create, dry run", dry.status == "VALIDATED", dry)
batch = sync.batch.create(input=batch_file(), webhook_url="https://example.com/hook")
ok("batch.create", batch.id and batch.status, batch)
got = sync.batch.get(batch.id)
ok("batch.get", got.id == batch.id and got.metrics.total_generations == 20, got)
batches = sync.batch.list()
ok("batch.list", batch.id in {it.id for it in batches}, batches)

request = urllib.request.Request(
    f"{origin}/v2/assets",
    data=json.dumps({"url": "https://example.com/v.mp4", "type": "VIDEO"}).encode(),
    headers={"content-type": "application/json", "x-api-key": "interop-key"},
)
with urllib.request.urlopen(request) as answer:
    asset = json.load(answer)
assets = sync.assets.list(limit=10)
ok("assets.list", asset["id"] in {it.id for it in assets.items}, assets)
got = sync.assets.get(asset["id"])
ok("assets.get", got.id == asset["id"] and got.type == "VIDEO", got)
refused("assets.get, unknown", 404, lambda: sync.assets.get("550e8400-e29b-41d4-a716-446655440000"))

refused("a revoked key", 401, lambda: Sync(base_url=origin, api_key="revoked-key").generations.get(done))
