"""The spellings that an error or a question offers, taken out of its words."""

import re

#: What a remedy says beside spellings.
_WORDS = {
    *("more", "less", "a range", "it", "its code", "the longest", "the number alone"),
    *("low to high", "it in figures"),
    *("with k", "M", "one", "one of", "more than 0", "the amount alone", "its currency"),
    *("M and its currency", "it in USD", "it in one unit", "how much it is"),
    *("fewer months", "grow by less", "another name"),
}


def offers(wrong: str, remedy: str) -> list[str]:
    """What somebody may write who follows a remedy to the letter; nothing where it offers none.

    >>> offers("'20.000' may be meant in thousands", "write 20_000 or 20")
    ['20_000', '20']
    >>> offers("'shells' is no currency", "write its code, such as EUR")
    ['EUR']
    """
    if meant := re.fullmatch(r"did you mean (.+)\?", remedy):
        return re.findall(r"'([^']+)'", meant[1])
    if remedy == "write one":
        named = re.sub(r" and \d+ more$", "", wrong.partition(" may be ")[2])
        return named.split(", ")
    if not remedy.startswith("write "):
        return []
    found = []
    for piece in re.split(r",? or |, (?:and )?", remedy.removeprefix("write ")):
        text = re.sub(r"^.*\b(?:such as|one of|it as) ", "", piece).strip().strip("'")
        text = re.sub(r" (?:if|where) .*$", "", text)
        if text and text not in _WORDS:
            found.append(text)
    return found
