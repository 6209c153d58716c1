"""The videos of OpenAI's Python SDK, against the emulator.

Arguments: the emulator's origin, the id of a generation that is done, and the base URL of the dialect there.
"""

import sys
import warnings

import openai
from openai import OpenAI

# That OpenAI's own API is gone is why the dialect matters.
warnings.filterwarnings("ignore", category=DeprecationWarning)

_, done, base_url = sys.argv[1:]
client = OpenAI(base_url=base_url, api_key="interop-key", max_retries=0)


def ok(operation, holds, seen):
    if not holds:
        sys.exit(f"{operation}: {seen!r}")
    print(f"  ok {operation}")


def refused(operation, kind, call):
    try:
        seen = call()
    except kind as error:
        ok(operation, True, error)
    else:
        sys.exit(f"{operation}: answered {seen!r}")


made = client.videos.create(model="sora-2", prompt="A kite", seconds="8", size="1280x720")
ok("videos.create", made.id and made.status == "queued" and made.seconds == "8", made)

ended = client.videos.poll(made.id, poll_interval_ms=200)
ok("videos.poll", ended.status == "completed" and ended.progress == 100 and ended.completed_at, ended)

both = client.videos.create_and_poll(model="sora-2", prompt="Another kite", poll_interval_ms=200)
ok("videos.create_and_poll", both.status == "completed", both)

with_image = client.videos.create(
    model="sora-2", prompt="A kite", input_reference=("kite.png", b"\x89PNG", "image/png")
)
ok("videos.create with a file", with_image.status == "queued", with_image)

seen = client.videos.retrieve(done)
ok("videos.retrieve", seen.id == done and seen.object == "video", seen)

content = client.videos.download_content(done).read()
ok("videos.download_content", content[4:8] == b"ftyp", content[:16])

page = client.videos.list(limit=1)
first = page.data[0].id
ok("videos.list", len(page.data) == 1 and page.has_more, page)
ids = [video.id for video in client.videos.list(limit=2)]
ok("videos.list, all pages", ids[0] == first and set(ids) >= {made.id, both.id, done}, ids)

deleted = client.videos.delete(done)
ok("videos.delete", deleted.deleted and deleted.id == done, deleted)
refused("videos.retrieve of what was deleted", openai.NotFoundError, lambda: client.videos.retrieve(done))
refused(
    "videos.create without a prompt",
    openai.BadRequestError,
    lambda: client.videos.create(model="sora-2", prompt=""),
)
refused(
    "a key that is revoked",
    openai.AuthenticationError,
    lambda: OpenAI(base_url=base_url, api_key="revoked-key", max_retries=0).videos.retrieve(made.id),
)
