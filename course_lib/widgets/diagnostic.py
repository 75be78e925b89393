"""The diagnostic quiz of lecture 00: what to refresh before lecture 01. Kept out of the page, where it would give itself away."""

from .quiz import Quiz

QUESTIONS = [
    {
        "ask": "A batch of 8 grey images, 48 pixels wide and 32 high, has the shape",
        "answers": [
            ("(8, 1, 48, 32)", False, "Rows come before columns: height first. It catches everybody once."),
            ("(8, 1, 32, 48)", True, "Images, channels, rows, columns. Grey keeps its axis of size 1."),
            ("(8, 32, 48, 1)", False, "That is channels last, as image files and matplotlib have it. PyTorch puts channels second."),
        ],
        "refresh": "section 3, the four axes (10 minutes)",
    },
    {
        "ask": "x has the shape (16, 3, 64, 64). Which factor scales every image by a number of its own?",
        "answers": [
            ("shape (16,)", False, "Shapes are aligned from the right, so this meets the 64 columns, and fails."),
            ("shape (16, 1, 1, 1)", True, "One number an image, repeated over channels, rows and columns."),
            ("shape (1, 16, 1, 1)", False, "That would be one number a channel, and there are three."),
        ],
        "refresh": "section 3, broadcasting (5 minutes)",
    },
    {
        "ask": "b = a[:, :1], then b += 1. What happened to a?",
        "answers": [
            ("Nothing, b is a copy.", False, "Slicing copies nothing. Try it: three lines in a new cell."),
            ("Its first channel has grown by 1.", True, "A slice is a view, and += works in place."),
            ("PyTorch raises an error.", False, "If only it did! It is allowed, and silent."),
        ],
        "refresh": "section 3, views and in-place changes (5 minutes)",
    },
    {
        "ask": "The product of a (4 × 3) and a (3 × 5) matrix: its entry in row i, column j is",
        "answers": [
            ("the dot product of row i of the first with column j of the second", True, "Three products, summed. A layer is nothing else."),
            ("the product of the two entries at (i, j)", False, "That is the elementwise product, which needs equal shapes."),
            ("the dot product of column i with row j", False, "The other way round: rows of the first, columns of the second."),
        ],
        "refresh": "matrix products, before lecture 01: Deisenroth, Faisal and Ong, “Mathematics for Machine Learning” (free online), section 2.2",
    },
    {
        "ask": "f(w) = (3w − 6)². Its derivative at w = 1 is",
        "answers": [
            ("−6", False, "That is 2 · (3w − 6). The inner derivative, 3, is missing."),
            ("9", False, "That is the value of f. The derivative is a slope, and here it is negative."),
            ("−18", True, "2 · (3 − 6) · 3. The chain rule; autograd does nothing else."),
        ],
        "refresh": "the chain rule, and section 4; more in “Mathematics for Machine Learning”, sections 5.1 to 5.3",
    },
    {
        "ask": "loss.backward() is called twice without zero_grad() in between, on the same loss computed anew. w.grad now holds",
        "answers": [
            ("the second gradient", False, "backward() adds, it does not replace."),
            ("the sum of both", True, "Useful when a batch does not fit into memory, a bug the rest of the time."),
            ("the mean of both", False, "Nothing divides. The sum of both."),
        ],
        "refresh": "section 4, what backward() does to .grad (5 minutes)",
    },
    {
        "ask": "loss = d(g(z).detach()). Which weights receive gradients?",
        "answers": [
            ("those of d only", True, "The graph is cut between the two: g's output is treated as data."),
            ("those of g only", False, "The path from the loss reaches d first, and ends at the cut."),
            ("neither", False, "d lies between the loss and the cut, so its weights are reached."),
        ],
        "refresh": "section 4, Figure 5 (5 minutes)",
    },
    {
        "ask": "After model.eval(), which is true?",
        "answers": [
            ("No gradients are computed any more.", False, "That is torch.no_grad(). Gradients flow in both modes."),
            ("Dropout is off and BatchNorm uses its running statistics.", True, "And everything else is as before."),
            ("The weights can no longer change.", False, "An optimiser would still change them. eval() is about two kinds of layer only."),
        ],
        "refresh": "section 5, train and eval (5 minutes)",
    },
    {
        "ask": "D returns the logit 0 for an image. What does it say?",
        "answers": [
            ("Certainly fake.", False, "That would be a large negative logit. Zero is the middle."),
            ("Real with probability one half.", True, "Log-odds of 0 are odds of one to one."),
            ("Real with probability 0.", False, "The logit is not a probability; the sigmoid of 0 is one half."),
        ],
        "refresh": "section 6, logits (10 minutes)",
    },
    {
        "ask": "Why are losses computed from logits instead of probabilities?",
        "answers": [
            ("It is faster.", False, "A little, but that is not why."),
            ("The logarithm of a probability that was rounded to 0 is infinite.", True, "From the logit the loss stays finite, and its slope alive."),
            ("Probabilities have no gradient.", False, "They have; but near 0 and 1 rounding destroys it."),
        ],
        "refresh": "section 6, the loss that cannot overflow (5 minutes)",
    },
    {
        "ask": "Which distribution over four outcomes has the largest entropy, and how large is it?",
        "answers": [
            ("a certain outcome; log 4", False, "A certain outcome surprises nobody: entropy 0."),
            ("all four alike; log 4 = 1.386 nats", True, "Four equal surprises of log 4: two bits."),
            ("all four alike; 4 nats", False, "Each has the surprise −log ¼ = log 4, and so has their mean."),
        ],
        "refresh": "section 7, entropy (10 minutes)",
    },
    {
        "ask": "p and q never produce the same outcome. Which is right?",
        "answers": [
            ("KL(p‖q) is infinite, JS(p, q) = log 2", True, "KL never forgives an “impossible” that happens; JS is bounded, and flat out there."),
            ("both are infinite", False, "JS compares with the mean of p and q, in which everything is possible."),
            ("both are 0", False, "0 means equal. Here they are as different as can be."),
        ],
        "refresh": "section 7, KL and JS (10 minutes)",
    },
]  # fmt: skip
VERDICTS = [
    (11, "You are well prepared: go to lecture 01, and come back to section 8 when a letter puzzles you."),
    (8, "A good base. Refresh what is listed, then begin."),
    (
        4,
        "Take an evening for the list below, in that order, and the lectures will be a pleasure instead of a struggle.",
    ),
    (
        0,
        "Everybody starts here once. Read this page with a pencil, run its cells, change them; then take the quiz again.",
    ),
]


def diagnostic_quiz():
    """The twelve questions of lecture 00, as a `Quiz`."""
    return Quiz("Diagnostic quiz", QUESTIONS, VERDICTS)
