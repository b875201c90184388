"""What the visitor sees: the only package that imports Streamlit."""
