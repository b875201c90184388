"""Links that carry a whole setting: nnlab's own tokens, and the addresses of TensorFlow Playground."""

from nnlab.permalink.link import HIDEABLE, SPEEDS, Link, PermalinkError, View
from nnlab.permalink.playground_export import to_playground
from nnlab.permalink.playground_import import from_playground
from nnlab.permalink.token import MAXIMUM_CHARACTERS, MAXIMUM_UNPACKED, VERSION, decode, encode

__all__ = [
    "HIDEABLE",
    "MAXIMUM_CHARACTERS",
    "MAXIMUM_UNPACKED",
    "SPEEDS",
    "VERSION",
    "Link",
    "PermalinkError",
    "View",
    "decode",
    "encode",
    "from_playground",
    "to_playground",
]
