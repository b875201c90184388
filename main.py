"""What Streamlit runs for each visitor, again and again; `app.py` starts it."""

from __future__ import annotations


def main() -> None:
    """Set the page up, choose the language, show the page that the address names."""
    # Everything is imported here: a worker process runs this file again, as `__mp_main__`,
    # and must not pay for Streamlit.
    import streamlit as st

    from nnlab.classroom import Invitation
    from nnlab.messages import N_
    from nnlab.ui.frame import ICON, frame

    # An icon of our own: the browser would get a Material symbol here from a host on the internet.
    st.set_page_config(page_title="nnlab", page_icon=ICON, layout="wide", initial_sidebar_state=224)
    t = frame()
    # The folder is not called `pages`: until the first visitor has come through here, Streamlit
    # would take every script of a folder of that name for a page and run it without this frame.
    st.navigation(
        [
            st.Page("app_pages/home.py", title=t(N_("Home")), icon=":material/home:", default=True),
            st.Page("app_pages/playground.py", title=t(N_("Playground")), icon=":material/science:"),
            st.Page("app_pages/images.py", title=t(N_("Images")), icon=":material/image:"),
            st.Page("app_pages/housing.py", title=t(N_("Housing")), icon=":material/home_work:"),
            st.Page("app_pages/tables.py", title=t(N_("Tables")), icon=":material/table_chart:"),
            st.Page("app_pages/exercises.py", title=t(N_("Exercises")), icon=":material/school:"),
            st.Page(
                "app_pages/class.py",
                title=t(N_("For the class")),
                icon=":material/qr_code_2:",
                url_path="class",
                visibility="visible" if Invitation.from_environment().address else "hidden",
            ),
            st.Page(
                "app_pages/status.py",
                title=t(N_("Server status")),
                icon=":material/monitoring:",
                url_path="status",
                visibility="hidden",
            ),
        ]
    ).run()


if __name__ == "__main__":
    main()
