"""What happens to people, quotas, organisations and figures, as a host writes it."""

from __future__ import annotations

import json
from datetime import date
from decimal import Decimal
from typing import Annotated, Any, Literal

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    TypeAdapter,
    ValidationError,
    model_validator,
)
from pydantic_core import ErrorDetails, PydanticCustomError, PydanticSerializationError

from dinhbien.errors import InputError, Problem, nearest
from dinhbien.model.period import day_of

Value = bool | int | str | None
"""A number that is whole or spelled (``"1.25"``), a word, a truth, a date, or nothing known."""


def _day(given: object) -> object:
    """A day that is written as one: a number of seconds is none."""
    made = day_of(given)
    if made == date.max:  # the day after it, which a plan states, is none
        code, message = "refused", f"`{made}` is the last day that can be written"
        raise PydanticCustomError(code, message)
    return made


Day = Annotated[date, BeforeValidator(_day)]


class _Event(BaseModel):
    """`ref` is the host's own name of an event; one that was accepted is not taken again."""

    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True)

    ref: str = ""


class _OfPeople(_Event):
    people: int = Field(1, ge=1, strict=True)
    category: str = ""
    rank: str = ""
    position: str = ""


class Hire(_OfPeople):
    """So many people come on the books at `at`, a post, an organisation or a unit by its code."""

    event: Literal["hire"] = "hire"
    at: str


class Retire(_OfPeople):
    """So many people leave the books at `at` for good."""

    event: Literal["retire"] = "retire"
    at: str


class _Move(_OfPeople):
    sender: str = Field(alias="from")
    to: str


class Transfer(_Move):
    """So many people move from the books of one unit to those of another."""

    event: Literal["transfer"] = "transfer"


class Reassign(_Move):
    """So many people move from one post to another of the same unit."""

    event: Literal["reassign"] = "reassign"


class Second(_Move):
    """So many people work elsewhere for a time, and stay on the books of `from`.  §15

    Both days are worked: `last_day` is the last.
    """

    event: Literal["second"] = "second"
    first_day: Day | None = None
    last_day: Day | None = None

    @model_validator(mode="after")
    def _in_order(self) -> Second:
        first, last = self.first_day, self.last_day
        if (first is None) != (last is None) or (first and last and last < first):
            code, message = "refused", "a secondment has a first day and, not before it, a last day"
            raise PydanticCustomError(code, message)
        return self


class Return(_Move):
    """So many people who were seconded come back: from where they worked, to their own body.

    `secondment` is the code of the listed entry that ends, where the plan lists it.
    """

    event: Literal["return"] = "return"
    secondment: str = ""


class Appoint(_OfPeople):
    """So many people take up the post `at`: from the post `out_of`, or beside their own."""

    event: Literal["appoint"] = "appoint"
    at: str
    out_of: str = ""


class Dismiss(_OfPeople):
    """So many people give up the post `at`: for the post `to`, or one held beside their own."""

    event: Literal["dismiss"] = "dismiss"
    at: str
    to: str = ""


class Quota(_Event):
    """The total of the named `count` that is assigned to a unit is now `value`."""

    event: Literal["quota"] = "quota"
    at: str
    count: str
    value: Value


class NewPost(BaseModel):
    """A post group of an organisation that opens: its code, words and numbers."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    code: str
    cells: dict[str, Value] = {}


class Open(_Event):
    """An organisation opens in the unit `at`, with all its posts."""

    event: Literal["open"] = "open"
    at: str
    code: str
    kind: str
    name: str = ""
    posts: tuple[NewPost, ...] = ()


class Close(_Event):
    """The organisation `at` closes; nobody may be left on its books."""

    event: Literal["close"] = "close"
    at: str


class Correct(_Event):
    """Cells or stated totals of the unit `at` were wrong, and are these.

    `totals` says whether the totals that are stated above follow: ``keep`` leaves them.
    """

    event: Literal["correct"] = "correct"
    at: str
    cells: dict[str, Value] = {}
    figures: dict[str, Value] = {}
    totals: Literal["keep", "follow"] = "keep"


Event = (
    Hire | Retire | Transfer | Reassign | Second | Return | Appoint | Dismiss
    | Quota | Open | Close | Correct
)  # fmt: skip
_KINDS: dict[str, type[BaseModel]] = {
    str(one.model_fields["event"].default): one
    for one in (
        Hire, Retire, Transfer, Reassign, Second, Return, Appoint, Dismiss,
        Quota, Open, Close, Correct,
    )
}  # fmt: skip
_EVENTS = tuple(_KINDS.values())
KINDS = tuple(_KINDS)
_ADAPTER: TypeAdapter[Event] = TypeAdapter(Annotated[Event, Field(discriminator="event")])
_SAID = {
    "missing": "`{key}` is missing",
    "extra_forbidden": "`{key}` is not a key of `{kind}`",
}


def read_event(given: str | bytes | dict[str, Any] | Event) -> Event:
    """The event in a line of JSON, or in what was read of one.

    Raises `InputError` with every problem: what is no JSON, a kind that is not known, keys
    that are missing or too many, values of another kind.
    """
    if isinstance(given, _EVENTS):
        return _written_out(given)
    written = read_object(given) if isinstance(given, (str, bytes)) else given
    if not isinstance(written, dict):
        raise InputError([Problem("an event is an object of JSON", help='write {"event": …}')])
    kind = written.get("event")
    if not isinstance(kind, str) or kind not in _KINDS:
        way_out = nearest(str(kind), KINDS) or f"one of {', '.join(KINDS)}"
        said = "`event` is missing" if kind is None else f"`{kind}` is not an event"
        raise InputError([Problem(said, path="event", help=way_out)])
    try:
        return _written_out(_ADAPTER.validate_python(written))
    except ValidationError as error:
        raise InputError(_problems(error, str(kind))) from None


def _written_out(event: Event) -> Event:
    """The event, which a log can hold: a half of a character is in no text."""
    try:
        event.model_dump_json()
    except PydanticSerializationError:
        message = "a text of the event holds half a character"
        way_out = r"write both halves, as \ud83d\ude00, or none"
        raise InputError([Problem(message, help=way_out)]) from None
    return event


def read_object(text: str | bytes) -> dict[str, Any]:
    """The object of JSON in a line; raises `InputError` for anything else."""
    try:
        read = json.loads(text, parse_float=Decimal)
    except (ValueError, RecursionError) as error:
        way_out = 'one event a line, such as {"event": "hire", "at": "…"}'
        raise InputError([Problem(f"this is no JSON: {error}", help=way_out)]) from None
    if not isinstance(read, dict):
        message = "an event is an object of JSON"
        raise InputError([Problem(message, help='write {"event": …}')])
    return read


def _problems(error: ValidationError, kind: str) -> list[Problem]:
    names = [field.alias or name for name, field in _KINDS[kind].model_fields.items()]
    found: dict[str, Problem] = {}
    for one in error.errors(include_url=False):
        path = ".".join(str(step) for step in one["loc"][1:])
        key = str(one["loc"][-1])
        context = one.get("ctx", {})
        said = str(context.get("message", "")) or _said(one, key, kind)
        unknown = one["type"] == "extra_forbidden"
        way_out = nearest(key, names) if unknown else str(context.get("way_out", ""))
        steps = [step for step in one["loc"][1:] if step not in {"bool", "int", "str"}]
        place = ".".join(str(step) for step in steps)
        if place != path:  # several kinds of value were tried at one place
            said = "a value is a whole number, a text, a truth or null"
            way_out = 'spell what is not whole: "1.25"'
        found.setdefault(place, Problem(said, path=place, help=way_out))
    return list(found.values())


def _said(error: ErrorDetails, key: str, kind: str) -> str:
    message = error["msg"]
    if error["type"] in _SAID:
        return _SAID[error["type"]].format(key=key, kind=kind)
    said = f"{message[:1].lower()}{message[1:]}"
    if error["type"] == "refused" or isinstance(error["input"], (dict, list, tuple)):
        return said
    return f"`{error['input']}` is not valid: {said}"


def line_of(event: Event) -> str:
    """The event as one line of JSON; the same event gives the same bytes.  §17"""
    body = event.model_dump(mode="json", by_alias=True, exclude_defaults=True)
    return json.dumps({"event": event.event, **body}, ensure_ascii=False, sort_keys=True)
