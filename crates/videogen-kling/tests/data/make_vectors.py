#!/usr/bin/env python3
"""Writes vectors.json: what other code than the tested one makes of the same keys and times.

    pip install PyJWT==2.15.1 standardwebhooks==1.1.0
    python3 make_vectors.py > vectors.json

Gives the same output every time. The tokens are made as the sample on Kling's page "Authentication" makes them, for fixed times. The
first callback's secret, id, time and body are those of the page "Callback Protocol", which prints the signature that comes of them;
all others are made up.
"""

import datetime
import json

import jwt
from standardwebhooks.webhooks import Webhook

PAIRS = [
    ("test_access_key", "test_secret_key_0123456789abcdefghij", 1767225600),
    ("AKqd3f7e", "k", 1781080778),
    ('ak"\\/<&>', 's"\\k~', 1999999999),
    ("a" * 64, "s" * 200, 5),
]


def token(access, secret, now):
    claims = {"iss": access, "exp": now + 1800, "nbf": max(now - 5, 0)}
    return jwt.encode(claims, secret, headers={"alg": "HS256", "typ": "JWT"})


tokens = [
    {"access": access, "secret": secret, "now": now, "token": token(access, secret, now)}
    for access, secret, now in PAIRS
]

SECRET = "whsec_dGVzdHNlY3JldHRlc3RzZWNyZXR0ZXN0c2VjcmV0MTI="
OTHER = "whsec_AAECAwQFBgcICQoLDA0ODxAREhMUFRYX"
TIME = 1781080794

DOCUMENTED = '{"id":"1234567890","status":"succeeded","message":"","create_time":1781080778802,"update_time":1781080794151}'
LEGACY = (
    '{"task_id":"893605946402811985","task_status":"succeed","task_status_msg":"","created_at":1781080778802,'
    '"updated_at":1781080794151,"task_result":{"videos":[{"id":"893605946402811986",'
    '"url":"https://cdn.example.com/v.mp4","duration":"5.041"}]}}'
)
BODIES = {
    "of the page": (DOCUMENTED, "9876543210"),
    "older": (LEGACY, "evt_1"),
    "failed": ('{"id":"1234567890","status":"failed","message":"Image pixel is invalid"}', "evt_2"),
    "older failed": ('{"task_id":"7","task_status":"failed","task_status_msg":"Image pixel is invalid"}', "evt_3"),
    "tried": ('{"id":"1234567890","status":"submitted"}', "evt_4"),
    "unknown word": ('{"id":"1234567890","status":"dreaming"}', "evt_5"),
    "spaced": ('{ "id" : "1234567890" ,\n "status" : "processing" }\n', "evt_6"),
    "not ASCII": ('{"id":"1234567890","status":"failed","message":"内容不合规 🎬"}', "evt_7"),
    "byte order mark": ('\ufeff{"id":"1234567890","status":"processing"}', "evt_8"),
    "full stops in its id": (DOCUMENTED, "a.b.c"),
    "both ids, the same": ('{"id":"7","task_id":"7","status":"succeeded"}', "evt_9"),
    # Signed, and yet nothing to go by.
    "invalid, no id": ('{"status":"succeeded"}', "evt_10"),
    "invalid, no status": ('{"id":"1234567890"}', "evt_11"),
    "invalid, two ids": ('{"id":"1","task_id":"2","status":"succeeded","task_status":"succeed"}', "evt_12"),
    "invalid, an id with a slash": ('{"id":"a/1","status":"succeeded"}', "evt_13"),
    "invalid, an id that leads elsewhere": ('{"id":"..","status":"succeeded"}', "evt_14"),
    "invalid, a list": ('[{"id":"1","status":"succeeded"}]', "evt_15"),
    "invalid, no JSON": ("id=1&status=succeeded", "evt_16"),
    "invalid, empty": ("", "evt_17"),
}


def sign(secret, identifier, body):
    at = datetime.datetime.fromtimestamp(TIME, tz=datetime.timezone.utc)
    return Webhook(secret).sign(identifier, at, body)


vectors = []
for name, (body, identifier) in BODIES.items():
    vectors.append(
        {
            "name": name,
            "webhook_id": identifier,
            "body": body,
            "signature": sign(SECRET, identifier, body),
            "other_signature": sign(OTHER, identifier, body),
        }
    )
assert vectors[0]["signature"] == "v1,UsKlJP00XoQyOn410NM9xv34sP+Gl0jnOO9Lcpr7NJ4="
callbacks = {"secret": SECRET, "other_secret": OTHER, "time": TIME, "vectors": vectors}
print(json.dumps({"tokens": tokens, "callbacks": callbacks}, indent=1))
