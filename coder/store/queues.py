"""The queues in which responses are read, and the random sample that was read from the head of one of them."""

import json
import secrets
from array import array
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import Select, func, select
from sqlalchemy.engine import Connection

from coder.domain.log import Kind
from coder.domain.queue import Queue
from coder.store import corpus, schema
from coder.store.events import Recorder, log_event
from coder.store.project import Project, change_setting, count_up, setting
from coder.store.reviews import reviewed_ids

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

_SEED = "queue seed"


def read_queue(
    connection: Connection,
    queue: Queue,
    coder_id: int,
    question_id: int | None = None,
    among: Iterable[int] | None = None,
) -> "array[int]":
    """The ids of the answered responses in this order, of one question or of all, or those `among` others.

    By usefulness and by certainty the responses come first on which the model has an outlook, then the others, and
    last what this coder has reviewed; each part otherwise in the order of the file. The random order needs its seed
    (`draw_seed`).
    """
    ids = corpus.answered_ids(connection, question_id, among)
    if queue is Queue.RANDOM:
        return array("q", _at_random(connection, ids, question_id)[0].tobytes())
    if queue in (Queue.USEFUL, Queue.CERTAIN):
        return _by_outlook(connection, queue, ids, coder_id)
    return ids


def draw_seed(project: Project, coder_id: int) -> None:
    """Draw the seed of the random order where there is none yet.

    It is drawn once, and no undo takes it back: who could draw again could choose the sample.
    """
    if project.setting(_SEED):
        return
    with project.write() as connection:
        if not setting(connection, _SEED):  # nor has another program been quicker
            seed = secrets.randbits(63)
            change_setting(connection, _SEED, str(seed))
            recorder = Recorder(connection, count_up(connection, "seq"), coder_id)
            log_event(recorder, Kind.DRAW_ORDER, {"seed": seed})


def chosen(connection: Connection, coder_id: int) -> Queue:
    """The queue that a coder chose last, else the order of the file."""
    name = setting(connection, f"queue of coder {coder_id}")
    return Queue(name) if name in list(Queue) else Queue.FILE


def choose(project: Project, coder_id: int, queue: Queue) -> None:
    """Keep a coder's choice."""
    with project.write() as connection:
        change_setting(connection, f"queue of coder {coder_id}", queue.value)


def _at_random(
    connection: Connection, ids: "array[int]", question_id: int | None
) -> "tuple[NDArray[np.int64], NDArray[np.int64]]":
    """Participants by lot, each one's responses side by side in the order of the file; and whose each response is.

    People are drawn, because people are counted: those who are read from the head of the queue are a random sample
    of all who answered, also where some gave several responses, and they are the same for every question.
    """
    import numpy as np  # takes its time to load

    from coder.stats.sampling import order

    r = schema.response.c
    query = select(func.json_group_array(r.id), func.json_group_array(r.participant_id)).where(corpus.CURRENT)
    if question_id is not None:
        query = query.where(r.question_id == question_id)
    every, people = _columns(connection, query)
    places = np.argsort(every)
    wanted = np.frombuffer(ids, dtype=np.int64)
    owners = people[places][np.searchsorted(every[places], wanted)]
    drawn = order(owners, int(setting(connection, _SEED, "0")))
    return wanted[drawn], owners[drawn]


def _columns(connection: Connection, query: Select[Any]) -> "Iterator[NDArray[Any]]":
    """The columns of one row of JSON arrays: a million rows as such in a third of the time."""
    import numpy as np

    for column in connection.execute(query).one():
        values = json.loads(column)
        yield np.array(values) if values else np.array(values, dtype=np.int64)


def _by_outlook(connection: Connection, queue: Queue, ids: "array[int]", coder_id: int) -> "array[int]":
    import numpy as np

    o = schema.outlook.c
    known, worth = _columns(connection, select(func.json_group_array(o.response_id), func.json_group_array(o[queue])))
    best = known[np.lexsort((known, -worth))]
    wanted = np.frombuffer(ids, dtype=np.int64)
    reviewed = np.isin(wanted, np.fromiter(reviewed_ids(connection, coder_id), dtype=np.int64))
    first = best[np.isin(best, wanted[~reviewed])]
    rest = wanted[~reviewed & ~np.isin(wanted, first)]
    return array("q", np.concatenate((first, rest, wanted[reviewed])).tobytes())


@dataclass(frozen=True, slots=True)
class RandomSample:
    """Who was read at random under one question: the participants at the head of the random order, up to the first
    one with a response that is not reviewed. Internal ids, in the order in which they were drawn.

    A response belongs to it whatever led to its review, so that belonging never depends on what somebody wrote.
    Where nobody was `led` there by the random queue, those at the head were all chosen in some other way: then it is
    no random sample (unless it is everybody). Else their mean is unbiased for all who answered, however the rest
    was chosen: J. B. S. Haldane (1945), "On a method of estimating frequencies", Biometrika 33, 222-225, applied to
    the draws before the one that was left.

    `led`: how many of the responses the random queue led to. `answered`: how many participants there are to draw from.
    `next_response`: where the sample ends, None at the very end; `beyond`: how many reviews the random queue led to
    behind that place, which would count if nothing had been skipped.
    """

    participants: tuple[int, ...]
    responses: tuple[int, ...]
    led: int
    answered: int
    next_response: int | None
    beyond: int

    @property
    def is_random(self) -> bool:
        """Whether these participants stand for all who answered."""
        return bool(self.participants) and (self.led > 0 or len(self.participants) == self.answered)


def random_sample(connection: Connection, question_id: int, coder_ids: Sequence[int] | None = None) -> RandomSample:
    """The participants of a question who were reviewed as a random sample, by these coders (None: by any)."""
    drawn, owners = _at_random(connection, corpus.answered_ids(connection, question_id), question_id)
    ids, people = drawn.tolist(), owners.tolist()
    reviewed, led = _reviews(connection, question_id, coder_ids)
    left = next((at for at, i in enumerate(ids) if i not in reviewed), None)
    # Who has a response that is not reviewed is not in the sample.
    end = len(ids) if left is None else people.index(people[left])
    return RandomSample(
        participants=tuple(dict.fromkeys(people[:end])),
        responses=tuple(ids[:end]),
        led=sum(i in led for i in ids[:end]),
        answered=len(set(people)),
        next_response=None if left is None else ids[left],
        beyond=sum(i in led for i in ids[end:]),
    )


def _reviews(
    connection: Connection, question_id: int, coder_ids: Sequence[int] | None
) -> tuple[frozenset[int], frozenset[int]]:
    """The reviewed responses to a question, and those of them that the random queue led to."""
    v, e = schema.review.c, schema.event.c
    reviewed = select(v.response_id).where(v.question_id == question_id)
    if coder_ids is not None:
        reviewed = reviewed.where(v.coder_id.in_(coder_ids))
    led = reviewed.join_from(schema.review, schema.event, e.seq == v.event).where(
        func.json_extract(e.facts, "$.queue") == Queue.RANDOM.value
    )
    return frozenset(connection.scalars(reviewed)), frozenset(connection.scalars(led))
