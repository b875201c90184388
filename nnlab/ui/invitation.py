"""The wall of a classroom: where this server is found, as a QR code and in large letters."""

from __future__ import annotations

from html import escape

import streamlit as st

from nnlab.classroom import Invitation, qr_svg
from nnlab.i18n import Translator
from nnlab.messages import N_

CODE_WIDTH = 420
# A camera wants dark on light, whatever the theme.
STYLE = """
<style>
.st-key-invitation_code img { padding: 12px; background: #ffffff; border-radius: 8px; }
.st-key-invitation_steps li { font-size: clamp(1rem, 1.6vw, 1.75rem); }
.nnlab-address { font-size: clamp(1.5rem, 4vw, 3.5rem); font-weight: 600; line-height: 1.3; overflow-wrap: anywhere; }
</style>
"""


def invitation_view(t: Translator) -> None:
    """Show how the class gets here; where nnlab was not started for one, how to start it so."""
    address = Invitation.from_environment().address
    if not address:
        st.info(t(N_("This server was not started for a class. In its folder, run this on the teacher's computer:")))
        st.code("make class", language=None)
        st.caption(t(N_("It prints the address that students open, shows it here, and sets everything up for them.")))
        return
    st.html(STYLE)
    code, steps = st.columns([2, 3], gap="large", vertical_alignment="center")
    with code, st.container(key="invitation_code"):
        st.image(qr_svg(address), width=CODE_WIDTH, alt=t(N_("QR code of the address {address}"), address=address))
    with steps, st.container(key="invitation_steps"):
        st.html(f'<div class="nnlab-address">{escape(address)}</div>')
        st.markdown(
            "\n".join(
                f"{number}. {t(step)}"
                for number, step in enumerate(
                    (
                        N_("Join the network of the class."),
                        N_("Point your camera at the code, or type the address."),
                        N_("Press “Open in the playground”, then Train."),
                    ),
                    start=1,
                )
            )
        )
