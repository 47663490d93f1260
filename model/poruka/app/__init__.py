"""The app: one world played month by month, looked into and branched, in a browser on this machine.

``session`` is what a visitor has done and ``look`` what each panel shows of it, in plain Python;
``panels`` and ``page`` draw it with Solara.
"""
