"""Things to move: widgets that compute in the browser, so that they live before any cell has run."""

from .attention_map import AttentionMap
from .forced_choice import ForcedChoice
from .kernel_explorer import KernelExplorer
from .sliding_window import SlidingWindow

__all__ = ["AttentionMap", "ForcedChoice", "KernelExplorer", "SlidingWindow"]
