#!/usr/bin/env python3
"""Writes vectors.json: webhooks of Sync Labs, signed by Python's hmac instead of by the code that is tested.

    python3 make_vectors.py > vectors.json

Gives the same output every time. The secrets are made up.
"""

import base64
import hashlib
import hmac
import json

SECRET = "whsec_EXAMPLE-not-a-secret"
OLD_SECRET = "whsec_EXAMPLE-the-one-before"
BASE64_SECRET = "whsec_RVhBTVBMRS1ub3QtYS1zZWNyZXQ="
TIME = 1769075311

COMPLETED = json.dumps(
    {
        "id": "00000000-0000-4000-8000-000000000001",
        "createdAt": "2026-01-22T09:46:10.602Z",
        "status": "COMPLETED",
        "model": "lipsync-2",
        "input": [
            {"type": "video", "url": "https://example.com/v.mp4"},
            {"type": "audio", "url": "https://example.com/a.wav"},
        ],
        "options": {"sync_mode": "loop"},
        "outputDuration": 9.98,
        "outputUrl": "https://api.sync.so/v2/generations/00000000-0000-4000-8000-000000000001/result?token=example-token",
        "webhookUrl": "https://example.com/webhooks/sync",
        "error": None,
        "error_code": None,
    },
    separators=(",", ":"),
)
FAILED = (
    '{"id":"00000000-0000-4000-8000-000000000003","status":"FAILED","model":"lipsync-2",'
    '"error":"The input video could not be fetched","error_code":"generation_input_video_inaccessible"}'
)
FAILED_SILENTLY = '{"id":"00000000-0000-4000-8000-000000000003","status":"FAILED","error":"","error_code":null}'
UNICODE = '{"id":"g-unicode","status":"FAILED","error":"Größe: 動画が長すぎます 🎬","error_code":""}'
SPACED = '\r\n{ "id" :\t"g-spaced",\n  "status" : "COMPLETED" }  \n'
NUMBERS = '{"id":"g1","status":"COMPLETED","outputDuration":10.0,"outputUrl":"https:\\/\\/cdn.example\\/v.mp4"}'
UNKNOWN = '{"id":"g1","status":"TRANSMOGRIFIED"}'
BATCH = '{"id":"b1","status":"COMPLETED","createdAt":"2026-01-22T09:46:10.602Z","totalGenerations":3}'


def sign(body, key=SECRET, time=TIME, between=".", digest=hashlib.sha256):
    key = key if isinstance(key, bytes) else key.encode()
    body = body if isinstance(body, bytes) else body.encode()
    return hmac.new(key, f"{time}{between}".encode() + body, digest).hexdigest()


def vector(name, body, expect="verified", header=None, secrets=(SECRET,), time=TIME, **more):
    """`header` is `t` and `v1` by `secrets[0]` unless given."""
    bytes_ = body if isinstance(body, bytes) else body.encode()
    header = header or f"t={time},v1={sign(bytes_, secrets[0], time)}"
    return {
        "name": name,
        "secrets": list(secrets),
        "header": header,
        "body_hex": bytes_.hex(),
        "signed_at": time,
        "expect": expect,
        **more,
    }


def vectors():
    ok, old = sign(COMPLETED), sign(COMPLETED, OLD_SECRET)
    reads = {"id": "00000000-0000-4000-8000-000000000001", "status": "COMPLETED"}
    yield vector("completed", COMPLETED, **reads)
    yield vector("failed", FAILED, id="00000000-0000-4000-8000-000000000003", status="FAILED")
    yield vector("failed silently", FAILED_SILENTLY, id="00000000-0000-4000-8000-000000000003", status="FAILED")
    yield vector("unicode", UNICODE, id="g-unicode", status="FAILED")
    yield vector("spaced", SPACED, id="g-spaced", status="COMPLETED")
    yield vector("numbers and escapes", NUMBERS, id="g1", status="COMPLETED")
    yield vector("unknown word", UNKNOWN, id="g1", status="TRANSMOGRIFIED")
    yield vector("byte order mark", b"\xef\xbb\xbf" + UNKNOWN.encode(), id="g1", status="TRANSMOGRIFIED")
    yield vector("long secret", COMPLETED, secrets=["whsec_EXAMPLE-" + "long" * 40], **reads)
    yield vector("short secret", COMPLETED, secrets=["x"], **reads)
    yield vector("time zero", COMPLETED, time=0, **reads)

    # Rotation, on either side.
    yield vector("new secret, both known", COMPLETED, secrets=[OLD_SECRET, SECRET], header=f"t={TIME},v1={ok}", **reads)
    yield vector("old secret, both known", COMPLETED, secrets=[SECRET, OLD_SECRET], header=f"t={TIME},v1={old}", **reads)
    yield vector("both signatures, new known", COMPLETED, header=f"t={TIME},v1={old},v1={ok}", **reads)
    yield vector("both signatures, old known", COMPLETED, secrets=[OLD_SECRET], header=f"t={TIME},v1={old},v1={ok}", **reads)
    yield vector("signatures before the time", COMPLETED, header=f"v1={ok},t={TIME}", **reads)
    yield vector("other forms beside", COMPLETED, header=f"t={TIME},v0={'0' * 40},v1={ok},v2=abc=", **reads)
    yield vector("spaces", COMPLETED, header=f"t={TIME}, v1={ok}", **reads)

    # Signed, and yet nothing about a generation.
    yield vector("empty body", "", expect="invalid")
    yield vector("not UTF-8", b'{"id":"g1\xff","status":"COMPLETED"}', expect="invalid")
    yield vector("not an object", "[]", expect="invalid")
    yield vector("broken off", COMPLETED[:-1], expect="invalid")
    yield vector("without id", '{"status":"COMPLETED"}', expect="invalid")
    yield vector("empty id", '{"id":"","status":"COMPLETED"}', expect="invalid")
    yield vector("id with dots", '{"id":"../batch/b1","status":"COMPLETED"}', expect="invalid")
    yield vector("without status", '{"id":"g1"}', expect="invalid")
    yield vector("batch", BATCH, expect="invalid")

    # Signed in another way.
    wrong = "forged"
    svix = base64.b64decode(BASE64_SECRET.removeprefix("whsec_"))
    yield vector("other secret", COMPLETED, wrong, header=f"t={TIME},v1={old}")
    yield vector("other secrets", COMPLETED, wrong, secrets=[OLD_SECRET, BASE64_SECRET], header=f"t={TIME},v1={ok}")
    yield vector("key without its prefix", COMPLETED, wrong, header=f"t={TIME},v1={sign(COMPLETED, SECRET[6:])}")
    yield vector(
        "key decoded from base64", COMPLETED, wrong, secrets=[BASE64_SECRET], header=f"t={TIME},v1={sign(COMPLETED, svix)}"
    )
    yield vector("JSON written anew", SPACED, wrong, header=f"t={TIME},v1={sign(json.dumps(json.loads(SPACED)))}")
    yield vector("body trimmed", SPACED, wrong, header=f"t={TIME},v1={sign(SPACED.strip())}")
    yield vector("without the time", COMPLETED, wrong, header=f"t={TIME},v1={sign(COMPLETED, time='', between='')}")
    yield vector("without the full stop", COMPLETED, wrong, header=f"t={TIME},v1={sign(COMPLETED, between='')}")
    yield vector("another time", COMPLETED, wrong, header=f"t={TIME + 1},v1={ok}")
    yield vector("another writing of the time", COMPLETED, wrong, header=f"t=0{TIME},v1={ok}")
    yield vector("SHA-1", COMPLETED, wrong, header=f"t={TIME},v1={sign(COMPLETED, digest=hashlib.sha1)}")
    yield vector("SHA-512", COMPLETED, wrong, header=f"t={TIME},v1={sign(COMPLETED, digest=hashlib.sha512)}")
    yield vector("no HMAC", COMPLETED, wrong, header=f"t={TIME},v1={hashlib.sha256(COMPLETED.encode()).hexdigest()}")

    # The right signature, written in another way.
    yield vector("upper case", COMPLETED, wrong, header=f"t={TIME},v1={ok.upper()}")
    yield vector("base64", COMPLETED, wrong, header=f"t={TIME},v1={base64.b64encode(bytes.fromhex(ok)).decode()}")
    yield vector("cut", COMPLETED, wrong, header=f"t={TIME},v1={ok[:-2]}")
    yield vector("nothing left", COMPLETED, wrong, header=f"t={TIME},v1=")
    yield vector("other version", COMPLETED, wrong, header=f"t={TIME},v0={ok}")
    yield vector("two times", COMPLETED, wrong, header=f"t={TIME},t={TIME},v1={ok}")
    yield vector("joined by a proxy", COMPLETED, wrong, header=f"t={TIME},v1={ok}, t={TIME},v1={ok}")
    yield vector("no time", COMPLETED, wrong, header=f"v1={ok}")
    yield vector("empty time", COMPLETED, wrong, header=f"t=,v1={sign(COMPLETED, time='')}")
    yield vector("signed time with a sign", COMPLETED, wrong, header=f"t=+{TIME},v1={sign(COMPLETED, time=f'+{TIME}')}")
    yield vector("milliseconds", COMPLETED, wrong, header=f"t={TIME}000,v1={sign(COMPLETED, time=f'{TIME}000')}")
    yield vector("endless time", COMPLETED, wrong, header=f"t={'9' * 40},v1={sign(COMPLETED, time='9' * 40)}")
    yield vector("signature alone", COMPLETED, wrong, header=ok)
    yield vector("other separator", COMPLETED, wrong, header=f"t={TIME};v1={ok}")


print(json.dumps(list(vectors()), indent=1))
