"""What a file of a log is made with where nobody answers."""

from aicost.book.book import Book
from aicost.cli.log_questions import log_questions
from aicost.cli.question import Answers
from aicost.log.system import System


def unknown(system: System) -> Answers:
    """Nobody knows any of what is asked."""
    answers: Answers = {}
    while True:
        every = [*log_questions(answers, Book.load(), system)]
        new = [q for q in every if not q.read("").keys() <= answers.keys()]
        if not new:
            return answers
        answers |= new[0].read("")
