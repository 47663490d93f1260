"""The app: one world simulated month by month, inspected and forked, in a browser on this machine.

``session`` holds what a visitor has done and ``panel_data`` computes what each panel shows, in
plain Python; ``panels`` and ``page`` draw it with Solara.
"""
