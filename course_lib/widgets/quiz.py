"""A quiz that the reader scores alone: every answer gets a reply at once, the end says what to refresh."""

import html

import traitlets

from .base import CourseWidget


class FoldedQuiz:
    """The quiz without JavaScript: every question a list of answers, the replies folded below it."""

    def __init__(self, title, questions):
        self.title, self.questions = title, questions
        self.alt = (
            f"{title}: {len(questions)} questions, each with answers to choose from and a reply to each."
        )

    def to_html(self):
        return f"<ol>{''.join(map(self._item, self.questions))}</ol>"

    @staticmethod
    def _item(q):
        answers = "".join(f"<li>{html.escape(text)}</li>" for text, _, _ in q["answers"])
        replies = "".join(
            f"<li>{'Right. ' if right else ''}{html.escape(reply)}</li>" for _, right, reply in q["answers"]
        )
        return (
            f'<li><p>{html.escape(q["ask"])}</p><ol type="a">{answers}</ol><details><summary>Replies</summary>'
            f'<ol type="a">{replies}</ol></details></li>'
        )


class Quiz(CourseWidget):
    """Questions with answers to choose from. Nothing is sent or stored anywhere.

    The first choice of each question counts; other answers may still be tried, to read their replies.

    Args:
        title: of the quiz.
        questions: dicts with ask (the question), answers (a list of (text, right, reply), one of them right)
            and refresh (what to read after a wrong answer).
        verdicts: (least score, what to say) pairs, in falling order; the last one's score is 0.
    """

    script = "quiz.js"
    title = traitlets.Unicode().tag(sync=True)
    questions = traitlets.List().tag(sync=True)
    verdicts = traitlets.List().tag(sync=True)
    first = traitlets.List(traitlets.Int()).tag(sync=True)  # first choice of each question, -1: none yet

    def __init__(self, title, questions, verdicts, **kwargs):
        for q in questions:
            if sum(bool(right) for _, right, _ in q["answers"]) != 1:
                raise ValueError(f"questions: expected one right answer, got another number in {q['ask']!r}")
        scores = [least for least, _ in verdicts]
        if not scores or scores[-1] != 0 or scores != sorted(set(scores), reverse=True):
            raise ValueError(f"verdicts: expected falling scores that end with 0, got {scores}")
        super().__init__(
            title=title,
            questions=[q | {"answers": [list(answer) for answer in q["answers"]]} for q in questions],
            verdicts=[list(verdict) for verdict in verdicts],
            first=[-1] * len(questions),
            **kwargs,
        )

    def static_frame(self):
        return FoldedQuiz(self.title, self.questions)
