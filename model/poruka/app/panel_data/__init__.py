"""The plain values that each panel shows of a world: tested without a browser, drawn by
``panels``.
"""
