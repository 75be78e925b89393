r"""L-BFGS for a batch: every row of z has a problem, a memory and a step length of its own.

`torch.optim.LBFGS` treats a batch as one long vector: one line search for all images, curvature mixed between them.
Here one evaluation serves all rows, and each row decides for itself whether it takes the step or halves it.
Lecture: 09_projection. Source: Nocedal and Wright 2006, "Numerical Optimization", algorithms 7.4 (two loops) and 3.1
(backtracking).
"""

from itertools import islice

import torch


def descend(loss, start, memory=10, first=1.0):
    r"""Lower each row's loss, without end: yields (z, loss) at the start and after every evaluation.

    Args:
        loss: z (N, d) -> (N,), where row i depends on row i of z alone.
        start: (N, d); not changed.
        memory: pairs of (step, change of gradient) kept a row.
        first: length of the very first step, in units of z.

    Yields:
        (z, loss): (N, d) and (N,), without gradients; no row's loss ever rises.
    """
    z = start.detach().clone()
    value, gradient = _evaluate(loss, z)
    steps_taken = z.new_zeros(
        memory, *z.shape
    )  # s of the textbook, newest last; zeros where there is none yet
    bends = torch.zeros_like(steps_taken)  # y of the textbook
    direction = -gradient * first / gradient.norm(dim=1, keepdim=True).clamp(min=1e-30)
    length = z.new_ones(len(z))
    while True:
        yield z, value
        trial = z + length[:, None] * direction
        new_value, new_gradient = _evaluate(loss, trial)
        slope = (gradient * direction).sum(1)
        good = new_value <= value + 1e-4 * length * slope  # enough of a fall (Armijo); not so for NaN
        step, bend = trial - z, new_gradient - gradient
        keep = good & ((step * bend).sum(1) > 1e-10 * step.norm(dim=1) * bend.norm(dim=1))  # curved upwards
        steps_taken = _push(steps_taken, step, keep)
        bends = _push(bends, bend, keep)
        z = torch.where(good[:, None], trial, z)
        value = torch.where(good, new_value, value)
        gradient = torch.where(good[:, None], new_gradient, gradient)
        direction = torch.where(good[:, None], _two_loops(gradient, steps_taken, bends), direction)
        length = torch.where(good, 1.0, length / 2)


def minimize(loss, start, steps, memory=10):
    r"""What `descend` has reached after `steps` evaluations of loss and gradient beyond the first.

    Returns:
        (z, loss): (N, d) and (N,).
    """
    return next(islice(descend(loss, start, memory), steps, None))


def _evaluate(loss, z):
    with torch.enable_grad():
        z = z.detach().requires_grad_(True)
        value = loss(z)
        (gradient,) = torch.autograd.grad(value.sum(), z)
    return value.detach(), gradient


def _push(memory, new, where):
    """Each row marked in `where` forgets its oldest entry and gets a new one."""
    return torch.where(where[None, :, None], torch.cat([memory[1:], new[None]]), memory)


def _two_loops(gradient, steps_taken, bends):
    """-H g, where H is the inverse Hessian that the pairs in memory suggest; pairs of zeros change nothing."""
    curvature = (steps_taken * bends).sum(2)  # (memory, N)
    rho = torch.where(curvature > 0, 1 / curvature.clamp(min=1e-30), 0)
    q, alphas = gradient, []
    for s, y, r in reversed(list(zip(steps_taken, bends, rho))):
        alpha = r * (s * q).sum(1)
        q = q - alpha[:, None] * y
        alphas.append(alpha)
    newest = bends[-1].square().sum(1)
    scale = torch.where(curvature[-1] > 0, curvature[-1] / newest.clamp(min=1e-30), 1.0)
    r_ = scale[:, None] * q
    for s, y, r, alpha in zip(steps_taken, bends, rho, reversed(alphas)):
        beta = r * (y * r_).sum(1)
        r_ = r_ + (alpha - beta)[:, None] * s
    return -r_
