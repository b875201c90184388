"""nnlab for a class: the address that students open, as text and as a QR code, and the teacher's key."""

from nnlab.classroom.addresses import Host, hosts
from nnlab.classroom.invitation import Invitation, qr_svg, qr_text

__all__ = ["Host", "Invitation", "hosts", "qr_svg", "qr_text"]
