"""The record: the one writer of the timeline, and the proof that nobody else wrote.

`record()` runs in the caller's transaction, adds the row to its stream's hash
chain and sends `recorded`, the only signal of our own; each sibling app has
one receiver, which makes its rows in the same transaction (house.md section 4).
"""

import hashlib
import json
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from django.db import connection, models, transaction
from django.dispatch import Signal

from complaints import clock
from complaints.kinds import Kind
from complaints.models import Complaint, Customer, Event, StreamHead, User

recorded = Signal()
"""Sent for each event, inside the transaction: sender=Event, event=<the row>."""

DEEPEST = 3
_depth: ContextVar[int] = ContextVar("depth of reactions", default=0)


class TooDeep(RuntimeError):
    """Reactions recorded events that made reactions record events ... : a loop in the making."""


def record(
    about: Complaint | Customer | None,
    kind: Kind,
    *,
    by: User,
    at: datetime | None = None,
    subject: models.Model | None = None,
    due_at: datetime | None = None,
    **codes: str | int | bool | None,
) -> Event:
    """Write one row of the timeline and let the other apps react.

    `about` None means the site's own stream. `codes` are short codes and ids,
    never words a person typed. Must run inside a transaction that holds the
    complaint's lock.
    """
    if not connection.in_atomic_block:
        raise RuntimeError("record() belongs to the transaction of the act it records")
    complaint = about if isinstance(about, Complaint) else None
    stream = _stream_of(about)
    heads = StreamHead.objects.select_for_update().filter(stream=stream)
    head = heads.first() or _begin(stream, heads)
    event = Event(
        stream=stream,
        seq=head.seq + 1,
        kind=kind,
        at=at or clock.now(),
        by=by,
        complaint=complaint,
        subject_type=subject._meta.model_name or "" if subject else "",
        subject_id=subject.pk if subject else None,
        cycle=complaint.cycle if complaint else None,
        due_at=due_at,
        codes=codes,
        previous_hash=head.hash,
    )
    event.hash = digest(event)
    event.save(force_insert=True)
    StreamHead.objects.filter(stream=stream).update(seq=event.seq, hash=event.hash)
    with _one_deeper():
        recorded.send(sender=Event, event=event)
    return event


def digest(event: Event) -> str:
    """SHA-256 over the row's facts and the hash before it, in a fixed order; moments in UTC."""
    facts = [
        event.stream,
        event.seq,
        str(event.kind),
        _utc(event.at),
        event.by_id,
        event.complaint_id,
        event.subject_type,
        event.subject_id,
        event.cycle,
        _utc(event.due_at),
        event.codes,
        event.previous_hash,
    ]
    return hashlib.sha256(json.dumps(facts, sort_keys=True, ensure_ascii=True).encode()).hexdigest()


@dataclass(frozen=True)
class Flaw:
    """Something wrong in a stream: which, where, and a sentence."""

    stream: str
    seq: int
    words: str


def flaws() -> list[Flaw]:
    """Walk every stream and its head: forged, missing and cut rows (`manage verify_timeline`)."""
    with _one_moment():
        return list(_walk())


def _walk() -> Iterator[Flaw]:
    heads = dict(StreamHead.objects.values_list("stream", "seq"))
    hashes = dict(StreamHead.objects.values_list("stream", "hash"))
    stream, seq, last_hash = "", 0, ""
    seen: dict[str, int] = {}
    for event in Event.objects.order_by("stream", "seq").iterator(chunk_size=2000):
        if event.stream != stream:
            stream, seq, last_hash = event.stream, 0, ""
        if event.seq != seq + 1:
            yield Flaw(stream, seq + 1, "a row is missing")
        elif event.previous_hash != last_hash:
            yield Flaw(stream, event.seq, "does not follow the row before it")
        if digest(event) != event.hash:
            yield Flaw(stream, event.seq, "was changed after it was written")
        seq, last_hash = event.seq, event.hash
        seen[stream] = seq
        if seq == heads.get(stream) and last_hash != hashes[stream]:
            yield Flaw(stream, seq, "is not the row the stream's head knows")
    for stream, seq in heads.items():
        if seen.get(stream, 0) < seq:
            yield Flaw(stream, seen.get(stream, 0) + 1, "the end of the stream is cut off")
    for stream in seen.keys() - heads.keys():
        yield Flaw(stream, seen[stream], "the stream has no head")
    for stream in seen.keys() & heads.keys():
        if seen[stream] > heads[stream]:
            yield Flaw(stream, seen[stream], "goes on after its head")
    for stream in _streams_there_must_be():
        if stream not in seen and not heads.get(stream):
            yield Flaw(stream, 1, "the stream is missing")


def _streams_there_must_be() -> Iterator[str]:
    """Registering a complaint and adding a customer are events of their own."""
    for model in (Complaint, Customer):
        yield from (row.stream for row in model.objects.only("pk").iterator(chunk_size=2000))


def _stream_of(about: Complaint | Customer | None) -> str:
    return about.stream if about else "site"


def _begin(stream: str, heads: models.QuerySet[StreamHead]) -> StreamHead:
    """The head of a new stream; of two transactions that begin it at once the second waits for the first."""
    StreamHead.objects.bulk_create([StreamHead(stream=stream)], ignore_conflicts=True)
    return heads.get()


def _utc(moment: datetime | None) -> str | None:
    return moment.astimezone(UTC).isoformat(timespec="microseconds") if moment else None


@contextmanager
def _one_moment() -> Iterator[None]:
    """Every read sees the same moment, so that what is written meanwhile is no flaw. A transaction that has begun
    keeps the isolation it has."""
    outermost = not connection.in_atomic_block
    with transaction.atomic():
        if outermost:
            with connection.cursor() as cursor:
                cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
        yield


@contextmanager
def _one_deeper() -> Iterator[None]:
    depth = _depth.get() + 1
    if depth > DEEPEST:
        raise TooDeep(f"an event made an event {depth} times over")
    token = _depth.set(depth)
    try:
        yield
    finally:
        _depth.reset(token)


def seq_of(about: Complaint | Customer) -> int:
    """The version of a complaint or a customer record: the number of its last event."""
    return StreamHead.objects.filter(stream=about.stream).values_list("seq", flat=True).first() or 0


def changed_since(about: Complaint | Customer, version: int, kinds: frozenset[Kind]) -> list[Event]:
    """Events of these kinds after `version`: what a form rendered then would overwrite."""
    newer = Event.objects.filter(stream=about.stream, seq__gt=version, kind__in=kinds)
    return list(newer.select_related("by").order_by("seq"))


def history(complaint: Complaint) -> models.QuerySet[Event, Any]:
    return Event.objects.filter(complaint=complaint).select_related("by").order_by("-seq")
