"""Names of models as people write them, and the item of the book that each stands for.

A name is looked for as genai-prices looks: the provider before the slash, then the first of its
models that a rule fits, then the providers that it falls back on. Before that, what clouds and
routers put around a name is taken away; after that, spelling alone is forgiven.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from datetime import date
from functools import cached_property, lru_cache

from aicost.book.book import Book
from aicost.book.name_routes import unrouted
from aicost.book.name_rules import Provider, called, fits, name_rules
from aicost.book.rows import BookError
from aicost.book.terms import tells_apart
from aicost.values.suggest import nearest

MOST_MEANT = 4  # names offered, with their prices, where one is not clear
SOLD_BY = ("input", "output", "search_unit")
FIND = "`aicost prices search WORD` lists the names that hold a word"
FREE = ":free"  # what is sold under the rest of such a name has another price

#: A maker who sells at home and abroad, at two prices.
ABROAD = {"zhipuai": "zai"}
#: A name that only one cloud writes so: profiles and vendors before a dot are Bedrock's, a date
#: after an @ is Vertex AI's.
_BEDROCK = re.compile(
    r"(?:(?:us|eu|apac|jp|au|ca|in|us-gov|global)\.)?"
    r"(?:ai21|amazon|anthropic|cohere|deepseek|google|luma|meta|minimax|mistral|moonshot|moonshotai"
    r"|nvidia|openai|qwen|xai|stability|twelvelabs|writer|zai)\.[a-z]"
    r"|[a-z0-9.-]+-v\d+:\d+$"
)
_VERTEX = re.compile(r"[a-z0-9.-]+@(?:\d{8}|default|latest)$")
_ARN = re.compile(r"arn:aws[a-z-]*:bedrock:([a-z0-9-]*):\d*:[a-z-]+/(.+)")
#: A profile of Bedrock's that keeps calls in a part of the world, wherever it is called from.
_PROFILE = re.compile(r"(?:us|eu|apac|jp|au|ca|in|global)\.")
#: A place that a deployment is kept to, before its model's name: it may cost more there.
_PLACE = re.compile(
    r"(us-gov)\.|((?:us|eu|ap|af|ca|il|me|mx|sa)(?:-gov)?-[a-z]+-\d|us|eu|apac|us-gov|global"
    r"|global-standard)/"
)
#: Places at the price of the list, and items that cost more than it by the same anywhere.
_LISTED_AT = ("us-east-1", "us-east-2", "us-west-2", "global", "global-standard")
IN_REGIONS = "regional."
_ANYWHERE = f"aws/{IN_REGIONS}"
_COMPACT_DATE = re.compile(r"-(20\d{2})(0[1-9]|1[0-2])(0[1-9]|[12]\d|3[01])(?=-|:|$)")


def without_place(item: str) -> str:
    """An item's name without the place that it is kept to.

    >>> without_place("aws/sa-east-1/meta.llama3-70b-instruct-v1:0"), without_place("xai/grok-5")
    ('aws/meta.llama3-70b-instruct-v1:0', 'xai/grok-5')
    """
    provider, _, model = item.partition("/")
    place = _PLACE.match(model) or (_PROFILE.match(model) if provider == "aws" else None)
    return f"{provider}/{model[place.end() :] if place else model}"


def taken(book: Book, written: str) -> str:
    """The item of the book that a model's name stands for, however it is spelled.

    Parameters
    ----------
    book : the price book.
    written : a name as the book, a vendor, a cloud or a router spells it.

    Raises
    ------
    BookError : no model is found, or several that are sold under that name; with those that may
        have been meant and their prices.

    Notes
    -----
    Names are found as genai-prices 0.2.3 finds them, see docs/accuracy.md. A name that is sold at
    another's list stays itself where the client's own prices speak of one of the two alone: it then
    has the listed price wherever they say nothing.

    Examples
    --------
    >>> book = Book.load()
    >>> taken(book, "bedrock/us.anthropic.claude-opus-5-5")
    'aws/regional.anthropic.claude-opus-5-5'
    >>> taken(book, "azure/gpt-4o"), taken(book, "claude-haiku-4-5@20251001")
    ('openai/gpt-4o', 'google/claude-haiku-4-5')
    """
    if listed := _lent(book, written):
        book.lend(written, listed)
    if book.has(written):
        return written
    found = candidates(book, written)
    if len(found) == 1:
        return found[0]
    if found:
        choice = ", ".join(_priced(book, item) for item in found[:MOST_MEANT])
        raise BookError(f"several sell {written!r}", f"write one of: {choice}")
    near = _meant(book, written)
    meant = ", ".join(_priced(book, item) for item in near)
    raise BookError(f"no {written!r} in the book", f"did you mean {meant}?" if meant else FIND)


def candidates(book: Book, written: str) -> tuple[str, ...]:
    """The items that a name may stand for: none, one, or all those who sell what is called so."""
    return _names(book).candidates(written)


def provider_called(book: Book, word: str) -> str | None:
    """The provider that a word stands for, as the book calls it."""
    return _names(book).called(word.strip().lower())


def _lent(book: Book, written: str) -> str:
    """The item of another's list that a name is priced by, if a client's row tells them apart."""
    if not book.overlay or "/" not in written or written in book.kit_items:
        return ""
    found = _listed(book).candidates(written)
    if len(found) != 1 or seller(book, written) in ("", seller(book, found[0])):
        return ""
    return found[0] if any(tells_apart(row, written, found[0]) for row in book.own_rows) else ""


def seller(book: Book, item: str) -> str:
    """Who sells an item, or what is written like one; nothing where nobody is called so."""
    return provider_called(book, item.partition("/")[0]) or ""


@lru_cache(maxsize=8)
def _listed(book: Book) -> Names:
    """The names of the kit alone."""
    kit = book.kit_items
    return Names(name_rules().providers, kit, book.having(*SOLD_BY).intersection(kit))


@lru_cache(maxsize=8)
def _names(book: Book) -> Names:
    return Names(name_rules().providers, book.items(), book.having(*SOLD_BY))


def _meant(book: Book, written: str) -> list[str]:
    """The items that may have been meant: what a name begins with, else those spelled like it.

    A name of one's own, or a version that is not known, begins with its model's; the longest such
    beginning counts. The words of a model may stand in another order, or be some of its words;
    those known to run where data has to stay stand first.
    """
    known = sorted(book.having(*SOLD_BY), key=lambda item: (len(item), item))
    words = _in_order(written)
    found = [item for item in known if _in_order(item) == words]
    found = found or [item for item in known if {*words} <= {*_in_order(item)}]
    rules = {item: book.terms.placed(item, book.as_of) for item in found}
    found.sort(key=lambda item: not ((rule := rules[item]) and rule.value))
    shorter = written.strip()
    while not found and (cut := re.fullmatch(r"(.*[^\W_])[-_.:@ ]+[^-_.:@ /]*", shorter)):
        shorter = cut[1]
        found = [item for item in candidates(book, shorter) if item in known]
    near, tail = nearest(written, known, MOST_MEANT), letters(shorter.rpartition("/")[2])
    slips = [item for item in near if _one_slip(letters(written), letters(item), tail)]
    return [*dict.fromkeys([*slips, *found, *near])][:MOST_MEANT]


def _one_slip(written: str, item: str, both: str) -> bool:
    """Say whether two names that begin alike go on in words, no dates, that are spelled alike."""
    ends = [name.rpartition("/")[2].removeprefix(f"{both}-") for name in (written, item)]
    alike = ends[0].isalpha() and bool(nearest(ends[0], [ends[1]]))
    return alike and bool(both) and f"{both}-" in item


def _in_order(name: str) -> list[str]:
    """The words of a model's name, sorted."""
    return sorted(letters(name.rpartition("/")[2]).split("-"))


def _priced(book: Book, item: str) -> str:
    """An item with what a million tokens in and out, or a search, cost there."""
    plain = {r.parameter: r for r in book.active(item) if not (r.context or r.tier_gt)}
    known = [plain[name] for name in SOLD_BY if name in plain]
    return f"{item} ({' / '.join(row.text for row in known)} {known[0].unit})" if known else item


class Names:
    """The rules of all providers, and the items that the book has.

    Parameters
    ----------
    providers : what `NameRules` found, in order.
    items : names of the book, "provider/model".
    sold : those of them that are paid by the token or by the search.
    """

    def __init__(
        self, providers: Mapping[str, Provider], items: Iterable[str], sold: Iterable[str] = ()
    ) -> None:
        self._providers = providers
        self._items = {item for item in items if "/" in item}
        self._sold = self._items & {*sold}

    def candidates(self, written: str) -> tuple[str, ...]:
        """The items that a name may stand for: one where it is clear, several that are sold so."""
        name = written.strip()
        if name in self._items:
            return (name,)
        return self._sought(name) or self._sought(unrouted(name, self.called))

    def _sought(self, name: str) -> tuple[str, ...]:
        said = self._said(name.lower())
        if said:
            found = tuple(filter(None, [self._found(*said)]))
        else:
            found = self._by_letters.get(letters(name), ()) or self._sold_as(name.lower())
        free = name.lower().endswith(FREE)
        return tuple(item for item in found if item.endswith(FREE) or not free)

    def _said(self, name: str) -> tuple[str, str] | None:
        """The provider that a name itself says, and the name there."""
        arn = _ARN.fullmatch(name)
        if arn:
            region, model = arn.groups()
            return "aws", f"{region}/{model}" if region else model
        called, slash, rest = name.partition("/")
        provider = self.called(called) if slash else None
        if provider:
            return provider, rest
        if _BEDROCK.match(name):
            return "aws", name
        return ("google", name) if _VERTEX.fullmatch(name) else None

    def called(self, word: str) -> str | None:
        """The provider of that name, one that the rules know or that only items name."""
        return called(self._providers, word) or (word if word in self._sellers else None)

    def _sold_as(self, name: str) -> tuple[str, ...]:
        """The items of a name without a provider: its maker's, else those of all who sell it."""
        for key, provider in self._providers.items():
            if fits(provider.serves, name, loosely="/" not in name):
                makers = filter(None, (key, ABROAD.get(key)))
                return tuple(filter(None, (self._found(maker, name) for maker in makers)))
        sellers = self._sellers_of(name)
        copies = {key for key in sellers if sellers & {*self._providers[key].falls_back_on}}
        found = {*filter(None, (self._own(key, name) for key in sellers - copies))}
        return tuple(sorted(found.union(self._without_rules.get(letters(name), ()))))

    def _sellers_of(self, name: str) -> set[str]:
        """The providers that have a model which is called so, or begins so."""
        begun = (f"starts_with {name[:n]}" for n in range(len(name) + 1))
        return {key for test in (f"equals {name}", *begun) for key in self._tests.get(test, ())}

    @cached_property
    def _tests(self) -> dict[str, tuple[str, ...]]:
        """Providers by the tests of their models: too many to ask each of every name."""
        every = ((key, m) for key, one in self._providers.items() for m in one.models.values())
        return _grouped((f"{rule.how} {rule.text}", key) for key, rules in every for rule in rules)

    @cached_property
    def _by_letters(self) -> dict[str, tuple[str, ...]]:
        """Items by their letters and digits alone."""
        return _grouped((letters(item), item) for item in self._items)

    @cached_property
    def _without_rules(self) -> dict[str, tuple[str, ...]]:
        """Models that no rule speaks of, by the letters of their name at who sells them."""
        ruled = {f"{key}/{model}" for key, one in self._providers.items() for model in one.models}
        pairs = ((item.partition("/")[2], item) for item in self._sold - ruled)
        return _grouped((letters(name), item) for name, item in pairs if not _PLACE.match(name))

    @cached_property
    def _sellers(self) -> set[str]:
        return {item.partition("/")[0] for item in self._sold}

    def _found(self, provider: str, name: str) -> str | None:
        """The item of a name at a provider; one kept to a place at that place's price, or none."""
        place = _PLACE.match(name)
        if place is None or self._rules(provider).names(name):
            profile = self._spelled(provider, name) if _PROFILE.match(name) else None
            return profile or self._model(provider, name)
        if spelled := self._spelled(provider, name):
            return spelled
        model = name[place.end() :]
        if place[2] in _LISTED_AT or _PROFILE.match(model):
            return self._found(provider, model)
        found = None if "us-gov" in place[0] else self._model(provider, model)
        return found if found and found.startswith(_ANYWHERE) else None

    def _model(self, provider: str, name: str) -> str | None:
        """The item of a provider's model of a name, its own or one that it falls back on."""
        dated = _COMPACT_DATE.sub(_with_dashes, name)
        for ref in dict.fromkeys((name, f"{provider}/{name}", dated)):
            for seller in (provider, *self._rules(provider).falls_back_on):
                if self._rules(seller).model(ref) is not None:
                    return self._own(seller, ref) or self._spelled(provider, name)
        return self._spelled(provider, name)

    def _rules(self, provider: str) -> Provider:
        return self._providers.get(provider) or Provider()

    def _spelled(self, provider: str, name: str) -> str | None:
        """The one item that is spelled so, but for capitals, dots and dashes."""
        same = self._by_letters.get(letters(f"{provider}/{name}"), ())
        return same[0] if len(same) == 1 else None

    def _own(self, provider: str, name: str) -> str | None:
        """The item of a provider's own model of a name, where the book prices it."""
        item = f"{provider}/{self._providers[provider].model(name)}"
        return item if item in self._items else None


def _grouped(pairs: Iterable[tuple[str, str]]) -> dict[str, tuple[str, ...]]:
    """The second of each pair by the first, in order."""
    found: dict[str, tuple[str, ...]] = {}
    for key, value in sorted(pairs):
        found[key] = (*found.get(key, ()), value)
    return found


def _with_dashes(found: re.Match[str]) -> str:
    """A date as -2025-12-11, where it is one."""
    try:
        return f"-{date(*map(int, found.groups())).isoformat()}"
    except ValueError:
        return found[0]


def letters(name: str) -> str:
    """A name without what people spell in several ways: case, dots, dashes, blanks."""
    return re.sub(r"[\s._-]+", "-", name.strip().lower())
